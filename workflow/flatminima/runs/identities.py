"""The identity of a run, from which its random numbers come."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np

from flatminima.core.seeding import Identity, random_generator
from flatminima.networks import NetworkKind

__all__ = ["RunIdentity", "runs_of"]


@dataclass(frozen=True)
class RunIdentity:
    """The values that name a run; they alone decide its random numbers.

    Attributes:
        optimiser: From `flatminima.optimisers.OptimiserKind.identity`; empty for gradient
            descent, so that its runs keep their random numbers when optimisers are added.
    """

    experiment: str
    dataset: str
    depth: int
    width: int
    learning_rate: float
    init_scale: float
    repetition: int
    optimiser: tuple[Identity, ...] = ()

    def generator(self, study_seed: int) -> np.random.Generator:
        """Return the run's random generator."""
        *named, optimiser = vars(self).values()
        return random_generator(study_seed, "run", *named, *optimiser)

    def row(self) -> dict:
        """Return the columns that name the run."""
        return {key: value for key, value in vars(self).items() if key != "optimiser"}


def runs_of(
    experiment: str,
    dataset: str,
    network: NetworkKind,
    learning_rates: Iterable[float],
    init_scales: Iterable[float],
    repetitions: Iterable[int],
) -> list[RunIdentity]:
    """Return the runs of one network of one depth and width, repetitions varying fastest."""
    (depth,), (width,) = network.depth, network.width
    return [
        RunIdentity(experiment, dataset, depth, width, learning_rate, init_scale, repetition)
        for learning_rate, init_scale, repetition in product(
            learning_rates, init_scales, repetitions
        )
    ]
