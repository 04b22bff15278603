"""The paper's data: Gaussian inputs, and targets with Gaussian noise."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from flatminima.core.people import for_people
from flatminima.datasets import Dataset, DatasetKind, DataSize

__all__ = ["Gaussian", "gaussian_dataset"]


@dataclass(frozen=True)
class Gaussian(DatasetKind):
    """Draws X and w_true standard Gaussian, y = X w_true + noise, and divides y by ||w*||."""

    samples: Annotated[int, Ge(2), Le(1_000_000)]
    """The number n of training samples, and of test samples."""
    features: Annotated[int, Ge(1), Le(10_000)]
    """The input dimension d."""
    noise: Annotated[float, Ge(0), Le(1e100)]
    """The standard deviation of the noise before normalisation."""

    def size(self) -> DataSize:
        """Return the shape of the inputs."""
        return DataSize(self.samples, self.features)

    def draw(self, generator: np.random.Generator) -> Dataset:
        """Return the data; everything random in it comes from the generator."""
        return gaussian_dataset(self.samples, self.features, self.noise, generator)

    @for_people
    def describe(self) -> str:
        """Describe the data in a few words."""
        return f"{self.samples} samples, {self.features} features, noise {self.noise:.12g}"


def gaussian_dataset(
    samples: int, features: int, noise: float, generator: np.random.Generator
) -> Dataset:
    """Draw the paper's data: y = X w_true + noise * xi, then divided by ||w*||.

    X, w_true and xi have independent standard Gaussian entries. A test set of the same
    size and law, with the same w_true, is divided by the same number.

    Args:
        samples: n.
        features: d.
        noise: Standard deviation of the noise before the division.
        generator: The source of the random numbers.

    Returns:
        A dataset with ||w*|| = 1 and a test set.
    """
    inputs = generator.standard_normal((samples, features))
    true_solution = generator.standard_normal(features)
    targets = inputs @ true_solution + noise * generator.standard_normal(samples)
    test_inputs = generator.standard_normal((samples, features))
    test_targets = test_inputs @ true_solution + noise * generator.standard_normal(samples)
    return Dataset(inputs, targets, test_inputs, test_targets).normalised()
