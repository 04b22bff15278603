import numpy as np
import pytest

from tests.flatminima.claims.tables import shallow_descents, verdicts

KIND = "shallow_descent"


@pytest.fixture
def table():
    return shallow_descents()


BEYOND = "shallow_below_the_flow_beyond"


def test_all_claims_hold_where_the_imbalance_falls(table):
    found = verdicts(KIND, table)
    assert found.pop(BEYOND) == "fails"
    assert set(found.values()) == {"holds"}
    assert len(found) == 14


def test_runs_in_which_the_imbalance_grows_are_judged_apart(table):
    flat = table.assign(limit_sharpness=0.9 * table["flow_sharpness"])
    assert verdicts(KIND, flat)[BEYOND] == "holds"
    assert BEYOND not in verdicts(
        KIND, table.assign(largest_move=table["largest_move"].clip(upper=1.0))
    )


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


@pytest.mark.parametrize(
    ("claim", "changes"),
    [
        ("shallow_error_recursion", lambda t, x: {"error_defect": x * 1e-13}),
        ("shallow_feature_recursion", lambda t, x: {"feature_defect": x * 1e-13}),
        (
            "shallow_flow_conserves",
            lambda t, x: {"flow_end_sharpness": t["flow_sharpness"] * (1 + x * 1e-8)},
        ),
        ("shallow_converges", lambda t, x: {"final_error": x * 1e-12}),
        ("shallow_converges_beyond", lambda t, x: {"final_error": x * 1e-12}),
        ("shallow_linear_rate", lambda t, x: {"rate": t["predicted_rate"] + x * 1e-5}),
        (
            "shallow_trade_off",
            lambda t, x: {
                "final_imbalance": t["initial_imbalance"]
                * (np.exp(-t["path_flattening"]) + x * 1e-10)
            },
        ),
        (
            "shallow_trade_off_small_rates",
            lambda t, x: {"small_flattening": t["flattening"] * (1 + x * 0.03)},
        ),
    ],
)
def test_the_tolerances_are_those_that_are_stated(table, claim, changes):
    assert verdicts(KIND, table.assign(**changes(table, 0.9)))[claim] == "holds"
    assert verdicts(KIND, table.assign(**changes(table, 1.1)))[claim] == "fails"


@pytest.mark.parametrize(
    ("claim", "inside", "outside"),
    [
        (
            "shallow_below_the_flow",
            {"limit_sharpness": 1e9, "largest_move": 1.41},
            {"largest_move": 1.42},
        ),
        (
            "shallow_trade_off_small_rates",
            {"small_flattening": 1e9, "largest_move": 0.19},
            {"largest_move": 0.21},
        ),
        (
            "shallow_converges",
            {"final_error": 1.0, "relative_rate": 0.99, "first_move": 1.41},
            {"first_move": 1.42},
        ),
        (
            "shallow_converges",
            {"final_error": 1.0, "relative_rate": 0.99, "first_move": 1.41},
            {"relative_rate": 1.0},
        ),
        (
            "shallow_converges_beyond",
            {"final_error": 1.0, "relative_rate": 1.49, "first_move": 1.0, "learning_rate": 0.89},
            {"relative_rate": 1.51},
        ),
        (
            "shallow_converges_beyond",
            {"final_error": 1.0, "relative_rate": 1.01, "first_move": 1.0, "learning_rate": 0.89},
            {"relative_rate": 1.0},
        ),
        (
            "shallow_converges_beyond",
            {"final_error": 1.0, "relative_rate": 1.2, "first_move": 1.0, "learning_rate": 0.89},
            {"learning_rate": 0.91},
        ),
    ],
)
def test_a_run_counts_up_to_the_end_of_the_regime(table, claim, inside, outside):
    """A wrong run makes its claim fail, unless it is just outside of the regime."""
    place = table.index[table["outcome"] == "converged"][0]
    wrong = table.copy()
    for column, value in inside.items():
        wrong.loc[place, column] = value
    assert verdicts(KIND, wrong)[claim] == "fails"
    for column, value in outside.items():
        wrong.loc[place, column] = value
    assert verdicts(KIND, wrong)[claim] == "holds"
