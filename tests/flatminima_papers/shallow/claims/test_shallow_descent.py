import numpy as np
import pytest

from tests.flatminima.claims.tables import shallow_descents, verdicts

KIND = "shallow_descent"


@pytest.fixture
def table():
    return shallow_descents()


def test_all_claims_hold(table):
    assert set(verdicts(KIND, table).values()) == {"holds"}
    assert len(verdicts(KIND, table)) == 14


@pytest.mark.parametrize(
    ("claim", "column", "change"),
    [
        ("shallow_error_recursion", "error_defect", lambda x: x + 1e-12),
        ("shallow_norm_recursion", "norm_defect", lambda x: x + 1e-12),
        ("shallow_imbalance_recursion", "imbalance_defect", lambda x: x + 1e-12),
        ("shallow_feature_recursion", "feature_defect", lambda x: x + 1e-12),
        ("shallow_flow_conserves", "flow_end_sharpness", lambda x: x * (1 + 1e-6)),
        ("shallow_sharpness_at_the_end", "final_sharpness", lambda x: x * (1 + 1e-6)),
        ("shallow_sharpness_at_the_end", "final_squared_norm", lambda x: x * (1 + 1e-6)),
        ("shallow_edge_of_stability", "two_over_learning_rate", lambda x: x / 2),
        ("shallow_converges", "final_error", lambda x: x + 1e-6),
        ("shallow_converges_beyond", "final_error", lambda x: x * np.nan),
        ("shallow_linear_rate", "predicted_rate", lambda x: x**1.01),
        ("shallow_trade_off", "path_flattening", lambda x: x * (1 + 1e-4)),
        ("shallow_trade_off_small_rates", "small_flattening", lambda x: x / 2),
        ("shallow_slower_is_flatter", "steps_to_converge", lambda x: -x),
    ],
)
def test_a_wrong_number_is_told(table, claim, column, change):
    found = verdicts(KIND, table.assign(**{column: change(table[column])}))
    assert found[claim] == "fails"


def test_descent_that_loses_no_imbalance_is_not_below_the_flow(table):
    wrong = table.assign(limit_sharpness=table["flow_sharpness"] * 1.001)
    assert verdicts(KIND, wrong)["shallow_below_the_flow"] == "fails"


def test_runs_whose_first_step_expands_are_no_part_of_the_claim(table):
    """One that ends above its flow, were it to count."""
    wild = table.assign(limit_sharpness=2 * table["flow_sharpness"], largest_move=2.0)
    with pytest.raises(ValueError, match="no case"):
        verdicts(KIND, wild)
