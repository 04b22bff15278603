"""How closely two builds of the study must agree that rounded differently, and why.

Another processor or version of a library sums in another order, so every operation may err by
one rounding.  What becomes of that depends on the dynamics:

- A closed form errs by a few roundings times its condition.
- Gradient flow is solved to a given accuracy, on which its end depends smoothly.
- Gradient descent contracts where learning rate times sharpness stays below 2, so that the
  errors of its steps add up but do not grow.
- Beyond that, at the edge of stability, it is chaotic: after some hundred steps two runs from
  one start have little in common but their distribution, of which the runs of a cell are a
  sample.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy import stats

from flatminima.theory.gradient_flow import STOPPING_TOLERANCE

__all__ = ["disagreements", "is_stable", "measured_disagreements", "trajectory_disagreements"]

ROUNDING = np.finfo(float).eps / 2
CELL = ["dataset", "depth", "width", "learning_rate", "steps", "init_scale"]
NETWORK = ["dataset", "depth", "width", "init_scale"]
STATISTICS = ["mean", "low", "high", "q05", "q25", "median", "q75", "q95"]
OUTCOMES = ["converged", "not_converged", "diverged"]
ENDS = ("", "_there")

STABLE = 1.9
"""Learning rate times sharpness that counts as below 2, with room for the runs beyond a
quantile."""

FALSE_ALARMS = 1e-3
"""The probability that one of all comparisons of samples in a table fails by chance."""

CLOSED_FORM = 1e4 * ROUNDING
"""Relative: the condition of the covariances (at most 60) times the terms of a product."""

FLOW = 128 * STOPPING_TOLERANCE
"""Relative: at most that is left of a path where its solver stops, in the weights; a sharpness
has up to 2 L times the relative error of the weights, with at most L = 64 layers."""

CLOSED_FORMS = [
    *("condition_number", "lower_bound", "minimal_sharpness", "balanced_sharpness"),
    *("upper_bound", "flow_bound", "built_sharpness", "sharpness", "layer_norm_bound"),
    *("initial_sharpness", "initial_distance", "initial_imbalance", "smallest_singular_value"),
    *("largest_singular_value", "exact_critical_rate", "paper_critical_rate"),
    *("second_moment_bound", "certified_below", "certified_above", "exact_sharpness"),
]
ENDS_OF_FLOW = ["final_sharpness", "deviation", "rank_one_rest", "norm_spread"]


def disagreements(here: pd.DataFrame, there: pd.DataFrame) -> list[str]:
    """Compare the summary of an experiment with that of the same experiment elsewhere.

    Args:
        here: A row for each cell and quantity, as in results/summaries.
        there: Likewise, of the same cells.

    Returns:
        A line for each number that disagrees.
    """
    both = here.merge(there, on=[*CELL, "quantity"], suffixes=("", "_there"))
    if not len(here) == len(there) == len(both):
        return ["the cells differ"]
    initial = both["learning_rate"].isna()
    stable = is_stable(both) & ~initial
    rounding = (both["quantity"] == "gradient_norm") & (both["converged"] == both["runs"])
    samples = both[~stable & ~initial & ~rounding & ~_start_alike(both)]
    level = FALSE_ALARMS / max(1, 2 * len(samples))
    return [
        *_by_row(both[initial], lambda row: _differing(row, CLOSED_FORM * row["mean"])),
        *_by_row(both[stable], _differing_counts),
        *_by_row(both[stable & ~rounding], lambda row: _differing(row, _stable_tolerance(row))),
        *_by_row(samples, lambda row: _differing_samples(row, level)),
    ]


def _start_alike(summary: pd.DataFrame) -> pd.Series:
    """Whether all runs of a row's cell are one: at scale 0 a residual network has no choice."""
    rows = summary[summary["quantity"] == "initial_sharpness"]
    alike = rows[rows["q05"] == rows["q95"]]
    starts = pd.MultiIndex.from_frame(summary[NETWORK])
    return pd.Series(starts.isin(pd.MultiIndex.from_frame(alike[NETWORK])), summary.index)


def is_stable(summary: pd.DataFrame) -> pd.Series:
    """Return for each row whether all runs of its cell converged without leaving stability."""
    final = _largest(summary, "final_sharpness", CELL)
    initial = _largest(summary, "initial_sharpness", NETWORK)
    sharpness = np.maximum(
        final.reindex(pd.MultiIndex.from_frame(summary[CELL])).to_numpy(),
        initial.reindex(pd.MultiIndex.from_frame(summary[NETWORK])).to_numpy(),
    )
    return (summary["learning_rate"] * sharpness < STABLE) & (
        summary["converged"] == summary["runs"]
    )


def trajectory_disagreements(here: pd.DataFrame, there: pd.DataFrame) -> list[str]:
    """Compare summaries of trajectories with the same elsewhere, up to the edge of stability."""
    keys = [*(key for key in CELL if key != "steps"), "step", "quantity"]
    both = here.merge(there, on=keys, suffixes=("", "_there")).rename(columns={"step": "steps"})
    if not len(here) == len(there) == len(both):
        return ["the steps differ"]
    sharpness = both["q95"].where(both["quantity"] == "sharpness", 0)
    unstable = both["learning_rate"] * sharpness >= STABLE
    run = [both[key] for key in ("dataset", "depth", "width", "learning_rate", "init_scale")]
    before = unstable.groupby(run).cummax().to_numpy() == 0
    return list(
        _by_row(both[before], lambda row: _differing(row, _stable_tolerance(row) + CLOSED_FORM))
    )


