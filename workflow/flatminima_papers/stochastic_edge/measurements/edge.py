"""Where stochastic gradient descent stops sharpening: three kinds of sharpness at the end.

"Paper" is Andreyev and Beneventano, arXiv:2412.20553.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import (
    BATCH_SIZE,
    DATASET,
    EXPERIMENT,
    LEARNING_RATE,
    REPETITION,
    Column,
    Words,
)
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, ExperimentNames
from flatminima.datasets import DataSize
from flatminima.measurements import Datasets, Given, Measurement

__all__ = ["EDGE", "Edge", "at_the_edge"]

EDGE = "at the edge"
"""The range of the risk, relative to the zero function, of a run at the edge."""

BEGINS, ENDS = 0.1, 1e-6

REACHED = 0.9
"""The share of 2/eta that full batches surely reach if there is an edge."""

GAPS = {"gap_below": "2/η less the sharpness", "gap_above": "mini-batch sharpness less sharpness"}


@dataclass(frozen=True)
class Edge(Measurement):
    """Compares the sharpnesses at the end of each run with 2/eta.

    The outcome of a run depends only on its risk, relative to that of the zero function: *dead* if
    they are equal (all units are dead), *under way* above a tenth, *at the edge* down to 1e-6,
    *converged* below, or *diverged*.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        DATASET,
        BATCH_SIZE,
        Column("samples", "int64"),
        LEARNING_RATE,
        REPETITION,
        Column("outcome", "str"),
        Column("relative_risk", words=Words("risk over that of the zero function")),
        Column("two_over_learning_rate", words=Words(label=r"$2/\eta$")),
        Column("sharpness", words=Words(label=r"sharpness $\lambda_{\max}(H)$")),
        Column("batch_sharpness", words=Words("batch sharpness")),
        Column("batch_sharpness_error"),
        Column("mini_batch_sharpness", words=Words("mini-batch sharpness")),
        Column("mini_batch_sharpness_error"),
        Column("gap_below", words=Words("2/η less the sharpness")),
        Column("gap_above", words=Words("mini-batch sharpness less the sharpness")),
    )
    reduced: ClassVar[str | None] = "edge_gaps"
    reduced_columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        LEARNING_RATE,
        Column("gap", "str"),
        BATCH_SIZE,
        Column("runs", "int64"),
        Column("mean", words=Words("gap over 2/η", label=r"gap over $2/\eta$")),
        Column("low", words=Words("95 % interval, low")),
        Column("high", words=Words("95 % interval, high")),
        Column("fitted", words=Words("fitted power of the batch size")),
        Column("exponent", words=Words("fitted exponent")),
        Column("exponent_low", words=Words("95 % interval, low")),
        Column("exponent_high", words=Words("95 % interval, high")),
    )

    dataset: DatasetNames
    """The data of the runs, by name."""
    experiment: ExperimentNames
    """The experiments whose runs are measured; they measure both sharpnesses of batches."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Compare each run."""
        for name in self.experiment:
            for run in given.runs[name].itertuples():
                zero = given.datasets[run.dataset].zero_risk
                edge = 2 / run.learning_rate
                yield {
                    "experiment": name,
                    "dataset": run.dataset,
                    "batch_size": run.batch_size,
                    "samples": given.datasets[run.dataset].samples,
                    "learning_rate": run.learning_rate,
                    "repetition": run.repetition,
                    "outcome": _outcome(run.train_risk / zero),
                    "relative_risk": run.train_risk / zero,
                    "two_over_learning_rate": edge,
                    "sharpness": run.final_sharpness,
                    "batch_sharpness": run.final_batch_sharpness,
                    "batch_sharpness_error": run.final_batch_sharpness_error,
                    "mini_batch_sharpness": run.final_mini_batch_sharpness,
                    "mini_batch_sharpness_error": run.final_mini_batch_sharpness_error,
                    "gap_below": edge - run.final_sharpness,
                    "gap_above": run.final_mini_batch_sharpness - run.final_sharpness,
                }

    @classmethod
    def reduce(cls, table: Any, datasets: Datasets) -> Any:
        """Return the gaps of the runs at the edge, and the fitted power of the batch size.

        The fit is to the batch sizes at which all gaps are positive, and is given at these sizes.
        Full batches are left out, and so are data with fewer than three sizes.
        """
        import pandas as pd

        from flatminima.core.columns import typed
        from flatminima.summaries.statistics import log_log_regression, mean_interval

        del datasets
        rows = []
        for (dataset, rate), group in at_the_edge(table).groupby(["dataset", "learning_rate"]):
            group = group[group["batch_size"] < group["samples"]]
            if group["batch_size"].nunique() < 3:
                continue
            for gap, words in GAPS.items():
                means = {
                    size: (len(part), *mean_interval(part[gap] * rate / 2))
                    for size, part in group.groupby("batch_size")
                }
                positive = group.groupby("batch_size")[gap].transform("min") > 0
                used = group[positive]
                fitted, exponents = dict.fromkeys(means, np.nan), (np.nan,) * 3
                if used["batch_size"].nunique() >= 3:
                    line = log_log_regression(
                        used["batch_size"].to_numpy(float), used[gap].to_numpy() * rate / 2
                    )
                    exponents = (line.slope, line.slope_low, line.slope_high)
                    for size in used["batch_size"].unique():
                        fitted[size] = 10**line.intercept * size**line.slope
                for size, statistics in means.items():
                    rows.append((dataset, rate, words, size, *statistics, fitted[size], *exponents))
        types = typed(cls.reduced_columns)
        return pd.DataFrame(rows, columns=list(types)).astype(types)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost, which is very small."""
        del sizes
        return Work(0.1 * len(self.experiment) * len(self.dataset))


def at_the_edge(table: Any) -> Any:
    """Return the runs at the edge, for data and rates at which there is an edge.

    There is an edge if the sharpness under full batches reaches 2/eta: among the full-batch runs at
    the edge by their risk, the 95 % interval of its mean is above 0.9 of 2/eta.

    Args:
        table: A frame with the columns of `Edge`.
    """
    from flatminima.summaries.statistics import mean_interval

    here = table[table["outcome"] == EDGE]
    full = here[here["batch_size"] == here["samples"]]
    relative = full["sharpness"] / full["two_over_learning_rate"]
    reached = {
        key
        for key, twins in relative.groupby([full["dataset"], full["learning_rate"]])
        if mean_interval(twins.to_numpy())[1] >= REACHED
    }
    keys = zip(here["dataset"], here["learning_rate"], strict=True)
    return here[np.array([key in reached for key in keys], dtype=bool)]


def _outcome(relative_risk: float) -> str:
    if not np.isfinite(relative_risk):
        return "diverged"
    if abs(relative_risk - 1) < 1e-9:
        return "dead"
    if relative_risk > BEGINS:
        return "under way"
    return EDGE if relative_risk > ENDS else "converged"
