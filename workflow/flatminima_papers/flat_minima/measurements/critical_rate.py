"""The measured critical learning rate, above which no run reaches the optimum.

It is compared with 2 / S_min (this study) and 1 / (c L a) (Marion and Chizat, arXiv:2405.13456,
Theorem 1).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import INIT_SCALE, LEARNING_RATE, NETWORK, STEPS, Column, Words, typed
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    DatasetNames,
    Depths,
    Misfit,
    PositiveInteger,
    PositiveIntegers,
    PositiveNumber,
    Scales,
)
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import (
    Datasets,
    Given,
    Initialisations,
    Measurement,
    linear_networks,
    linear_work,
)
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.starts import NetworkSpecification, build_network, starts_of_runs

__all__ = ["CriticalRate", "bracket_critical_rate"]

RATES_PER_ROUND = 8
ROUNDS = 3

DISTANCE_TOLERANCE = 1e-8
"""A run has reached the optimum if ||w_prod - w*||^2 is at most this."""


@dataclass(frozen=True)
class CriticalRate(Measurement):
    """Measures at which learning rates runs reach the optimum, closer and closer to the edge.

    The first round takes log-spaced rates from `lowest` to `highest`. Every further round takes
    rates from the largest one below which all runs converge to the smallest one above which none
    does, judged by the longest training. The theory is not used. A row is a rate and a number of
    steps; the share of runs has a 95 % Wilson interval.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        *NETWORK,
        INIT_SCALE,
        Column("round", "int64"),
        LEARNING_RATE,
        Column("relative_rate", words=Words(label=r"learning rate over $2/S_{\min}$")),
        STEPS,
        Column("runs", "int64"),
        Column("converged", "int64"),
        Column("diverged", "int64"),
        Column("share"),
        Column("share_low"),
        Column("share_high"),
        Column("median_distance"),
    )
    reduced: ClassVar[str | None] = "critical_rates"
    reduced_columns: ClassVar[tuple[Column, ...]] = (
        *NETWORK,
        INIT_SCALE,
        STEPS,
        Column("runs", "int64"),
        Column("all_converge"),
        Column("critical_rate", words=Words("measured critical rate")),
        Column("none_converges"),
        Column("diverged_below", "int64"),
        Column("exact_critical_rate", words=Words("critical rate", label=r"$2/S_{\min}$")),
        Column("paper_critical_rate", words=Words("rate of the paper's bound", label="$1/(cLa)$")),
    )

    dataset: DatasetNames
    """The data, by name."""
    initialisation: Initialisations
    """Initialisations; one_layer_zero satisfies assumption A1 of the paper."""
    depth: Depths
    """The numbers of layers L."""
    init_scale: Scales
    """The scale of the initialisation."""
    repetitions: PositiveInteger
    """Runs of each rate and scale."""
    steps: PositiveIntegers
    """After how many steps runs are counted."""
    lowest: PositiveNumber
    """The lowest learning rate tried."""
    highest: PositiveNumber
    """The highest learning rate tried."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse an empty range of rates."""
        del sizes
        if not self.lowest < self.highest:
            raise Misfit("lowest", f"is {self.lowest}; allowed: less than highest, {self.highest}")

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each network and scale."""
        for network in linear_networks(self, given.datasets):
            for init_scale in self.init_scale:
                yield from self._search(*network, init_scale, given)

    @classmethod
    def reduce(cls, table: Any, datasets: Datasets) -> Any:
        """Reduce tables to brackets, one per network and number of steps."""
        import pandas as pd

        brackets = [
            bracket_critical_rate(datasets[key[1]], group)
            for _, part in table.groupby("experiment", sort=False)
            for key, group in part.groupby([column.name for column in NETWORK])
        ]
        return pd.concat(brackets, ignore_index=True)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        steps = ROUNDS * RATES_PER_ROUND * max(self.steps)
        return linear_work(self, sizes, steps=steps)

    def _search(
        self,
        dataset: Dataset,
        name: str,
        specification: NetworkSpecification,
        init_scale: float,
        given: Given,
    ) -> list[dict[str, Any]]:
        """Measure the convergence of one network from one scale."""
        import pandas as pd

        from flatminima.summaries.statistics import probability
        from flatminima.theory.closed_forms import critical_learning_rate

        network = build_network(specification, dataset, given.seed, given.name)
        problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
        exact = critical_learning_rate(*problem)
        identity = (given.name, name, given.seed)
        initial = starts_of_runs(network, specification, *identity, [init_scale], self.repetitions)
        lowest, highest = self.lowest, self.highest
        rows: list[dict] = []
        for number in range(ROUNDS):
            if number > 0:
                table = pd.DataFrame(rows)
                lowest, highest = _edges(table[table["steps"] == self.steps[-1]])
            rates = np.geomspace(lowest, highest, RATES_PER_ROUND)
            for steps, distances in _distances(network, initial, rates, self.steps):
                for learning_rate, values in zip(rates, distances, strict=True):
                    converged = int(np.sum(values <= DISTANCE_TOLERANCE))
                    share = probability(converged, self.repetitions)
                    rows.append(
                        specification.columns(given.name, name)
                        | {
                            "init_scale": init_scale,
                            "round": number,
                            "learning_rate": learning_rate,
                            "relative_rate": learning_rate / exact,
                            "steps": steps,
                            "runs": self.repetitions,
                            "converged": converged,
                            "diverged": int(np.sum(np.isinf(values))),
                            "share": share["mean"],
                            "share_low": share["low"],
                            "share_high": share["high"],
                            "median_distance": float(np.median(values)),
                        }
                    )
        return rows


def bracket_critical_rate(dataset: Dataset, convergence: Any) -> Any:
    """Reduce the table of one network to the measured critical rate, with the closed forms.

    The bracket goes from the largest rate at and below which every run converged to the smallest
    at and above which none did. No model of the share is assumed. `critical_rate` is the last rate
    at which the share, interpolated linearly between neighbouring rates, crosses one half.

    Args:
        dataset: The data.
        convergence: A table of `CriticalRate` for one network.

    Returns:
        One row per number of steps, with the reduced columns: the measured rates, 2 / S_min (this
        study) and 1 / (c L a) (paper). `diverged_below` counts the runs that diverged in the
        bracket or below it, for which stability did not decide.
    """
    import pandas as pd

    from flatminima.theory import closed_forms

    types = typed(CriticalRate.reduced_columns)
    rows = []
    for steps, table in convergence.groupby("steps"):
        first = table.iloc[0]
        problem = (dataset.covariance, dataset.minimum_norm_solution, int(first["depth"]))
        low, high = _edges(table)
        rows.append(
            {name: first[name] for name in types if name in table}
            | {
                "steps": steps,
                "all_converge": low,
                "critical_rate": _half_crossing(table),
                "none_converges": high,
                "diverged_below": table.loc[table["learning_rate"] < high, "diverged"].sum(),
                "exact_critical_rate": closed_forms.critical_learning_rate(*problem),
                "paper_critical_rate": closed_forms.paper_critical_learning_rate(*problem),
            }
        )
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _distances(
    network: LinearNetwork, initial: np.ndarray, rates: np.ndarray, step_counts: Sequence[int]
) -> list[tuple[int, np.ndarray]]:
    """Return ||w_prod - w*||^2 after each number of steps, shape (rates, runs); inf if diverged."""
    from flatminima.runs.training import every_start_at_every_rate, train

    runs = initial.shape[1]
    batch, optimiser = every_start_at_every_rate(network, initial, rates)
    observations = []

    def observe(step: int, parameters: np.ndarray, alive: np.ndarray) -> None:
        distances = np.full(len(alive), np.inf)
        distances[alive] = network.squared_distance(parameters[:, alive])
        observations.append((step, distances.reshape(len(rates), runs)))

    train(
        network,
        batch,
        optimiser,
        step_counts[-1],
        recorded_steps=step_counts,
        observe=observe,
    )
    return observations


def _edges(table: Any) -> tuple[float, float]:
    """Return the largest rate up to which all runs converge and the smallest from which none does.

    If already the lowest rate fails, or the highest does not fail, the edge is that rate.
    """
    table = table.sort_values("learning_rate")
    rates = table["learning_rate"].to_numpy()
    fails = np.flatnonzero(table["converged"] < table["runs"])
    works = np.flatnonzero(table["converged"] > 0)
    first = fails[0] if len(fails) else len(rates)
    last = works[-1] if len(works) else -1
    return float(rates[max(first - 1, 0)]), float(rates[min(last + 1, len(rates) - 1)])


def _half_crossing(table: Any) -> float:
    """Return the largest rate at which the interpolated share is one half; NaN if there is none."""
    table = table.sort_values("learning_rate")
    rates, shares = table["learning_rate"].to_numpy(), table["share"].to_numpy()
    above = np.flatnonzero((shares[:-1] >= 0.5) & (shares[1:] < 0.5))
    if len(above) == 0:
        return np.nan
    k = above[-1]
    weight = (shares[k] - 0.5) / (shares[k] - shares[k + 1])
    return float(rates[k] + weight * (rates[k + 1] - rates[k]))
