r"""How fast features move, and at which angle to the backward vectors.

With pre-activations z_l of all samples, backward vectors b_l = dR/dz_l and a learning rate eta_k
for each layer, the flow dW_k/dt = -eta_k g_k with g_k = grad_{W_k} R moves the features by

    dz_l/dt = -K_l b_l,    K_l = sum over k <= l of eta_k J_k J_k^T,    J_k = dz_l/dW_k,

and as g_k = J_k^T b_l for every k <= l, the angle theta_l between -dz_l/dt and b_l has

    ||dz_l/dt|| ||b_l|| cos theta_l = sum over k <= l of eta_k ||g_k||^2.

Kantorovich's inequality bounds it, cos theta_l >= 2 sqrt(chi)/(1 + chi) with the condition number
chi of K_l, and there is a b_l that attains it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from flatminima.theory.dense_networks import Activation, Layers, backward, forward

__all__ = [
    "Speeds",
    "cosines",
    "feature_kernel",
    "feature_speeds",
    "isotropic_cosine",
    "kantorovich_bound",
    "least_aligned",
    "moved_features",
]


class Speeds(NamedTuple):
    """How each layer's features move.

    Attributes:
        velocities: dz_l/dt, each (runs, units, samples).
        backward_vectors: b_l, likewise.
        gradients: g_l, each (runs, rows, columns).
        decay: sum over k <= l of eta_k ||g_k||^2 for each layer, (layers, runs).
        outputs: f, (runs, samples).
    """

    velocities: list[np.ndarray]
    backward_vectors: list[np.ndarray]
    gradients: list[np.ndarray]
    decay: np.ndarray
    outputs: np.ndarray


def feature_speeds(
    layers: Layers,
    inputs: np.ndarray,
    targets: np.ndarray,
    rates: Sequence[float],
    activation: Activation,
) -> Speeds:
    """Return how features move under the flow of R = (1/n) ||f - y||^2.

    Args:
        layers: W_1, ..., W_L.
        inputs: (n, d).
        targets: y (n).
        rates: eta_1, ..., eta_L.
        activation: phi.
    """
    passed = forward(layers, inputs, activation)
    deltas = backward(layers, passed, 2 / len(inputs) * (passed.outputs - targets))
    gradients = [d @ h.transpose(0, 2, 1) for d, h in zip(deltas, passed.hidden, strict=True)]
    velocities: list[np.ndarray] = []
    for k, (layer, gradient, rate) in enumerate(zip(layers, gradients, rates, strict=True)):
        velocity = -rate * gradient @ passed.hidden[k]
        if k > 0:
            velocity = velocity + layer @ (passed.slopes[k - 1] * velocities[-1])
        velocities.append(velocity)
    shares = [r * (g**2).sum(axis=(1, 2)) for r, g in zip(rates, gradients, strict=True)]
    return Speeds(velocities, deltas, gradients, np.cumsum(shares, axis=0), passed.outputs)


def cosines(speeds: Speeds) -> np.ndarray:
    """Return cos theta_l of each layer and run, (layers, runs)."""
    return np.stack(
        [
            -(velocity * vector).sum(axis=(1, 2))
            / np.linalg.norm(velocity, axis=(1, 2))
            / np.linalg.norm(vector, axis=(1, 2))
            for velocity, vector in zip(speeds.velocities, speeds.backward_vectors, strict=True)
        ]
    )


def moved_features(
    layers: Layers,
    inputs: np.ndarray,
    moved: Layers,
    activation: Activation,
) -> list[np.ndarray]:
    """Return z_l after minus z_l before a finite step, each (runs, units, samples)."""
    before, after = (
        [layer @ h for layer, h in zip(each, forward(each, inputs, activation).hidden, strict=True)]
        for each in (layers, moved)
    )
    return [new - old for new, old in zip(after, before, strict=True)]


def feature_kernel(
    layers: Layers,
    inputs: np.ndarray,
    rates: Sequence[float],
    activation: Activation,
    last: int,
) -> np.ndarray:
    """Return K_l of one run, written out: (units samples, units samples).

    With G = h_{k-1}^T h_{k-1}, the Gram matrix of samples, J_k J_k^T is D (G (x) I) D^T, where D
    carries a change of z_k to z_l.

    Args:
        layers: W_1, ..., W_L, of one run.
        inputs: (n, d).
        rates: eta_1, ..., eta_L.
        activation: phi.
        last: l, from 1.
    """
    passed = forward(layers, inputs, activation)
    samples = len(inputs)
    units = layers[last - 1].shape[1]
    carried = np.eye(units * samples)
    kernel = np.zeros_like(carried)
    for k in range(last - 1, -1, -1):
        hidden = passed.hidden[k][0]
        width = layers[k].shape[1]
        gram = np.kron(np.eye(width), hidden.T @ hidden)
        kernel += rates[k] * carried @ gram @ carried.T
        if k > 0:
            step = np.kron(layers[k][0], np.eye(samples)) * passed.slopes[k - 1][0].ravel()
            carried = carried @ step
    return kernel


def kantorovich_bound(kernel: np.ndarray) -> float:
    """Return 2 sqrt(chi)/(1 + chi), with the condition number chi; 0 of a singular kernel.

    Examples:
        >>> round(kantorovich_bound(np.diag([4.0, 1.0])), 12)
        0.8
    """
    values = np.linalg.eigvalsh(kernel)
    smallest, largest = max(values[0], 0.0), values[-1]
    return float(2 * np.sqrt(smallest * largest) / (smallest + largest))


def least_aligned(kernel: np.ndarray) -> np.ndarray:
    """Return the b whose cosine with K b is the bound: sqrt(l_1) u_n + sqrt(l_n) u_1.

    With the smallest and the largest eigenvalue l_1 and l_n, and their eigenvectors.
    """
    values, vectors = np.linalg.eigh(kernel)
    return np.sqrt(max(values[0], 0.0)) * vectors[:, -1] + np.sqrt(values[-1]) * vectors[:, 0]


def isotropic_cosine(kernel: np.ndarray) -> float:
    """Return tr K / sqrt(m tr K^2), near cos theta for a random direction b in many dimensions.

    Examples:
        >>> isotropic_cosine(np.eye(3))
        1.0
    """
    return float(np.trace(kernel) / np.sqrt(len(kernel) * np.sum(kernel**2)))
