import pytest

from tests.flatminima.claims.tables import chain_descents, judged, verdicts

KIND = "chain_descent"


@pytest.fixture
def table():
    return chain_descents()


def test_all_claims_hold(table):
    found = verdicts(KIND, table)
    assert set(found.values()) == {"holds"}
    assert len(found) == 4


@pytest.mark.parametrize(
    ("claim", "column", "change"),
    [
        ("minimalist_descent_increment", "increment_defect", lambda x: x + 1e-12),
        ("minimalist_descent_edge", "two_over_learning_rate", lambda x: x / 2),
        ("minimalist_order_in_the_rate", "final_sharpness", lambda x: -x),
        ("minimalist_order_in_the_batch", "final_sharpness", lambda x: -x),
    ],
)
def test_a_wrong_number_is_told(table, claim, column, change):
    found = verdicts(KIND, table.assign(**{column: change(table[column])}))
    assert found[claim] == "fails"


def test_a_step_is_known_to_its_rounding(table):
    for size, verdict in ((0.9e-13, "holds"), (1.1e-13, "fails")):
        wrong = table.assign(increment_defect=size)
        assert verdicts(KIND, wrong)["minimalist_descent_increment"] == verdict


def test_each_start_is_a_case_and_of_batches_each_small_rate_too(table):
    cases = judged(KIND, table)["cases"]
    assert cases["minimalist_order_in_the_rate"] == 4  # two data sets, two starts
    assert cases["minimalist_order_in_the_batch"] == 8  # and the rates 0.05 and 0.1
