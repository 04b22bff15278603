import pytest

from tests.flatminima.claims.tables import shallow_outcomes, verdicts

KIND = "shallow_outcomes"


@pytest.fixture
def table():
    return shallow_outcomes()


def test_all_claims_hold(table):
    assert set(verdicts(KIND, table).values()) == {"holds"}


@pytest.mark.parametrize(
    ("claim", "outcome", "where"),
    [
        ("shallow_all_converge", "bounded", "below"),
        ("shallow_none_converges", "converged", "above"),
    ],
)
def test_one_place_with_another_outcome_is_told(table, claim, outcome, where):
    below = table["relative_rate"] < table["flow_edge"]
    places = table.index[below if where == "below" else table["relative_rate"] > 1]
    wrong = table.copy()
    wrong.loc[places[0], "outcome"] = outcome
    assert verdicts(KIND, wrong)[claim] == "fails"


def test_an_end_as_sharp_as_the_flow_is_told(table):
    wrong = table.assign(final_sharpness=1.001 * table["flow_sharpness"])
    assert verdicts(KIND, wrong)["shallow_map_below_the_flow"] == "fails"
    assert verdicts(KIND, wrong)["shallow_map_edge_of_stability"] == "fails"
