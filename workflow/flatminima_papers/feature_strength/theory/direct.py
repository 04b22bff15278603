"""Training of F/gamma as it is written, without the identities."""

import numpy as np

from flatminima.theory.dense_networks import Activation, Layers, forward, gradients

__all__ = ["scaled_descent_step"]


def scaled_descent_step(
    layers: Layers,
    inputs: np.ndarray,
    targets: np.ndarray,
    learning_rate: float | np.ndarray,
    strength: float,
    activation: Activation,
    start_outputs: np.ndarray | None = None,
) -> list[np.ndarray]:
    """Take a step of gradient descent on (1/n) ||f - y||^2 with f = (F - F_0)/gamma.

    Args:
        layers: W_1, ..., W_L, each (runs, rows, columns).
        inputs: (n, d).
        targets: y (n).
        learning_rate: eta, or one a run (runs,).
        strength: gamma.
        activation: phi.
        start_outputs: F_0 at each sample, if f is centred.
    """
    passed = forward(layers, inputs, activation)
    shift = 0.0 if start_outputs is None else start_outputs
    slopes = 2 / len(inputs) * ((passed.outputs - shift) / strength - targets) / strength
    rate = np.reshape(learning_rate, (-1, 1, 1))
    return [
        layer - rate * gradient
        for layer, gradient in zip(layers, gradients(layers, passed, slopes), strict=True)
    ]
