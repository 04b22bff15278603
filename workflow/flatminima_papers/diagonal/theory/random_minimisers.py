"""Random networks that fit the data, to be no flatter than the flattest."""

import numpy as np

from flatminima.datasets import Dataset
from flatminima.theory.diagonal_networks import mobility, sharpness_of_minimiser

__all__ = ["flattest_of_random", "random_factorisation"]


def random_factorisation(
    weights: np.ndarray, depth: int, spread: float, generator: np.random.Generator
) -> np.ndarray:
    """Return layers with product w, whose logarithms of size differ by a spread; shape (L, d).

    Args:
        weights: w, shape (d,).
        depth: L.
        spread: Standard deviation of the logarithms.
        generator: Where the random numbers come from.
    """
    logs = spread * generator.standard_normal((depth, len(weights)))
    layers = np.exp(logs - logs.mean(axis=0)) * np.abs(weights) ** (1 / depth)
    layers[0] *= np.sign(weights)
    return layers


def flattest_of_random(
    data: Dataset, depth: int, draws: int, generator: np.random.Generator
) -> float:
    """Return the smallest sharpness of random factorisations of random minimisers.

    The spread of the layers is 0 (balanced) for a quarter of them, and up to 1; with fewer samples
    than features a random vector of the kernel of X is added to w*, of a norm up to 1.

    Args:
        data: The regression problem.
        depth: L.
        draws: How many.
        generator: Where the random numbers come from.
    """
    values, vectors = np.linalg.eigh(data.covariance)
    kernel = vectors[:, values < 1e-10 * values[-1]]
    smallest = np.inf
    for draw in range(draws):
        direction = kernel @ generator.standard_normal(kernel.shape[1])
        length = np.linalg.norm(direction)
        offset = generator.random() * direction / length if length > 0 else direction
        spread = 0.0 if draw % 4 == 0 else generator.random()
        weights = data.minimum_norm_solution + offset
        layers = random_factorisation(weights, depth, spread, generator)
        smallest = min(smallest, sharpness_of_minimiser(data.covariance, mobility(layers)))
    return smallest
