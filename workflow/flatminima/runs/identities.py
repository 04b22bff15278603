"""What names a run, and what a run's random numbers come from."""

from dataclasses import dataclass

import numpy as np

from flatminima.seeding import Identity, random_generator

__all__ = ["RunIdentity"]


@dataclass(frozen=True)
class RunIdentity:
    """What names a run, and alone decides its random numbers.

    Attributes:
        optimiser: From `flatminima.optimisers.OptimiserKind.identity`; nothing for gradient
            descent, whose runs keep their random numbers whatever optimisers there are.
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
