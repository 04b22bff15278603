"""From runs to summaries, which contain every number in a figure.

Summaries are tidy: a row is one quantity in one cell, with its statistics over the
repetitions.  A cell consists of the runs that differ in their repetition only.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from flatminima.core.seeding import random_generator
from flatminima.datasets import Dataset
from flatminima.quantities import ordered, summarised
from flatminima.summaries.statistics import (
    describe,
    grouped_slopes,
    log_log_regression,
    probability,
)
from flatminima.theory.closed_forms import THEORY_QUANTITIES

__all__ = [
    "STATISTICS",
    "derived",
    "fit_regression",
    "select_rows",
    "summarise_runs",
    "summarise_trajectories",
    "tabulate_theory",
]

OUTCOMES = ("converged", "not_converged", "diverged")
OUTCOME_OF = {"divergence_probability": "diverged", "convergence_probability": "converged"}
STATISTICS = ["count", "mean", "low", "high", "q05", "q25", "median", "q75", "q95"]


def derived(runs: pd.DataFrame, quantities: Iterable[str]) -> pd.DataFrame:
    """Return the table of runs with the columns that are computed from it."""
    for quantity in ordered(quantities):
        runs = runs.assign(**quantity.derive(runs))
    return runs


def summarise_runs(
    runs: pd.DataFrame, quantities: Sequence[str], axes: Sequence[str], study_seed: int
) -> pd.DataFrame:
    """Summarise a table of runs.

    Args:
        runs: A table with `flatminima.runs.tables.run_columns`.
        quantities: The measured quantities.
        axes: The columns of the optimiser in which cells differ.
        study_seed: The seed of the bootstrap of each interval, together with the name of its cell.

    Returns:
        A row for each cell and quantity: the cell, ``quantity``, the number of ``runs`` in the cell
        and in each outcome, and the statistics of
        `flatminima.summaries.statistics.describe` over the runs that did not diverge.
        Probabilities of divergence and convergence are quantities, with Wilson intervals and no
        quantiles. Quantities of the initialisation, which do not depend on the optimiser, are
        taken over all learning rates together, and their learning rate is NaN.
    """
    runs = derived(runs, quantities)
    cell = _cell("learning_rate", *axes, "steps", "init_scale")
    start = [column.name for column in summarised(quantities, "start")]
    end = [column.name for column in summarised(quantities, "end")]
    rows = []
    for key, group in runs.groupby(cell, sort=True):
        named = dict(zip(cell, key, strict=True))
        counts = _outcome_counts(group)
        for name, outcome in OUTCOME_OF.items():
            proportion = probability(counts[outcome], counts["runs"])
            rows.append(named | {"quantity": name} | counts | proportion)
        rows += _describe_quantities(named, counts, group, end, study_seed)
    for key, group in runs.groupby(_cell("init_scale"), sort=True):
        named = dict(zip(_cell("init_scale"), key, strict=True))
        counts = _outcome_counts(group)
        rows += _describe_quantities(named, counts, group, start, study_seed)
    columns = [*cell, "quantity", "runs", *OUTCOMES, *STATISTICS]
    return pd.DataFrame(rows, columns=columns).astype({"steps": "Int64"})


def summarise_trajectories(
    trajectories: pd.DataFrame, quantities: Sequence[str], axes: Sequence[str], study_seed: int
) -> pd.DataFrame:
    """Summarise a table with `flatminima.runs.tables.path_columns` over repetitions.

    The arguments are those of `summarise_runs`.

    Returns:
        A row for each cell, recorded step and quantity, over the runs that have not yet diverged.
    """
    cell = _cell("learning_rate", *axes, "init_scale", "step")
    path = [column.name for column in summarised(quantities, "path")]
    rows = []
    for key, group in trajectories.groupby(cell, sort=True):
        named = dict(zip(cell, key, strict=True))
        rows += _describe_quantities(named, {}, group, path, study_seed)
    return pd.DataFrame(rows, columns=[*cell, "quantity", *STATISTICS])


def tabulate_theory(
    experiment: str,
    datasets: Mapping[str, Dataset],
    depths: Sequence[int],
    learning_rates: Sequence[float],
    *,
    linear: bool,
) -> pd.DataFrame:
    """Tabulate every line of the theory that belongs to an experiment.

    Returns:
        Rows with ``experiment``, ``dataset``, ``depth``, ``learning_rate``, ``quantity``,
        ``value``: for linear networks each of the closed forms of
        `flatminima.theory.closed_forms.THEORY_QUANTITIES` for each dataset and depth, and for all
        networks ``two_over_learning_rate``, the sharpness above which gradient descent is
        unstable.
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


def fit_regression(runs: pd.DataFrame, x: str, y: str, groups: str | None = None) -> pd.DataFrame:
    """Fit log10 y against log10 x over the runs that did not diverge.

    Args:
        runs: A table of runs.
        x: The column of the abscissa.
        y: The column of the ordinate.
        groups: A column; if given, the slopes within and between its values are fitted too.

    Returns:
        One row: ``x``, ``y``, ``left_out`` (runs that diverged or have no logarithm), the
        fields of `flatminima.summaries.statistics.Regression`, and those of
        `flatminima.summaries.statistics.grouped_slopes`.
    """
    pairs = (runs[x].to_numpy(), runs[y].to_numpy())
    line = log_log_regression(*pairs)
    slopes = {} if groups is None else grouped_slopes(*pairs, runs[groups].to_numpy())
    found = {"x": x, "y": y, "left_out": len(runs) - line.count, **vars(line), **slopes}
    return pd.DataFrame([found])


def select_rows(table: pd.DataFrame, selection: Mapping) -> pd.DataFrame:
    """Keep the rows whose axes have the selected values, and the rows without a value.

    Args:
        table: A table with axes as columns; a selection by an axis that it lacks has no effect.
        selection: For each axis a list of values, or bounds ``at_least`` and ``at_most``.
    """
    for axis in selection.keys() & set(table.columns):
        column, wanted = table[axis], selection[axis]
        if not isinstance(wanted, Mapping):
            keep = column.isin(wanted)
        else:
            keep = (column >= wanted.get("at_least", -np.inf)) & (
                column <= wanted.get("at_most", np.inf)
            )
        table = table[keep.fillna(False) | column.isna()]
    return table


def _cell(*varying: str) -> list[str]:
    """Return the columns in which cells differ, in the order in which they name a cell."""
    return ["experiment", "dataset", "depth", "width", *varying]


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
