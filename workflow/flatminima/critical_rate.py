"""The critical learning rate, measured: above it no run reaches the optimum.

The closed forms beside it are 2 / S_min (ours) and 1 / (c L a) (paper, Theorem 1).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from flatminima import theory
from flatminima.datasets import Dataset
from flatminima.identities import NetworkSpecification
from flatminima.networks import LinearNetwork
from flatminima.runs import build_network
from flatminima.starts import NETWORK_COLUMNS, network_columns, starts_of_runs
from flatminima.statistics import probability
from flatminima.training import GradientDescent, train

__all__ = [
    "BRACKET_COLUMNS",
    "CONVERGENCE_COLUMNS",
    "bracket_critical_rate",
    "measure_convergence",
]

CONVERGENCE_COLUMNS = NETWORK_COLUMNS | {
    "init_scale": "float64",
    "round": "int64",
    "learning_rate": "float64",
    "relative_rate": "float64",
    "steps": "int64",
    "runs": "int64",
    "converged": "int64",
    "diverged": "int64",
    "share": "float64",
    "share_low": "float64",
    "share_high": "float64",
    "median_distance": "float64",
}
"""The columns of `measure_convergence`; the share has its Wilson 95 % interval."""

BRACKET_COLUMNS = NETWORK_COLUMNS | {
    "init_scale": "float64",
    "steps": "int64",
    "runs": "int64",
    "all_converge": "float64",
    "critical_rate": "float64",
    "none_converges": "float64",
    "diverged_below": "int64",
    "exact_critical_rate": "float64",
    "paper_critical_rate": "float64",
}
"""The columns of `bracket_critical_rate`."""


def measure_convergence(
    dataset: Dataset,
    dataset_name: str,
    specification: NetworkSpecification,
    init_scale: float,
    repetitions: int,
    step_counts: Sequence[int],
    *,
    lowest: float,
    highest: float,
    rates_per_round: int = 8,
    rounds: int = 3,
    distance_tolerance: float = 1e-8,
    experiment: str,
    study_seed: int,
) -> pd.DataFrame:
    """Measure at which learning rates runs reach the optimum, closer and closer to the edge.

    The first round takes rates from `lowest` to `highest`, log-even; every further round goes
    from the largest rate below which all runs converge to the smallest one above which none
    does, by the longest training. Nothing of the theory enters.

    Args:
        dataset: The data.
        dataset_name: Its name, part of every run's identity.
        specification: The network.
        init_scale: The scale.
        repetitions: Runs a rate.
        step_counts: Numbers of steps after which runs are counted, increasing.
        lowest: The lowest rate of the first round.
        highest: The highest.
        rates_per_round: Rates a round.
        rounds: Rounds.
        distance_tolerance: A run has reached the optimum if ||w_prod - w*||^2 is at most this.
        experiment: The name of the experiment, part of every run's identity.
        study_seed: The seed of the study.

    Returns:
        A row a rate and number of steps, with `CONVERGENCE_COLUMNS`.
    """
    network = build_network(specification, dataset, study_seed, experiment)
    problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
    exact = theory.critical_learning_rate(*problem)
    identity = (experiment, dataset_name, study_seed)
    initial = starts_of_runs(network, specification, *identity, [init_scale], repetitions)
    rows: list[dict] = []
    for number in range(rounds):
        if number > 0:
            longest = pd.DataFrame(rows).query("steps == @step_counts[-1]")
            lowest, highest = _edges(longest)
        rates = np.geomspace(lowest, highest, rates_per_round)
        for steps, distances in _distances(network, initial, rates, step_counts):
            for learning_rate, values in zip(rates, distances, strict=True):
                converged = int(np.sum(values <= distance_tolerance))
                share = probability(converged, repetitions)
                rows.append(
                    network_columns(specification, experiment, dataset_name)
                    | {
                        "init_scale": init_scale,
                        "round": number,
                        "learning_rate": learning_rate,
                        "relative_rate": learning_rate / exact,
                        "steps": steps,
                        "runs": repetitions,
                        "converged": converged,
                        "diverged": int(np.sum(np.isinf(values))),
                        "share": share["mean"],
                        "share_low": share["low"],
                        "share_high": share["high"],
                        "median_distance": float(np.median(values)),
                    }
                )
    return pd.DataFrame(rows, columns=list(CONVERGENCE_COLUMNS)).astype(CONVERGENCE_COLUMNS)


def bracket_critical_rate(dataset: Dataset, convergence: pd.DataFrame) -> pd.DataFrame:
    """Reduce a convergence table to the measured critical rate, beside the closed forms.

    The bracket goes from the largest rate at and below which every run converged to the
    smallest at and above which none did; no model of the share is assumed. `critical_rate` is
    where the share, between neighbouring rates linear in the rate, crosses one half last.

    Args:
        dataset: The data.
        convergence: A table of `measure_convergence`.

    Returns:
        A row a number of steps, with `BRACKET_COLUMNS`; beside the measured rates 2 / S_min
        (ours) and 1 / (c L a) (paper). `diverged_below` counts runs that diverged in the
        bracket or under it: for them it was not stability that decided.
    """
    rows = []
    for steps, table in convergence.groupby("steps"):
        first = table.iloc[0]
        problem = (dataset.covariance, dataset.minimum_norm_solution, int(first["depth"]))
        low, high = _edges(table)
        rows.append(
            {name: first[name] for name in BRACKET_COLUMNS if name in table}
            | {
                "steps": steps,
                "all_converge": low,
                "critical_rate": _half_crossing(table),
                "none_converges": high,
                "diverged_below": table.loc[table["learning_rate"] < high, "diverged"].sum(),
                "exact_critical_rate": theory.critical_learning_rate(*problem),
                "paper_critical_rate": theory.paper_critical_learning_rate(*problem),
            }
        )
    return pd.DataFrame(rows, columns=list(BRACKET_COLUMNS)).astype(BRACKET_COLUMNS)


def _distances(
    network: LinearNetwork, initial: np.ndarray, rates: np.ndarray, step_counts: Sequence[int]
) -> list[tuple[int, np.ndarray]]:
    """Return ||w_prod - w*||^2 after each number of steps, shape (rates, runs); inf if diverged."""
    runs = initial.shape[1]
    batch = network.allocate(len(rates) * runs)
    batch[:] = np.tile(initial, (1, len(rates)))
    observations = []

    def observe(step: int, parameters: np.ndarray, alive: np.ndarray) -> None:
        distances = np.full(len(alive), np.inf)
        distances[alive] = network.squared_distance(parameters[:, alive])
        observations.append((step, distances.reshape(len(rates), runs)))

    train(
        network,
        batch,
        GradientDescent(np.repeat(rates, runs)),
        step_counts[-1],
        recorded_steps=step_counts,
        observe=observe,
    )
    return observations


def _edges(table: pd.DataFrame) -> tuple[float, float]:
    """Return the largest rate up to which all runs converge, the smallest from which none does.

    Where the lowest rate already fails, or the highest does not, the edge is that rate.
    """
    table = table.sort_values("learning_rate")
    rates = table["learning_rate"].to_numpy()
    fails = np.flatnonzero(table["converged"] < table["runs"])
    works = np.flatnonzero(table["converged"] > 0)
    first = fails[0] if len(fails) else len(rates)
    last = works[-1] if len(works) else -1
    return float(rates[max(first - 1, 0)]), float(rates[min(last + 1, len(rates) - 1)])


def _half_crossing(table: pd.DataFrame) -> float:
    """Return the largest rate at which the interpolated share is one half; NaN if never."""
    table = table.sort_values("learning_rate")
    rates, shares = table["learning_rate"].to_numpy(), table["share"].to_numpy()
    above = np.flatnonzero((shares[:-1] >= 0.5) & (shares[1:] < 0.5))
    if len(above) == 0:
        return np.nan
    k = above[-1]
    weight = (shares[k] - 0.5) / (shares[k] - shares[k + 1])
    return float(rates[k] + weight * (rates[k + 1] - rates[k]))
