"""Logistic loss: steps that do not slow down, and the separator of the largest margin."""

import numpy as np
from scipy.optimize import nnls
from scipy.special import logsumexp

from flatminima.theory.dense_networks import Activation, Layers, forward, gradients

__all__ = ["largest_margin_separator", "loss_scaled_step"]

LARGE = 30.0
"""From this margin on, log(1 + exp(-m)) is exp(-m) to rounding."""


def largest_margin_separator(inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return w of the smallest norm with y_i x_i.w >= 1 for all i, shape (d,).

    A least-distance problem, solved as one of non-negative least squares (Lawson and Hanson 1974,
    chapter 23).

    Args:
        inputs: (n, d).
        labels: 1 or -1.

    Raises:
        ValueError: If no w separates the labels.

    Examples:
        >>> largest_margin_separator(np.array([[2.0, 1.0], [0.0, 4.0]]), np.array([1, 1])).round(9)
        array([0.375, 0.25 ])
    """
    constraints = labels[:, None] * inputs
    system = np.column_stack([constraints, np.ones(len(inputs))]).T
    target = np.append(np.zeros(inputs.shape[1]), 1.0)
    multipliers, _ = nnls(system, target)
    rest = system @ multipliers - target
    if not np.linalg.norm(rest) > 1e-9:
        raise ValueError("no linear function separates the labels")
    return -rest[:-1] / rest[-1]


def loss_scaled_step(
    layers: Layers,
    inputs: np.ndarray,
    labels: np.ndarray,
    learning_rate: float,
    activation: Activation,
) -> list[np.ndarray]:
    """Take a step of descent on R = (1/n) sum log(1 + exp(-y f)) at the rate eta / R.

    Without the factor 1 / R margins grow as the logarithm of the steps.

    Args:
        layers: W_1, ..., W_L.
        inputs: (n, d).
        labels: 1 or -1.
        learning_rate: eta.
        activation: phi.
    """
    passed = forward(layers, inputs, activation)
    margins = labels * passed.outputs
    logistic = -np.logaddexp(0, margins)
    with np.errstate(divide="ignore"):
        losses = np.where(margins > LARGE, -margins, np.log(np.logaddexp(0, -margins)))
    weights = np.exp(logistic - logsumexp(losses, axis=1, keepdims=True))
    return [
        layer - learning_rate * gradient
        for layer, gradient in zip(
            layers, gradients(layers, passed, -labels * weights), strict=True
        )
    ]
