import pytest

from tests.flatminima.claims.tables import chain_descents, verdicts

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
