"""Gradient descent put beside gradient flow: what it conserves and where it ends.

Every run starts where `flatminima.starts.start_of_run` says, whatever its
learning rate: rates are compared with each other, and with the flow, from the same points.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from flatminima import theory
from flatminima.datasets import Dataset
from flatminima.gradient_flow import end_of_flow
from flatminima.identities import NetworkSpecification
from flatminima.layer_structure import largest_imbalance_change
from flatminima.runs import build_network
from flatminima.sharpness import compute_sharpness
from flatminima.starts import NETWORK_COLUMNS, network_columns, starts_of_runs
from flatminima.training import GradientDescent, train

__all__ = ["DESCENT_COLUMNS", "DRIFT_COLUMNS", "measure_descents", "measure_imbalance_drift"]

DRIFT_COLUMNS = NETWORK_COLUMNS | {
    "learning_rate": "float64",
    "steps": "int64",
    "init_scale": "float64",
    "repetition": "int64",
    "outcome": "str",
    "imbalance_change": "float64",
}
"""The columns of `measure_imbalance_drift`."""

DESCENT_COLUMNS = NETWORK_COLUMNS | {
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
    initial = starts_of_runs(network, specification, *identity, [init_scale], repetitions)
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
                network_columns(specification, experiment, dataset_name)
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
    initial = starts_of_runs(network, specification, *identity, init_scales, repetitions)
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
        row = network_columns(specification, experiment, dataset_name) | {
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
