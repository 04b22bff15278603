import pytest

from tests.flatminima.claims.tables import descents, judged, verdicts


@pytest.fixture
def table():
    return descents()


def test_all_holds_where_the_end_of_the_flow_is_unstable_too(table):
    claims = judged("descent", table)
    assert set(claims["verdict"].to_dict().values()) == {"holds"}
    assert (table["learning_rate"] * table["flow_sharpness"] > 2).any()
    assert "unstable in" in claims.iloc[0]["regime"]


@pytest.mark.parametrize(
    ("wrong", "claim"),
    [
        (lambda t: {"final_sharpness": 2.01 / t["learning_rate"]}, "descent_is_stable"),
        (lambda t: {"final_sharpness": 1.02 * t["flow_sharpness"]}, "descent_is_hardly_sharper"),
        (lambda t: {"final_sharpness": 1.002 * t["flow_sharpness"]}, "descent_is_never_sharper"),
    ],
)
def test_a_wrong_number_is_told(table, wrong, claim):
    assert verdicts("descent", table.assign(**wrong(table)))[claim] == "fails"


def test_runs_that_did_not_converge_say_nothing(table):
    wrong = table.assign(final_sharpness=1e9, outcome=table["outcome"].where(table.index > 0, "x"))
    right = table["final_sharpness"].where(table.index > 0, 1e9)
    assert verdicts("descent", wrong)["descent_is_stable"] == "fails"
    some = table.assign(final_sharpness=right, outcome=wrong["outcome"])
    assert verdicts("descent", some)["descent_is_stable"] == "holds"
