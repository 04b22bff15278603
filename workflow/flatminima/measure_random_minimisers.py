"""Random minimisers beside everything that is said of all minimisers."""

import pandas as pd

from flatminima import theory
from flatminima.certificates import certify_minimal_sharpness, second_moment_bound
from flatminima.datasets import Dataset
from flatminima.excess_risk import excess_risk
from flatminima.identities import NetworkSpecification
from flatminima.random_minimisers import draw_minimiser, measure_bounds
from flatminima.runs import build_network
from flatminima.seeding import random_generator
from flatminima.sharpness import compute_sharpness
from flatminima.starts import NETWORK_COLUMNS, network_columns

__all__ = ["RANDOM_MINIMISER_COLUMNS", "measure_random_minimisers"]

RANDOM_MINIMISER_COLUMNS = NETWORK_COLUMNS | {
    "decades": "float64",
    "draw": "int64",
    "excess_risk": "float64",
    "sharpness": "float64",
    "sharpness_residual": "float64",
    "minimiser_sharpness": "float64",
    "lower_bound": "float64",
    "second_moment_bound": "float64",
    "minimal_sharpness": "float64",
    "layer_norm_bound": "float64",
    "upper_layer_norm_bound": "float64",
}
"""The columns of `measure_random_minimisers`.

`sharpness` is the largest eigenvalue of the Hessian, `minimiser_sharpness` that of
2 Sigma^1/2 M Sigma^1/2, the same at minimisers; `minimal_sharpness` is certified from below.
"""


def measure_random_minimisers(
    dataset: Dataset,
    dataset_name: str,
    specification: NetworkSpecification,
    decades: float,
    draws: int,
    *,
    experiment: str,
    study_seed: int,
) -> pd.DataFrame:
    """Measure random minimisers (paper, Theorem 1; the bounds by layer norms are this study).

    Args:
        dataset: The data.
        dataset_name: Its name.
        specification: The network.
        decades: How far the sizes of layers spread (see
            `flatminima.random_minimisers.draw_minimiser`).
        draws: How many minimisers.
        experiment: The name of the experiment.
        study_seed: The seed of the study.

    Returns:
        A row a minimiser, with `RANDOM_MINIMISER_COLUMNS`.

    Raises:
        flatminima.sharpness.SharpnessError: If a sharpness misses its tolerance.
    """
    network = build_network(specification, dataset, study_seed, experiment)
    problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
    closed_forms = {
        "lower_bound": theory.lower_bound(*problem),
        "second_moment_bound": second_moment_bound(*problem),
        "minimal_sharpness": certify_minimal_sharpness(*problem).below,
    }
    rows = []
    for draw in range(draws):
        identity = (experiment, dataset_name, *vars(specification).values(), decades, draw)
        generator = random_generator(study_seed, "random_minimiser", *identity)
        minimiser = draw_minimiser(network, decades, generator)
        sharpness = compute_sharpness(network, minimiser)
        bounds = measure_bounds(network, minimiser)
        rows.append(
            network_columns(specification, experiment, dataset_name)
            | closed_forms
            | {
                "decades": decades,
                "draw": draw,
                "excess_risk": float(excess_risk(network, minimiser[:, None])[0]),
                "sharpness": sharpness.value,
                "sharpness_residual": sharpness.residual,
                "minimiser_sharpness": bounds.sharpness,
                "layer_norm_bound": bounds.below,
                "upper_layer_norm_bound": bounds.above,
            }
        )
    table = pd.DataFrame(rows, columns=list(RANDOM_MINIMISER_COLUMNS))
    return table.astype(RANDOM_MINIMISER_COLUMNS)
