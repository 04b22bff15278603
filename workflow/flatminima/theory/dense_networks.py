r"""Networks without biases, written out in NumPy for many runs at once.

f(x) = W_L phi(W_{L-1} ... phi(W_1 x)), with pre-activations z_k = W_k h_{k-1} and h_k = phi(z_k),
h_0 = x.  For the derivatives s = dR/df of a risk R the backward vectors are

    delta_L = s,    delta_k = dR/dz_k = phi'(z_k) * (W_{k+1}^T delta_{k+1}),

and grad_{W_k} R = sum over samples of delta_k h_{k-1}^T.  The risk is R = (1/n) ||f - y||^2.

A layer is an array (runs, rows, columns).  Activations are of any slope, as those of leaky
rectifiers, and backward vectors are returned: neither do the compiled kernels of
`flatminima.networks.mlp.network` offer.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from flatminima.networks.mlp.activations import TanhGelu

__all__ = [
    "Activation",
    "Layers",
    "Pass",
    "backward",
    "descent_step",
    "forward",
    "gaussian_layers",
    "gelu",
    "gradients",
    "identity",
    "leaky_rectifier",
    "rectifier",
]

Activation = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Returns phi(z) and phi'(z)."""

Layers = Sequence[np.ndarray]
"""W_1, ..., W_L, each (runs, rows, columns)."""


def identity(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return z and its slope, 1."""
    return z, np.ones_like(z)


def leaky_rectifier(slope: float) -> Activation:
    """Return the activation max(z, slope z), which is z where z > 0 and slope z elsewhere.

    Args:
        slope: At most 1: 0 for ReLU, 1 for the identity, -1 for the absolute value.

    Examples:
        >>> [values.tolist() for values in leaky_rectifier(0.5)(np.array([-2.0, 3.0]))]
        [[-1.0, 3.0], [0.5, 1.0]]
    """

    def activation(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        slopes = np.where(z > 0, 1.0, slope)
        return slopes * z, slopes

    return activation


rectifier = leaky_rectifier(0.0)
"""ReLU."""


def gelu(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the tanh form of GELU and its slope."""
    value, slope, _ = TanhGelu().derivatives(z)
    return value, slope


class Pass(NamedTuple):
    """What a pass through a network computes.

    Attributes:
        hidden: h_0, ..., h_{L-1}, each (runs, units, samples); h_0 is one for all runs.
        slopes: phi'(z_1), ..., phi'(z_{L-1}).
        outputs: f, (runs, samples).
    """

    hidden: list[np.ndarray]
    slopes: list[np.ndarray]
    outputs: np.ndarray


def gaussian_layers(
    widths: Sequence[int], scale: float, generators: Sequence[np.random.Generator]
) -> list[np.ndarray]:
    """Draw layers with entries N(0, scale^2), a run from each generator.

    Args:
        widths: Of the inputs, of the hidden layers and of the output.
        scale: The standard deviation.
        generators: One a run.
    """
    shapes = [(rows, columns) for columns, rows in pairwise(widths)]
    runs = [[scale * one.standard_normal(shape) for shape in shapes] for one in generators]
    return [np.stack(layer) for layer in zip(*runs, strict=True)]


def forward(layers: Layers, inputs: np.ndarray, activation: Activation) -> Pass:
    """Pass inputs through a network with one output.

    Args:
        layers: W_1, ..., W_L.
        inputs: A sample a row (n, d).
        activation: phi.
    """
    hidden, slopes = [inputs.T[None]], []
    for layer in layers[:-1]:
        value, slope = activation(layer @ hidden[-1])
        hidden.append(value)
        slopes.append(slope)
    return Pass(hidden, slopes, (layers[-1] @ hidden[-1])[:, 0])


def backward(layers: Layers, passed: Pass, output_slopes: np.ndarray) -> list[np.ndarray]:
    """Return delta_1, ..., delta_L, each (runs, units, samples).

    Args:
        layers: W_1, ..., W_L.
        passed: What `forward` returned of them.
        output_slopes: dR/df of each sample, (runs, samples).
    """
    deltas = [output_slopes[:, None]]
    for layer, slope in zip(reversed(layers[1:]), reversed(passed.slopes), strict=True):
        deltas.insert(0, slope * (layer.transpose(0, 2, 1) @ deltas[0]))
    return deltas


def gradients(layers: Layers, passed: Pass, output_slopes: np.ndarray) -> list[np.ndarray]:
    """Return grad_{W_1} R, ..., grad_{W_L} R; see `backward`."""
    deltas = backward(layers, passed, output_slopes)
    return [
        delta @ hidden.transpose(0, 2, 1)
        for delta, hidden in zip(deltas, passed.hidden, strict=True)
    ]


def descent_step(
    layers: Layers,
    inputs: np.ndarray,
    targets: np.ndarray,
    learning_rate: float | np.ndarray,
    activation: Activation,
) -> tuple[list[np.ndarray], np.ndarray]:
    """Take a step of gradient descent on R = (1/n) ||f - y||^2.

    Args:
        layers: W_1, ..., W_L.
        inputs: (n, d).
        targets: y, (n,) or one a run (runs, n).
        learning_rate: eta, or one a run (runs,).
        activation: phi.

    Returns:
        The layers after the step, and the outputs before it (runs, n).

    Examples:
        One step for f(x) = w_1 w_2 x at w_1 = w_2 = 1 and y = 2: both gradients are -2.

        >>> ones = [np.ones((1, 1, 1))] * 2
        >>> layers, outputs = descent_step(ones, np.eye(1), np.array([2.0]), 0.5, identity)
        >>> [layer.item() for layer in layers], outputs.item()
        ([2.0, 2.0], 1.0)
    """
    passed = forward(layers, inputs, activation)
    slopes = 2 / len(inputs) * (passed.outputs - targets)
    rate = np.reshape(learning_rate, (-1, 1, 1))
    moved = [
        layer - rate * gradient
        for layer, gradient in zip(layers, gradients(layers, passed, slopes), strict=True)
    ]
    return moved, passed.outputs
