"""Regression with a fixed number of coefficients: a Gaussian kernel, and random ReLU features."""

from collections.abc import Callable

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.spatial.distance import cdist

__all__ = ["kernel_error", "random_features_error", "relative_error"]

LENGTHS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Of the kernel, in units of sqrt(d)."""

RIDGES = (1e-10, 1e-7, 1e-4, 1e-2, 1.0)

SAMPLES_A_FEATURE = 4
"""Random features see more samples than they have coefficients; a kernel has one for each."""


def relative_error(found: np.ndarray, true: np.ndarray) -> float:
    """Return the root mean square of the error over the standard deviation of what is true."""
    return float(np.sqrt(np.mean((found - true) ** 2)) / true.std())


def kernel_error(function: Callable, train: np.ndarray, test: np.ndarray) -> float:
    """Return the relative error of kernel ridge regression with a coefficient a training point.

    The length of the kernel exp(-|x - y|^2 / (2 l^2)) and the ridge are those that do best on the
    test points themselves, which favours it.

    Args:
        function: Of points (n, d).
        train: The training points (n, d).
        test: The test points.
    """
    among = cdist(train, train, "sqeuclidean")
    across = cdist(test, train, "sqeuclidean")
    values, wanted = function(train), function(test)
    mean = values.mean()
    errors = []
    for length in LENGTHS:
        unit = 2 * length**2 * train.shape[1]
        kernel, rows = np.exp(-among / unit), np.exp(-across / unit)
        for ridge in RIDGES:
            factor = cho_factor(kernel + ridge * np.eye(len(train)))
            errors.append(relative_error(mean + rows @ cho_solve(factor, values - mean), wanted))
    return min(errors)


def random_features_error(
    function: Callable,
    train: np.ndarray,
    test: np.ndarray,
    features: int,
    generator: np.random.Generator,
) -> float:
    """Return the relative error of ridge regression on random units relu(w.x + b).

    The ridge is the one that does best on the test points themselves, which favours it.

    Args:
        function: Of points (n, d).
        train: The training points (n, d).
        test: The test points.
        features: How many units there are.
        generator: Where their weights come from, N(0, 1 / d), and biases, uniform on [-1, 1].
    """
    weights = generator.standard_normal((train.shape[1], features)) / np.sqrt(train.shape[1])
    biases = generator.uniform(-1, 1, features)
    design, rows = (np.maximum(points @ weights + biases, 0) for points in (train, test))
    values, wanted = function(train), function(test)
    mean = values.mean()
    gram, moments = design.T @ design / len(train), design.T @ (values - mean) / len(train)
    errors = [
        relative_error(
            mean + rows @ np.linalg.solve(gram + ridge * np.eye(features), moments), wanted
        )
        for ridge in RIDGES
    ]
    return min(errors)
