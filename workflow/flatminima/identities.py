"""What names a network and a run, and what a run's random numbers come from."""

from dataclasses import dataclass

import numpy as np

from flatminima.seeding import random_generator

__all__ = ["NetworkSpecification", "RunIdentity"]


@dataclass(frozen=True)
class NetworkSpecification:
    """A kind of network, to be built for a dataset.

    Attributes:
        kind: ``"linear"`` or ``"mlp"``.
        initialisation: ``"gaussian"`` or ``"residual"``; the latter has a fixed projection.
        depth: L.
        width: Rows of the hidden layers.
        gelu: The form of GELU of an ``"mlp"``: ``"tanh"`` or ``"erf"``.
    """

    kind: str
    initialisation: str
    depth: int
    width: int
    gelu: str = "tanh"


@dataclass(frozen=True)
class RunIdentity:
    """What names a run, and alone decides its random numbers."""

    experiment: str
    dataset: str
    depth: int
    width: int
    learning_rate: float
    init_scale: float
    repetition: int

    def generator(self, study_seed: int) -> np.random.Generator:
        """Return the run's random generator."""
        return random_generator(study_seed, "run", *vars(self).values())
