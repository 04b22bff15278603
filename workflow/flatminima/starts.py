"""Where runs start: the same point for gradient flow and for gradient descent at every rate."""

from collections.abc import Sequence

import numpy as np

from flatminima.gradient_flow import flow_initialisation
from flatminima.identities import NetworkSpecification
from flatminima.networks import LinearNetwork
from flatminima.seeding import random_generator

__all__ = ["NETWORK_COLUMNS", "network_columns", "start_of_run", "starts_of_runs"]

NETWORK_COLUMNS = {
    "experiment": "str",
    "dataset": "str",
    "initialisation": "str",
    "depth": "int64",
    "width": "int64",
}
"""The columns that name the network of a run, and their types."""


def network_columns(
    specification: NetworkSpecification, experiment: str, dataset_name: str
) -> dict:
    """Return the columns that name a network, `NETWORK_COLUMNS`."""
    return {
        "experiment": experiment,
        "dataset": dataset_name,
        "initialisation": specification.initialisation,
        "depth": specification.depth,
        "width": specification.width,
    }


def start_of_run(
    network: LinearNetwork,
    specification: NetworkSpecification,
    experiment: str,
    dataset_name: str,
    init_scale: float,
    repetition: int,
    study_seed: int,
) -> np.ndarray:
    """Draw where a run of this identity starts, whatever is done from there.

    The learning rate is no part of it: gradient flow, and gradient descent at every rate,
    start at one point.

    Args:
        network: The network that the specification builds.
        specification: Its initialisation is one of
            `flatminima.gradient_flow.FLOW_INITIALISATIONS`.
        experiment: The name of the experiment.
        dataset_name: The name of the data.
        init_scale: The scale.
        repetition: Which of the runs of this scale.
        study_seed: The seed of the study.

    Returns:
        The parameters, shape (size,).
    """
    generator = random_generator(
        study_seed,
        "start",
        experiment,
        dataset_name,
        specification.initialisation,
        specification.depth,
        specification.width,
        init_scale,
        repetition,
    )
    return flow_initialisation(specification.initialisation, network, init_scale, generator)


def starts_of_runs(
    network: LinearNetwork,
    specification: NetworkSpecification,
    experiment: str,
    dataset_name: str,
    study_seed: int,
    init_scales: Sequence[float],
    repetitions: int,
) -> np.ndarray:
    """Return the starts of all runs, shape (size, scales * repetitions), scale after scale."""
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
