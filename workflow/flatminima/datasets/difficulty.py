"""Regression problems with a given condition number and difficulty."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le

from flatminima.core.people import for_people
from flatminima.datasets import Dataset, DatasetKind, DataSize, prescribed_dataset

__all__ = ["Difficulty"]


@dataclass(frozen=True)
class Difficulty(DatasetKind):
    """Prescribes the covariance and the difficulty Q = ||w*||^2, without noise."""

    features: Annotated[int, Ge(2), Le(10_000)]
    """The input dimension d; there are 2 d noiseless samples."""
    condition_number: Annotated[float, Ge(1), Le(1e12)]
    """The largest eigenvalue of the covariance (1) over the smallest, log-even between."""
    difficulty: Annotated[float, Gt(0), Le(1e100)]
    """Q, the squared norm of the least-squares solution, whose direction is drawn."""

    def size(self) -> DataSize:
        """Return the shape of the inputs."""
        return DataSize(2 * self.features, self.features)

    def draw(self, generator: np.random.Generator) -> Dataset:
        """Return the data; everything random in it comes from the generator."""
        direction = generator.standard_normal(self.features)
        return prescribed_dataset(
            np.geomspace(1, 1 / self.condition_number, self.features),
            np.sqrt(self.difficulty) * direction / np.linalg.norm(direction),
            generator,
        )

    @for_people
    def describe(self) -> str:
        """Describe the data in a few words."""
        return (
            f"{2 * self.features} noiseless samples, {self.features} features, "
            f"condition number {self.condition_number:.12g}, difficulty {self.difficulty:.12g}"
        )
