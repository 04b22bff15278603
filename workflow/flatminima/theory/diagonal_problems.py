"""The regression problems on which diagonal networks are studied, and their starts."""

from typing import NamedTuple

import numpy as np

from flatminima.datasets import Dataset

__all__ = ["DiagonalProblem", "draw_problem", "draw_start"]


class DiagonalProblem(NamedTuple):
    """A regression problem and the weights that it was drawn from.

    Attributes:
        data: With ||w*|| = 1.
        true_weights: w_true, in the same unit, shape (d,).
    """

    data: Dataset
    true_weights: np.ndarray


def draw_problem(
    samples: int,
    features: int,
    generator: np.random.Generator,
    *,
    relevant: int | None = None,
    noise: float = 0.0,
    correlation: float = 0.0,
) -> DiagonalProblem:
    """Draw Gaussian inputs and targets y = X w_true + noise, scaled so that ||w*|| = 1.

    Args:
        samples: n.
        features: d.
        generator: Where the random numbers come from.
        relevant: How many entries of w_true, from the first, are not zero; all by default. Their
            size is then 1, their sign random; else they are standard Gaussian.
        noise: Standard deviation of the noise before the scaling.
        correlation: Each pair of features has it.

    Returns:
        The data, and the weights behind it.
    """
    inputs = generator.standard_normal((samples, features))
    inputs = np.sqrt(1 - correlation) * inputs + np.sqrt(correlation) * generator.standard_normal(
        (samples, 1)
    )
    true_weights = generator.standard_normal(features)
    if relevant is not None:
        true_weights = np.where(np.arange(features) < relevant, np.sign(true_weights), 0.0)
    targets = inputs @ true_weights + noise * generator.standard_normal(samples)
    data = Dataset(inputs, targets, relevant=relevant)
    return DiagonalProblem(
        data.normalised(), true_weights / np.linalg.norm(data.minimum_norm_solution)
    )


def draw_start(
    scale: float, depth: int, features: int, generator: np.random.Generator
) -> np.ndarray:
    """Draw layers with independent entries N(0, scale^2), shape (L, d).

    Args:
        scale: The standard deviation of each entry.
        depth: L.
        features: d.
        generator: Another one than that of the data: a start drawn as the data was may lie in
            the span of its samples.
    """
    return scale * generator.standard_normal((depth, features))
