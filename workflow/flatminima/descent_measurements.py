"""Gradient descent put beside gradient flow and the critical learning rate.

Every run starts where `flatminima.flow_measurements.start_of_run` says, whatever its
learning rate: rates are compared with each other, and with the flow, from the same points.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from flatminima import theory
from flatminima.datasets import Dataset
from flatminima.flow_measurements import start_of_run
from flatminima.gradient_flow import end_of_flow
from flatminima.identities import NetworkSpecification
from flatminima.layer_structure import largest_imbalance_change
from flatminima.networks import LinearNetwork
from flatminima.runs import build_network
from flatminima.sharpness import compute_sharpness
from flatminima.statistics import probability
from flatminima.training import GradientDescent, train

__all__ = [
    "BRACKET_COLUMNS",
    "CONVERGENCE_COLUMNS",
    "DESCENT_COLUMNS",
    "DRIFT_COLUMNS",
    "bracket_critical_rate",
    "measure_convergence",
    "measure_descents",
    "measure_imbalance_drift",
]

DRIFT_COLUMNS = {
    "experiment": "str",
    "dataset": "str",
    "initialisation": "str",
    "depth": "int64",
    "width": "int64",
    "learning_rate": "float64",
    "steps": "int64",
    "init_scale": "float64",
    "repetition": "int64",
    "outcome": "str",
    "imbalance_change": "float64",
}
"""The columns of `measure_imbalance_drift`."""

DESCENT_COLUMNS = {
    "experiment": "str",
    "dataset": "str",
    "initialisation": "str",
    "depth": "int64",
    "width": "int64",
    "learning_rate": "float64",
    "relative_rate": "float64",
    "steps": "int64",
    "init_scale": "float64",
    "repetition": "int64",
    "outcome": "str",
    "final_distance": "float64",
    "final_sharpness": "float64",
    "flow_sharpness": "float64",
    "relative_difference": "float64",
    "minimal_sharpness": "float64",
}
"""The columns of `measure_descents`; `relative_rate` is learning_rate S_min / 2."""

CONVERGENCE_COLUMNS = {
    "experiment": "str",
    "dataset": "str",
    "initialisation": "str",
    "depth": "int64",
    "width": "int64",
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

BRACKET_COLUMNS = {
    "experiment": "str",
    "dataset": "str",
    "initialisation": "str",
    "depth": "int64",
    "width": "int64",
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


def measure_imbalance_drift(
    dataset: Dataset,
    dataset_name: str,
    specification: NetworkSpecification,
    learning_rates: Sequence[float],
    init_scale: float,
    repetitions: int,
    time: float,
    *,
    experiment: str,
    study_seed: int,
) -> pd.DataFrame:
    """Measure how gradient descent breaks what gradient flow conserves (paper, Lemma 1).

    A step changes W_{k+1}^T W_{k+1} - W_k W_k^T by eta^2 times the difference of the squared
    gradients exactly, so that over a fixed time the drift is of order eta.

    Args:
        dataset: The data.
        dataset_name: Its name, part of every run's identity.
        specification: The network.
        learning_rates: The rates eta.
        init_scale: The scale.
        repetitions: Runs a rate.
        time: eta times the number of steps, about.
        experiment: The name of the experiment, part of every run's identity.
        study_seed: The seed of the study.

    Returns:
        A row a run, with `DRIFT_COLUMNS`; the change is NaN where a run diverged.
    """
    identity = (experiment, dataset_name, study_seed)
    network = build_network(specification, dataset, study_seed, experiment)
    initial = _starts(network, specification, *identity, [init_scale], repetitions)
    rows = []
    for learning_rate in learning_rates:
        steps = round(time / learning_rate)
        rates = np.full(repetitions, learning_rate)
        result = train(network, initial, GradientDescent(rates), steps)
        for repetition in range(repetitions):
            diverged = result.diverged_at[repetition] >= 0
            points = initial[:, repetition], result.parameters[:, repetition]
            change = np.nan if diverged else largest_imbalance_change(network, *points)
            rows.append(
                _names(specification, experiment, dataset_name)
                | {
                    "learning_rate": learning_rate,
                    "steps": steps,
                    "init_scale": init_scale,
                    "repetition": repetition,
                    "outcome": "diverged" if diverged else "finished",
                    "imbalance_change": change,
                }
            )
    return pd.DataFrame(rows, columns=list(DRIFT_COLUMNS)).astype(DRIFT_COLUMNS)


def measure_descents(
    dataset: Dataset,
    dataset_name: str,
    specification: NetworkSpecification,
    learning_rates: Sequence[float],
    init_scales: Sequence[float],
    repetitions: int,
    steps: int,
    *,
    gradient_tolerance: float = 1e-8,
    experiment: str,
    study_seed: int,
) -> pd.DataFrame:
    """Compare where gradient descent and gradient flow end from the same points.

    Args:
        dataset: The data.
        dataset_name: Its name, part of every run's identity.
        specification: The network.
        learning_rates: The rates.
        init_scales: The scales.
        repetitions: Runs a rate and scale.
        steps: Of gradient descent.
        gradient_tolerance: A run has converged if ||grad R|| is at most this.
        experiment: The name of the experiment, part of every run's identity.
        study_seed: The seed of the study.

    Returns:
        A row a run, with `DESCENT_COLUMNS`; `relative_difference` is final_sharpness /
        flow_sharpness - 1, NaN as the other final quantities where a run diverged.
    """
    network = build_network(specification, dataset, study_seed, experiment)
    problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
    smallest = theory.minimal_sharpness(*problem)
    identity = (experiment, dataset_name, study_seed)
    initial = _starts(network, specification, *identity, init_scales, repetitions)
    starts = initial.shape[1]
    flow_sharpness = [
        compute_sharpness(network, end_of_flow(network, initial[:, start]).parameters).value
        for start in range(starts)
    ]
    batch = network.allocate(starts * len(learning_rates))
    batch[:] = np.tile(initial, (1, len(learning_rates)))
    result = train(network, batch, GradientDescent(np.repeat(learning_rates, starts)), steps)
    rows = []
    for position in range(batch.shape[1]):
        learning_rate = learning_rates[position // starts]
        start = position % starts
        row = _names(specification, experiment, dataset_name) | {
            "learning_rate": learning_rate,
            "relative_rate": learning_rate * smallest / 2,
            "steps": steps,
            "init_scale": init_scales[start // repetitions],
            "repetition": start % repetitions,
            "outcome": "diverged",
            "flow_sharpness": flow_sharpness[start],
            "minimal_sharpness": smallest,
        }
        if result.diverged_at[position] < 0:
            end = result.parameters[:, position]
            sharpness = compute_sharpness(network, end).value
            converged = result.gradient_norm[position] <= gradient_tolerance
            row |= {
                "outcome": "converged" if converged else "not_converged",
                "final_distance": float(network.squared_distance(end[:, None])[0]),
                "final_sharpness": sharpness,
                "relative_difference": sharpness / flow_sharpness[start] - 1,
            }
        rows.append(row)
    return pd.DataFrame(rows, columns=list(DESCENT_COLUMNS)).astype(DESCENT_COLUMNS)


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
    initial = _starts(network, specification, *identity, [init_scale], repetitions)
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
                    _names(specification, experiment, dataset_name)
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


def _names(specification: NetworkSpecification, experiment: str, dataset_name: str) -> dict:
    return {
        "experiment": experiment,
        "dataset": dataset_name,
        "initialisation": specification.initialisation,
        "depth": specification.depth,
        "width": specification.width,
    }


def _starts(
    network: LinearNetwork,
    specification: NetworkSpecification,
    experiment: str,
    dataset_name: str,
    study_seed: int,
    init_scales: Sequence[float],
    repetitions: int,
) -> np.ndarray:
    """Return where runs start, shape (size, scales * repetitions), a scale after the other."""
    initial = network.allocate(len(init_scales) * repetitions)
    for position in range(initial.shape[1]):
        initial[:, position] = start_of_run(
            network,
            specification,
            experiment,
            dataset_name,
            init_scales[position // repetitions],
            position % repetitions,
            study_seed,
        )
    return initial


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
