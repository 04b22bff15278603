"""The sharpness of minimisers: closed forms beside brute force and search."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from flatminima import theory
from flatminima.covariances import condition_number
from flatminima.datasets import Dataset
from flatminima.layer_structure import layer_norm_bound
from flatminima.minimisers import rescaled_layers, search_flattest_minimiser
from flatminima.networks import LinearNetwork
from flatminima.seeding import random_generator
from flatminima.sharpness import compute_sharpness

__all__ = [
    "MINIMISER_COLUMNS",
    "RESCALING_COLUMNS",
    "measure_minimal_sharpness",
    "measure_rescaling",
]

MINIMISER_COLUMNS = {
    "dataset": "str",
    "features": "int64",
    "condition_number": "float64",
    "depth": "int64",
    "lower_bound": "float64",
    "minimal_sharpness": "float64",
    "balanced_sharpness": "float64",
    "upper_bound": "float64",
    "built_sharpness": "float64",
    "sharpness_residual": "float64",
    "built_distance": "float64",
    "restarts": "int64",
    "searched_sharpness": "float64",
}
"""The columns of `measure_minimal_sharpness`."""

RESCALING_COLUMNS = {
    "dataset": "str",
    "depth": "int64",
    "factor": "float64",
    "sharpness": "float64",
    "sharpness_residual": "float64",
    "layer_norm_bound": "float64",
    "minimal_sharpness": "float64",
}
"""The columns of `measure_rescaling`."""


def measure_minimal_sharpness(
    dataset: Dataset, dataset_name: str, depth: int, *, restarts: int = 0, study_seed: int
) -> pd.DataFrame:
    """Put S_min beside the sharpness of networks (paper, Theorems 1 and 2; S_min is ours).

    `built_sharpness` is the largest eigenvalue of the Hessian of the network that
    `flatminima.theory.flattest_minimiser` builds, `searched_sharpness` that of the flattest
    network that `flatminima.minimisers.search_flattest_minimiser` finds.

    Args:
        dataset: The data.
        dataset_name: Its name.
        depth: L >= 2.
        restarts: Of the search; 0 leaves it out (NaN).
        study_seed: The seed of the study.

    Returns:
        One row, with `MINIMISER_COLUMNS`.
    """
    problem = (dataset.covariance, dataset.minimum_norm_solution)
    network = LinearNetwork(dataset, depth)
    built = theory.flattest_minimiser(*problem, network.layer_shapes)
    sharpness = compute_sharpness(network, built)
    searched = np.nan
    if restarts > 0:
        generator = random_generator(study_seed, "search", dataset_name, depth)
        found = search_flattest_minimiser(network, restarts, generator)
        searched = compute_sharpness(network, found).value
    row = {
        "dataset": dataset_name,
        "features": dataset.features,
        "condition_number": condition_number(dataset.covariance),
        "depth": depth,
        "lower_bound": theory.lower_bound(*problem, depth),
        "minimal_sharpness": theory.minimal_sharpness(*problem, depth),
        "balanced_sharpness": theory.balanced_sharpness(*problem, depth),
        "upper_bound": theory.upper_bound(*problem, depth),
        "built_sharpness": sharpness.value,
        "sharpness_residual": sharpness.residual,
        "built_distance": float(network.squared_distance(built[:, None])[0]),
        "restarts": restarts,
        "searched_sharpness": searched,
    }
    return pd.DataFrame([row], columns=list(MINIMISER_COLUMNS)).astype(MINIMISER_COLUMNS)


def measure_rescaling(
    dataset: Dataset, dataset_name: str, depth: int, factors: Sequence[float]
) -> pd.DataFrame:
    """Sharpen the flattest minimiser: first layer times C, second one by C (paper, Theorem 1).

    Args:
        dataset: The data.
        dataset_name: Its name.
        depth: L >= 2.
        factors: Values of C.

    Returns:
        A row a factor, with `RESCALING_COLUMNS`; `layer_norm_bound` is that of
        `flatminima.layer_structure.layer_norm_bound`, which grows as C^2.
    """
    problem = (dataset.covariance, dataset.minimum_norm_solution)
    network = LinearNetwork(dataset, depth)
    flattest = theory.flattest_minimiser(*problem, network.layer_shapes)
    rows = []
    for factor in factors:
        point = rescaled_layers(network, flattest, grown=1, shrunk=2, factor=factor)
        sharpness = compute_sharpness(network, point)
        rows.append(
            {
                "dataset": dataset_name,
                "depth": depth,
                "factor": factor,
                "sharpness": sharpness.value,
                "sharpness_residual": sharpness.residual,
                "layer_norm_bound": layer_norm_bound(network, point),
                "minimal_sharpness": theory.minimal_sharpness(*problem, depth),
            }
        )
    return pd.DataFrame(rows, columns=list(RESCALING_COLUMNS)).astype(RESCALING_COLUMNS)
