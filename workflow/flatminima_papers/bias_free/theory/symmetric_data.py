"""Mirrored data {+-x_i}, and functions on it split into their even and odd parts.

Inputs are stacked as [X; -X], so that sample i + m is the mirror of sample i, of 2m samples.
"""

import numpy as np

__all__ = [
    "circle_inputs",
    "even_part",
    "linear_floor",
    "mirrored",
    "odd_part",
    "root_mean_square",
    "white_inputs",
]


def mirrored(inputs: np.ndarray) -> np.ndarray:
    """Return [X; -X].

    Examples:
        >>> mirrored(np.array([[1.0, 2.0]])).tolist()
        [[1.0, 2.0], [-1.0, -2.0]]
    """
    return np.concatenate([inputs, -inputs])


def circle_inputs(points: int, generator: np.random.Generator) -> np.ndarray:
    """Return points on distinct lines of the unit circle and their mirrors, (2 points, 2)."""
    angles = np.pi * (np.arange(points) + generator.uniform(0.1, 0.9, points)) / points
    return mirrored(np.stack([np.cos(angles), np.sin(angles)], axis=1))


def white_inputs(points: int, features: int, generator: np.random.Generator) -> np.ndarray:
    """Return Gaussian points and their mirrors, (2 points, features), whitened to Sigma = I.

    Args:
        points: At least as many as features.
        features: d.
        generator: Where the points come from.
    """
    inputs = generator.standard_normal((points, features))
    factor = np.linalg.cholesky(inputs.T @ inputs / points)
    return mirrored(np.linalg.solve(factor, inputs.T).T)


def even_part(values: np.ndarray) -> np.ndarray:
    """Return (g(x_i) + g(-x_i)) / 2 of values on mirrored data (..., 2m), shape (..., m)."""
    first, second = np.split(values, 2, axis=-1)
    return (first + second) / 2


def odd_part(values: np.ndarray) -> np.ndarray:
    """Return (g(x_i) - g(-x_i)) / 2; see `even_part`."""
    first, second = np.split(values, 2, axis=-1)
    return (first - second) / 2


def root_mean_square(values: np.ndarray) -> np.ndarray:
    """Return the root of the mean square along the last axis."""
    return np.sqrt(np.mean(values**2, axis=-1))


def linear_floor(inputs: np.ndarray, targets: np.ndarray) -> float:
    """Return the risk of the best linear fit to the odd part of the targets.

    Of two-layer networks without biases none has a smaller risk on mirrored data (statement 1).

    Args:
        inputs: [X; -X].
        targets: y at each.

    Examples:
        The floor of an even function is 0, and that of a linear one as well.

        >>> inputs = mirrored(np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]]))
        >>> linear_floor(inputs, np.abs(inputs[:, 0]))
        0.0
        >>> bool(linear_floor(inputs, inputs @ [1.0, -3.0]) < 1e-28)
        True
    """
    half, odd = inputs[: len(inputs) // 2], odd_part(targets)
    fitted = half @ np.linalg.lstsq(half, odd, rcond=None)[0]
    return float(np.mean((odd - fitted) ** 2))
