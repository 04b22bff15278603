"""Gradient descent with weight decay on diagonal networks.

For two layers a step with rate eta and decay lambda multiplies u^2 - v^2 by
(1 - eta lambda)^2 - eta^2 g^2 (this study): the first factor is the dose, the second is what
descent does without decay.
"""

import numpy as np

from flatminima.theory.diagonal_networks import (
    network_weights,
    products_of_others,
    risk_gradient,
)

__all__ = ["decayed_descent", "decayed_step"]


def decayed_step(
    inputs: np.ndarray,
    targets: np.ndarray,
    layers: np.ndarray,
    learning_rate: float,
    decay: float | np.ndarray,
) -> np.ndarray:
    """Return u - eta (gradient + lambda u).

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        layers: u, shape (..., L, d).
        learning_rate: eta.
        decay: lambda, or one of each run, with the axes of the layers.

    Examples:
        >>> u = np.array([[2.0], [1.0]])
        >>> decayed_step(np.eye(1), np.ones(1), u, 0.1, 0.5).round(12).tolist()
        [[1.7], [0.55]]
    """
    gradient = risk_gradient(inputs, targets, network_weights(layers))
    return layers - learning_rate * (
        gradient[..., None, :] * products_of_others(layers) + decay * layers
    )


def decayed_descent(
    inputs: np.ndarray,
    targets: np.ndarray,
    layers: np.ndarray,
    learning_rate: float,
    decays: np.ndarray,
    steps: int,
) -> np.ndarray:
    """Return the layers after steps with given decays, and more steps without.

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        layers: u at the start of all runs, shape (L, d).
        learning_rate: eta.
        decays: lambda of each step and run, shape (k, m).
        steps: How many in all.

    Returns:
        u at the end of each run, shape (m, L, d).
    """
    layers = np.repeat(layers[None], decays.shape[1], axis=0)
    none = np.zeros(decays.shape[1])
    for step in range(steps):
        decay = (decays[step] if step < len(decays) else none)[:, None, None]
        layers = decayed_step(inputs, targets, layers, learning_rate, decay)
    return layers
