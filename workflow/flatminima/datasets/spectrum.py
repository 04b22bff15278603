"""Regression problems with a given condition number."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from flatminima.core.people import for_people
from flatminima.datasets import Dataset, DatasetKind, DataSize, prescribed_dataset

__all__ = ["Spectrum", "spectrum_dataset"]


@dataclass(frozen=True)
class Spectrum(DatasetKind):
    """Prescribes the covariance, without noise."""

    features: Annotated[int, Ge(2), Le(10_000)]
    """The input dimension d; there are 2 d noiseless samples."""
    condition_number: Annotated[float, Ge(1), Le(1e12)]
    """The largest eigenvalue of the covariance (1) over the smallest, log-even between."""

    def size(self) -> DataSize:
        """Return the shape of the inputs."""
        return DataSize(2 * self.features, self.features)

    def draw(self, generator: np.random.Generator) -> Dataset:
        """Return the data; everything random in it comes from the generator."""
        return spectrum_dataset(self.features, self.condition_number, generator)

    @for_people
    def describe(self) -> str:
        """Describe the data in a few words."""
        return (
            f"{2 * self.features} noiseless samples, {self.features} features, "
            f"condition number {self.condition_number:.12g}"
        )

    @for_people
    def called(self, name: str) -> str:
        """Return what figures call the data, with its condition number."""
        if self.condition_number == 1:
            return "white"
        return f"condition number {self.condition_number:.12g}"


def spectrum_dataset(
    features: int, condition_number: float, generator: np.random.Generator
) -> Dataset:
    """Draw data with a given condition number and a random w* of norm 1.

    Args:
        features: d.
        condition_number: Sigma is diagonal, with log-spaced eigenvalues from 1 down to 1 over
            this.
        generator: The source of w* and of the rotation of the samples.
    """
    solution = generator.standard_normal(features)
    return prescribed_dataset(
        np.geomspace(1, 1 / condition_number, features),
        solution / np.linalg.norm(solution),
        generator,
    )
