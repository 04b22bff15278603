"""Linear networks of measurements, and the starts of their runs.

A start is the same point for gradient flow and for gradient descent at every rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flatminima.core.seeding import random_generator
from flatminima.datasets import Dataset
from flatminima.networks import initialise, random_projection
from flatminima.networks.linear.network import LinearNetwork

__all__ = ["NetworkSpecification", "build_network", "start_of_run", "starts_of_runs"]


@dataclass(frozen=True)
class NetworkSpecification:
    """A deep linear network that can be built for a dataset.

    Attributes:
        initialisation: One of `flatminima.networks.INITIALISATIONS`; a ``residual``
            network has a fixed projection.
        depth: L.
        width: The number of rows of the hidden layers.
    """

    initialisation: str
    depth: int
    width: int

    def columns(self, experiment: str, dataset_name: str) -> dict:
        """Return the columns that name the network, `flatminima.core.columns.NETWORK`."""
        return {"experiment": experiment, "dataset": dataset_name, **vars(self)}


def build_network(
    specification: NetworkSpecification, dataset: Dataset, study_seed: int, experiment: str
) -> LinearNetwork:
    """Build a network; a projection is drawn once for each experiment and depth."""
    projection = None
    if specification.initialisation == "residual":
        generator = random_generator(study_seed, "projection", experiment, specification.depth)
        projection = random_projection(dataset.features, generator)
    return LinearNetwork(dataset, specification.depth, specification.width, projection)


def start_of_run(
    network: LinearNetwork,
    specification: NetworkSpecification,
    experiment: str,
    dataset_name: str,
    init_scale: float,
    repetition: int,
    study_seed: int,
) -> np.ndarray:
    """Draw the start of a run of this identity, whatever happens afterwards.

    The learning rate is not part of the identity, so that gradient flow and gradient descent at
    every rate start at the same point.

    Args:
        network: The network that the specification builds.
        specification: The specification, which names its initialisation.
        experiment: The name of the experiment.
        dataset_name: The name of the data.
        init_scale: The scale.
        repetition: The number of the run among those of this scale.
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
    return initialise(specification.initialisation, network.layer_shapes, init_scale, generator)


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
