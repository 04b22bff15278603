"""Regression problems with a prescribed covariance and solution."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from flatminima.datasets import Dataset, DatasetKind, DataSize

__all__ = ["Spectrum", "prescribed_dataset", "spectrum_dataset"]


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
        """Return the data; all that is random in it comes from the generator."""
        return spectrum_dataset(self.features, self.condition_number, generator)

    def describe(self) -> str:
        """Return in a few words what the data is."""
        return (
            f"{2 * self.features} noiseless samples, {self.features} features, "
            f"condition number {self.condition_number:.12g}"
        )


def prescribed_dataset(
    eigenvalues: np.ndarray, solution: np.ndarray, generator: np.random.Generator
) -> Dataset:
    """Build data whose Sigma is diag(eigenvalues) and whose w* is given, to rounding.

    X = sqrt(n) Q diag(eigenvalues)^1/2 with n = 2 d samples and Q a random n x d matrix with
    orthonormal columns, and y = X w*, so that R_min = 0.

    Args:
        eigenvalues: Of Sigma, non-negative, shape (d,).
        solution: w*, zero where Sigma is, shape (d,).
        generator: Where Q comes from.

    Raises:
        ValueError: If the shapes differ, an eigenvalue is negative, or w* has a part in the
            kernel of Sigma.
        flatminima.datasets.DatasetError: If there is nothing to learn.
    """
    if eigenvalues.shape != solution.shape or eigenvalues.ndim != 1:
        raise ValueError(
            f"eigenvalues and solution need one shape (d,), not {eigenvalues.shape} "
            f"and {solution.shape}"
        )
    if (eigenvalues < 0).any():
        raise ValueError("a covariance has no negative eigenvalue")
    if (solution[eigenvalues == 0] != 0).any():
        raise ValueError("w* must lie in the range of Sigma")
    samples = 2 * len(eigenvalues)
    columns, _ = np.linalg.qr(generator.standard_normal((samples, len(eigenvalues))))
    inputs = np.sqrt(samples) * columns * np.sqrt(eigenvalues)
    return Dataset(inputs, inputs @ solution)


def spectrum_dataset(
    features: int, condition_number: float, generator: np.random.Generator
) -> Dataset:
    """Draw data of a given conditioning, with a random w* of norm 1.

    Args:
        features: d.
        condition_number: Sigma is diagonal, with eigenvalues log-even from 1 down to one over
            this.
        generator: Where w* and the rotation of the samples come from.
    """
    solution = generator.standard_normal(features)
    return prescribed_dataset(
        np.geomspace(1, 1 / condition_number, features),
        solution / np.linalg.norm(solution),
        generator,
    )
