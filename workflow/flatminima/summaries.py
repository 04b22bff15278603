"""From runs to summaries: what every number in a figure is read from.

Summaries are tidy: a row is one quantity in one cell (what runs share but their
repetition), with its statistics over the repetitions.
"""

import numpy as np
import pandas as pd

from flatminima.datasets import Dataset
from flatminima.seeding import random_generator
from flatminima.statistics import describe, log_log_regression, probability
from flatminima.theory import THEORY_QUANTITIES

__all__ = [
    "add_generalisation_gap",
    "fit_regression",
    "select_rows",
    "summarise_runs",
    "summarise_trajectories",
    "tabulate_theory",
]

CELL = ["experiment", "dataset", "depth", "width", "learning_rate", "steps", "init_scale"]
INITIAL_CELL = ["experiment", "dataset", "depth", "width", "init_scale"]
TRAJECTORY_CELL = [
    *("experiment", "dataset", "depth", "width", "learning_rate", "init_scale", "step"),
]
OUTCOMES = ("converged", "not_converged", "diverged")
FINAL_QUANTITIES = [
    *("final_sharpness", "final_distance", "train_risk", "test_risk"),
    *("generalisation_gap", "gradient_norm"),
]
INITIAL_QUANTITIES = ["initial_sharpness", "initial_distance"]
STATISTICS = ["count", "mean", "low", "high", "q05", "q25", "median", "q75", "q95"]


def add_generalisation_gap(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the run table with the column generalisation_gap = test_risk - train_risk."""
    return runs.assign(generalisation_gap=runs["test_risk"] - runs["train_risk"])


def summarise_runs(runs: pd.DataFrame, study_seed: int) -> pd.DataFrame:
    """Summarise a run table.

    Args:
        runs: A table with `flatminima.runs.RUN_COLUMNS`.
        study_seed: Seeds the bootstrap of each interval, by the name of its cell.

    Returns:
        A row for each cell and quantity: the cell, ``quantity``, the ``runs`` of the cell and
        how many of them ended in each outcome, and the statistics of
        `flatminima.statistics.describe` over the runs that did not diverge. Probabilities of
        divergence and convergence are quantities, with Wilson intervals and no quantiles.
        Quantities of the initialisation, which no learning rate has touched, are taken over
        all learning rates together, and theirs is NaN.
    """
    runs = add_generalisation_gap(runs)
    rows = []
    for cell, group in runs.groupby(CELL, sort=True):
        named = dict(zip(CELL, cell, strict=True))
        counts = _outcome_counts(group)
        for outcome, quantity in (
            ("diverged", "divergence_probability"),
            ("converged", "convergence_probability"),
        ):
            proportion = probability(counts[outcome], counts["runs"])
            rows.append(named | {"quantity": quantity} | counts | proportion)
        rows += _describe_quantities(named, counts, group, FINAL_QUANTITIES, study_seed)
    for cell, group in runs.groupby(INITIAL_CELL, sort=True):
        named = dict(zip(INITIAL_CELL, cell, strict=True))
        counts = _outcome_counts(group)
        rows += _describe_quantities(named, counts, group, INITIAL_QUANTITIES, study_seed)
    columns = [*CELL, "quantity", "runs", *OUTCOMES, *STATISTICS]
    return pd.DataFrame(rows, columns=columns).astype({"steps": "Int64"})


def summarise_trajectories(trajectories: pd.DataFrame, study_seed: int) -> pd.DataFrame:
    """Summarise a table with `flatminima.runs.TRAJECTORY_COLUMNS` over repetitions.

    Returns:
        A row for each cell, recorded step and quantity (``train_risk``, ``distance``,
        ``sharpness``), over the runs that have not diverged by then.
    """
    rows = []
    for cell, group in trajectories.groupby(TRAJECTORY_CELL, sort=True):
        named = dict(zip(TRAJECTORY_CELL, cell, strict=True))
        quantities = ["train_risk", "distance", "sharpness"]
        rows += _describe_quantities(named, {}, group, quantities, study_seed)
    return pd.DataFrame(rows, columns=[*TRAJECTORY_CELL, "quantity", *STATISTICS])


def tabulate_theory(
    experiment: str,
    datasets: dict[str, Dataset],
    depths: tuple[int, ...],
    learning_rates: tuple[float, ...],
    *,
    linear: bool,
) -> pd.DataFrame:
    """Tabulate every line of theory that belongs to an experiment.

    Returns:
        Rows with ``experiment``, ``dataset``, ``depth``, ``learning_rate``, ``quantity``,
        ``value``: for linear networks each of `flatminima.theory.THEORY_QUANTITIES` for each
        dataset and depth, and for all networks ``two_over_learning_rate``, the sharpness above
        which gradient descent is unstable.
    """
    columns = ["experiment", "dataset", "depth", "learning_rate", "quantity", "value"]
    rows = []
    if linear:
        rows = [
            (experiment, name, depth, np.nan, quantity, compute(covariance, solution, depth))
            for name, dataset in datasets.items()
            for covariance, solution in [(dataset.covariance, dataset.minimum_norm_solution)]
            for depth in depths
            for quantity, compute in THEORY_QUANTITIES.items()
        ]
    rows += [
        (experiment, pd.NA, pd.NA, rate, "two_over_learning_rate", 2 / rate)
        for rate in learning_rates
    ]
    types = {"dataset": "string", "depth": "Int64", "learning_rate": "float64"}
    return pd.DataFrame(rows, columns=columns).astype(types)


def fit_regression(runs: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """Fit log10 y against log10 x over the runs that did not diverge.

    Returns:
        One row: ``x``, ``y``, ``left_out`` (runs that diverged or have no logarithm), and the
        fields of `flatminima.statistics.Regression`.
    """
    runs = add_generalisation_gap(runs)
    line = log_log_regression(runs[x].to_numpy(), runs[y].to_numpy())
    return pd.DataFrame([{"x": x, "y": y, "left_out": len(runs) - line.count, **vars(line)}])


def select_rows(table: pd.DataFrame, selection: dict) -> pd.DataFrame:
    """Keep the rows whose axes have the selected values; rows without a value stay.

    Args:
        table: Any table with axes as columns; an axis that it does not have selects nothing.
        selection: For an axis a list of values, or bounds ``at_least`` and ``at_most``.
    """
    for axis in selection.keys() & set(table.columns):
        column, wanted = table[axis], selection[axis]
        if isinstance(wanted, list):
            keep = column.isin(wanted)
        else:
            keep = (column >= wanted.get("at_least", -np.inf)) & (
                column <= wanted.get("at_most", np.inf)
            )
        table = table[keep.fillna(False) | column.isna()]
    return table


def _outcome_counts(group: pd.DataFrame) -> dict[str, int]:
    counts = {outcome: int((group["outcome"] == outcome).sum()) for outcome in OUTCOMES}
    return {"runs": len(group), **counts}


def _describe_quantities(
    cell: dict, counts: dict, group: pd.DataFrame, quantities: list[str], study_seed: int
) -> list[dict]:
    return [
        cell
        | {"quantity": quantity}
        | counts
        | describe(
            group[quantity].to_numpy(),
            random_generator(study_seed, "bootstrap", quantity, *cell.values()),
        )
        for quantity in quantities
    ]
