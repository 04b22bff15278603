"""The critical rate from above, by extrapolation, and the time to converge below it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from flatminima import theory
from flatminima.bifurcation import (
    extrapolate_to_zero,
    settled_oscillations,
    steps_to_converge,
)
from flatminima.datasets import Dataset
from flatminima.identities import NetworkSpecification
from flatminima.runs import build_network
from flatminima.starts import NETWORK_COLUMNS, network_columns, starts_of_runs

__all__ = ["BIFURCATION_COLUMNS", "measure_bifurcation"]

BIFURCATION_COLUMNS = NETWORK_COLUMNS | {
    "init_scale": "float64",
    "repetition": "int64",
    "offset": "float64",
    "relative_rate": "float64",
    "steps": "int64",
    "squared_amplitude": "float64",
    "extrapolated_rate": "float64",
    "steps_to_converge": "float64",
    "exact_critical_rate": "float64",
}
"""The columns of `measure_bifurcation`; `relative_rate` is eta S_min / 2 = 1 + or - `offset`.

`squared_amplitude` is NaN below the critical rate, `steps_to_converge` above it; of
`extrapolated_rate` every row of a start above has the same.
"""

TOLERANCE = 1e-10
"""Of the excess risk of a run that has converged."""


def measure_bifurcation(
    dataset: Dataset,
    dataset_name: str,
    specification: NetworkSpecification,
    above: Sequence[float],
    below: Sequence[float],
    init_scale: float,
    repetitions: int,
    steps: int,
    *,
    experiment: str,
    study_seed: int,
) -> pd.DataFrame:
    """Train on both sides of 2 / S_min (this study; see `flatminima.bifurcation`).

    Args:
        dataset: The data.
        dataset_name: Its name, part of every run's identity.
        specification: The network.
        above: Values of x > 0, for rates (1 + x) 2 / S_min; may be empty.
        below: Values of x > 0, for rates (1 - x) 2 / S_min; may be empty.
        init_scale: The scale.
        repetitions: Runs a rate.
        steps: Of gradient descent.
        experiment: The name of the experiment, part of every run's identity.
        study_seed: The seed of the study.

    Returns:
        A row a start and rate, with `BIFURCATION_COLUMNS`.
    """
    network = build_network(specification, dataset, study_seed, experiment)
    problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
    critical = theory.critical_learning_rate(*problem)
    identity = (experiment, dataset_name, study_seed)
    starts = starts_of_runs(network, specification, *identity, [init_scale], repetitions)
    upper, lower = 1 + np.array(above), 1 - np.array(below)
    amplitudes = settled_oscillations(network, starts, critical * upper, steps)
    extrapolated = extrapolate_to_zero(critical * upper, amplitudes) if above else []
    counts = steps_to_converge(network, starts, critical * lower, steps, TOLERANCE)
    rows = []
    for repetition in range(repetitions):
        shared = network_columns(specification, experiment, dataset_name) | {
            "init_scale": init_scale,
            "repetition": repetition,
            "steps": steps,
            "exact_critical_rate": critical,
        }
        rows += [
            shared
            | {
                "offset": x,
                "relative_rate": 1 + x,
                "squared_amplitude": amplitudes[position, repetition],
                "extrapolated_rate": extrapolated[repetition],
            }
            for position, x in enumerate(above)
        ]
        rows += [
            shared
            | {
                "offset": x,
                "relative_rate": 1 - x,
                "steps_to_converge": counts[position, repetition],
            }
            for position, x in enumerate(below)
        ]
    return pd.DataFrame(rows, columns=list(BIFURCATION_COLUMNS)).astype(BIFURCATION_COLUMNS)