def measured_disagreements(here: pd.DataFrame, there: pd.DataFrame) -> list[str]:
    """Compare a measurement of the theory with the same elsewhere, row by row.

    Left out are times and steps of solvers, and so, of a path with a row for each step, all but
    its ends; what is zero but for rounding; and where gradient descent ends: of that the claims
    speak.
    """
    if "solver_step" in here:
        here, there = _ends_of_paths(here), _ends_of_paths(there)
    if not here.index.equals(there.index):
        return ["the rows differ"]
    lines = []
    flow = ENDS_OF_FLOW if here.columns.isin(["solver_step", "solver_steps"]).any() else []
    closed = set(CLOSED_FORMS)
    if "sharpness_ratio" in here:  # there they are of the end of a flow
        closed -= {"smallest_singular_value", "largest_singular_value"}
    for columns, tolerance in ((closed, CLOSED_FORM), (flow, FLOW)):
        for name in here.columns.intersection(list(columns)):
            error = (here[name] - there[name]).abs() / np.maximum(here[name].abs(), 1)
            if name == "sharpness":
                error /= _condition(here)
            lines += [
                f"{name} in row {row}: {here[name][row]!r}, there {there[name][row]!r}"
                for row in error.index[error > tolerance]
            ]
    return lines


def _ends_of_paths(measured: pd.DataFrame) -> pd.DataFrame:
    """Return the first and the last row of each flow, by what tells flows apart and which end."""
    keys = list(measured.columns[: measured.columns.get_loc("solver_step")])
    flows = measured.groupby(keys, sort=False, dropna=False)
    ends = pd.concat({"start": flows.head(1), "end": flows.tail(1)}, names=["end"])
    return ends.reset_index("end").set_index([*keys, "end"])


def _condition(measured: pd.DataFrame) -> pd.Series | float:
    """Return by how much the roundings of products of drawn layers grow.

    The terms of such a product are as large as the product of the layers' norms. What is left
    after they cancel is smaller, and its relative error larger, by a factor whose square is the
    bound of the sharpness by those norms over the sharpness.
    """
    if "upper_layer_norm_bound" not in measured:
        return 1.0
    return np.sqrt(np.maximum(measured["upper_layer_norm_bound"] / measured["sharpness"], 1))


def _largest(summary: pd.DataFrame, quantity: str, keys: list[str]) -> pd.Series:
    rows = summary[summary["quantity"] == quantity]
    return rows.groupby(keys)["q95"].max()


def _by_row(rows: pd.DataFrame, differing: Callable[[pd.Series], list[str]]) -> Iterator[str]:
    for _, row in rows.iterrows():
        where = ", ".join(f"{key} {row[key]}" for key in CELL)
        for difference in differing(row):
            yield f"{row['quantity']} at {where}: {difference}"


def _differing(row: pd.Series, tolerance: float) -> list[str]:
    return [
        f"{name} {row[name]!r}, there {row[f'{name}_there']!r}"
        for name in STATISTICS
        if abs(row[name] - row[f"{name}_there"]) > tolerance  # False where there is no number
    ]


def _differing_counts(row: pd.Series) -> list[str]:
    return [
        f"{name} {row[name]}, there {row[f'{name}_there']}"
        for name in OUTCOMES
        if row[name] != row[f"{name}_there"]
    ]


def _stable_tolerance(row: pd.Series) -> float:
    """What rounding adds up to.

    A step errs by depth * width roundings in each weight, relative; so the product of all
    layers, and their sharpness, by 2 depth times as much.  A square of what is nearly zero
    errs by its root times the error.  A risk is what is left of sums of squares of size 1.
    """
    error = row["steps"] * row["depth"] * row["width"] * ROUNDING * 2 * row["depth"]
    size = max(abs(row["mean"]), abs(row["q95"]))
    remainder = CLOSED_FORM if "risk" in row["quantity"] or "gap" in row["quantity"] else error**2
    return error * (size + np.sqrt(size)) + remainder


def _differing_samples(row: pd.Series, level: float) -> list[str]:
    """Whether two cells cannot be samples of one distribution, by tests at a level."""
    lines = []
    if row["quantity"].endswith("probability"):
        outcome = "diverged" if row["quantity"].startswith("div") else "converged"
        table = [
            [row[f"{outcome}{end}"], row[f"runs{end}"] - row[f"{outcome}{end}"]] for end in ENDS
        ]
        if stats.fisher_exact(table).pvalue < level:
            lines.append(f"{outcome} {table[0][0]} of {row['runs']}, there {table[1][0]}")
    elif min(row["count"], row["count_there"]) > 1:
        errors = [_standard_error(row, end) for end in ENDS]
        difference = abs(row["mean"] - row["mean_there"])
        freedom = min(row["count"], row["count_there"]) - 1
        allowed = stats.t.isf(level / 2, freedom) * np.hypot(*errors) + _stable_tolerance(row)
        if difference > allowed:
            lines.append(f"mean {row['mean']!r} +- {errors[0]:.2g}, there {row['mean_there']!r}")
    return lines


def _standard_error(row: pd.Series, end: str) -> float:
    """Of the mean, from its 95 % bootstrap interval."""
    count = row[f"count{end}"]
    half = (row[f"high{end}"] - row[f"low{end}"]) / 2
    return half / stats.norm.isf(0.025) * np.sqrt(count / (count - 1))
