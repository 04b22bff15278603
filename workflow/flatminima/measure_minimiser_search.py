"""The flattest minimiser that a search over all of them finds, beside the certified S_min."""

import pandas as pd

from flatminima.certificates import certify_minimal_sharpness
from flatminima.datasets import Dataset
from flatminima.identities import NetworkSpecification
from flatminima.minimisers import search_flattest_minimiser
from flatminima.runs import build_network
from flatminima.seeding import random_generator
from flatminima.sharpness import compute_sharpness
from flatminima.starts import NETWORK_COLUMNS, network_columns

__all__ = ["MINIMISER_SEARCH_COLUMNS", "measure_minimiser_search"]

MINIMISER_SEARCH_COLUMNS = NETWORK_COLUMNS | {
    "features": "int64",
    "parameters": "int64",
    "restarts": "int64",
    "searched_sharpness": "float64",
    "sharpness_residual": "float64",
    "minimal_sharpness": "float64",
    "certificate_gap": "float64",
}
"""The columns of `measure_minimiser_search`; `parameters` counts the trained ones."""


def measure_minimiser_search(
    dataset: Dataset,
    dataset_name: str,
    specification: NetworkSpecification,
    restarts: int,
    *,
    experiment: str,
    study_seed: int,
) -> pd.DataFrame:
    """Search all minimisers of a network for the flattest (this study).

    The search knows nothing of S_min, nor of rank one or alignment
    (`flatminima.minimisers.search_flattest_minimiser`).

    Args:
        dataset: The data.
        dataset_name: Its name.
        specification: The network: of any width, fully connected or residual.
        restarts: Of the search.
        experiment: The name of the experiment.
        study_seed: The seed of the study.

    Returns:
        One row, with `MINIMISER_SEARCH_COLUMNS`.

    Raises:
        flatminima.sharpness.SharpnessError: If a sharpness misses its tolerance.
    """
    network = build_network(specification, dataset, study_seed, experiment)
    problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
    proof = certify_minimal_sharpness(*problem)
    identity = (experiment, dataset_name, *vars(specification).values())
    generator = random_generator(study_seed, "search", *identity)
    found = compute_sharpness(network, search_flattest_minimiser(network, restarts, generator))
    row = network_columns(specification, experiment, dataset_name) | {
        "features": dataset.features,
        "parameters": network.size,
        "restarts": restarts,
        "searched_sharpness": found.value,
        "sharpness_residual": found.residual,
        "minimal_sharpness": proof.below,
        "certificate_gap": proof.gap,
    }
    table = pd.DataFrame([row], columns=list(MINIMISER_SEARCH_COLUMNS))
    return table.astype(MINIMISER_SEARCH_COLUMNS)
