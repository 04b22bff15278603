"""The overview counts each run once and compares it with the theory of its own data."""

import numpy as np
import pandas as pd

from flatminima.summaries.overview import tabulate_overview

RUNS = pd.DataFrame(
    [
        ("b", "d", 2, 0.1, "converged", 4.0),  # twice the minimal sharpness
        ("b", "d", 3, 0.1, "converged", 24.0),  # four times, and over 2 / 0.1
        ("b", "d", 3, 0.1, "diverged", np.inf),
        ("b", "d", 3, 0.1, "not_converged", 7.0),
        ("a", "e", 2, 0.1, "converged", 1.0),
        ("c", "d", 2, 0.1, "diverged", np.nan),
    ],
    columns=["experiment", "dataset", "depth", "learning_rate", "outcome", "final_sharpness"],
)
THEORY = pd.DataFrame(
    [
        ("b", "d", 2, "minimal_sharpness", 2.0),
        ("b", "d", 3, "minimal_sharpness", 6.0),
        ("b", "d", 3, "upper_bound", 99.0),
        ("c", "d", 2, "minimal_sharpness", 1.0),
        ("a", "e", 2, "two_over_learning_rate", 20.0),
    ],
    columns=["experiment", "dataset", "depth", "quantity", "value"],
)


def test_each_experiment_is_one_row_in_order():
    table = tabulate_overview(RUNS, THEORY).set_index("experiment")
    assert list(table.index) == ["b", "a", "c"]
    assert table.loc["b"].to_dict() == {
        "runs": 4,
        "converged": 2,
        "stable": 1,
        "diverged": 1,
        "times_minimal": 3.0,
    }
    assert table["runs"].sum() == len(RUNS)


def test_without_theory_or_converged_runs_there_is_no_ratio():
    table = tabulate_overview(RUNS, THEORY).set_index("experiment")
    assert table.loc[["a", "c"], "times_minimal"].isna().all()
    assert table.loc["a", "converged"] == table.loc["a", "stable"] == 1
