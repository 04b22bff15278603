r"""Gradient descent on diagonal networks: one step exactly, and for two layers its limit.

A step with rate eta multiplies u_l^2 - u_k^2 by 1 - eta^2 g^2 (product over j != l, k of u_j^2).
For two layers that factor is the same wherever they are, and the dual variable moves by
-atanh(eta g) instead of -eta g. So as long as |eta g| < 1 descent ends exactly at the projection
with (this study)

    Delta_i = Delta_i(0) * product over steps of (1 - eta^2 g_i^2),
    q_i = q_i(0) - sum over steps of (atanh(eta g_i) - eta g_i).

To second order in eta that is what the flow alone says: Delta_i(0) exp(-eta * integral of g_i^2).
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from flatminima.theory.diagonal_flow import FlowPath
from flatminima.theory.diagonal_limits import Projection, project
from flatminima.theory.diagonal_networks import network_weights, risk_gradient
from flatminima.theory.diagonal_potentials import Potential, StartOfFlow

__all__ = [
    "Descent",
    "descend",
    "follow_steps",
    "limit_of_descent",
    "predicted_shrinkage",
    "step_factors",
]

CONVERGED = 1e-24
"""Of R - R_min, over that of w = 0."""

DIVERGED = 1e6
"""The same, where descent is given up."""


class Descent(NamedTuple):
    """Where gradient descent came from each start.

    Attributes:
        layers: u at the end, shape (m, L, d).
        steps: Taken, shape (m,).
        excess: R - R_min at the end, over that of w = 0, shape (m,).
        largest_step: The largest |eta g| of any step, shape (m,).
        shrinkage: -sum over steps of log(1 - eta^2 g^2), shape (m, d).
        shift: Sum over steps of atanh(eta g) - eta g, shape (m, d).
    """

    layers: np.ndarray
    steps: np.ndarray
    excess: np.ndarray
    largest_step: np.ndarray
    shrinkage: np.ndarray
    shift: np.ndarray

    @property
    def converged(self) -> np.ndarray:
        """Whether each did, shape (m,)."""
        return self.excess <= CONVERGED


def descend(
    inputs: np.ndarray,
    targets: np.ndarray,
    layers: np.ndarray,
    learning_rates: np.ndarray,
    steps: int,
) -> Descent:
    """Run gradient descent from many starts, each until it converges, diverges, or the steps end.

    `shrinkage` and `shift` are not finite where some |eta g| reached 1.

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        layers: u at the starts, shape (m, L, d).
        learning_rates: eta of each, shape (m,).
        steps: The most.

    Examples:
        From u = (2, 1) the first step at rate 0.1 with g = 2 (w - 1) = 2.

        >>> X, y = np.eye(1), np.ones(1)
        >>> one = descend(X, y, np.array([[[2.0], [1.0]]]), np.array([0.1]), 1)
        >>> one.layers.round(12).ravel().tolist(), one.largest_step.round(12).tolist()
        ([1.8, 0.6], [0.2])
    """
    count, _, features = layers.shape
    # R - R_min = ||rows w - goal||^2 with as few rows as X has rank at most
    rows = np.linalg.qr(inputs, mode="r") / np.sqrt(len(targets))
    goal = rows @ np.linalg.lstsq(inputs, targets, rcond=None)[0]
    result = Descent(
        layers.copy(),
        np.zeros(count, dtype=np.int64),
        np.zeros(count),
        np.zeros(count),
        np.zeros((count, features)),
        np.zeros((count, features)),
    )
    _compiled()(rows, goal, np.asarray(learning_rates, dtype=np.float64), steps, *result)
    return result


def follow_steps(
    rows: np.ndarray,
    goal: np.ndarray,
    learning_rates: np.ndarray,
    most: int,
    layers: np.ndarray,
    steps: np.ndarray,
    excess: np.ndarray,
    largest_step: np.ndarray,
    shrinkage: np.ndarray,
    shift: np.ndarray,
) -> None:
    """Run all descents, one after the other; what `Descent` holds is written in place.

    Args:
        rows: With R - R_min = ||rows w - goal||^2, shape (k, d).
        goal: Shape (k,).
        learning_rates: eta of each run, shape (m,).
        most: Steps.
        layers: u at the starts, shape (m, L, d).
        steps: Shape (m,).
        excess: Shape (m,).
        largest_step: Shape (m,).
        shrinkage: Shape (m, d).
        shift: Shape (m, d).
    """
    count, depth, features = layers.shape
    zero = np.sum(goal**2)
    residual, gradient, weights = np.empty(len(goal)), np.empty(features), np.empty(features)
    others = np.empty(depth)
    for run in range(count):
        u, eta = layers[run], learning_rates[run]
        while True:
            gradient[:], weights[:] = 0.0, 1.0
            for layer in range(depth):
                weights *= u[layer]
            excess[run] = 0.0
            for k in range(len(goal)):
                residual[k] = -goal[k]
                for i in range(features):
                    residual[k] += rows[k, i] * weights[i]
                excess[run] += residual[k] ** 2 / zero
                for i in range(features):
                    gradient[i] += 2 * rows[k, i] * residual[k]
            going = excess[run] > CONVERGED and excess[run] < DIVERGED  # NaN does not go on
            if not going or steps[run] == most:
                break
            steps[run] += 1
            for i in range(features):
                push = eta * gradient[i]
                largest_step[run] = max(largest_step[run], abs(push))
                shrinkage[run, i] -= np.log1p(-(push**2))
                shift[run, i] += np.arctanh(push) - push
                for layer in range(depth):
                    others[layer] = push
                    for other in range(depth):
                        if other != layer:
                            others[layer] *= u[other, i]
                for layer in range(depth):
                    u[layer, i] -= others[layer]


@cache
def _compiled() -> Callable[..., None]:
    """Compile `follow_steps`, when it is first used."""
    import numba

    return numba.njit(error_model="numpy")(follow_steps)


def step_factors(
    inputs: np.ndarray, targets: np.ndarray, layers: np.ndarray, learning_rate: float
) -> np.ndarray:
    """Return by what a step multiplies u_l^2 - u_k^2, exactly; shape (L, L, d).

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        layers: u, shape (L, d).
        learning_rate: eta.
    """
    depth = len(layers)
    gradient = risk_gradient(inputs, targets, network_weights(layers))
    factors = np.ones((depth, depth, layers.shape[1]))
    for first in range(depth):
        for second in range(depth):
            if first != second:
                rest = np.prod(np.delete(layers, [first, second], axis=0), axis=0)
                factors[first, second] -= (learning_rate * gradient * rest) ** 2
    return factors


def limit_of_descent(
    inputs: np.ndarray,
    targets: np.ndarray,
    start: StartOfFlow,
    shrinkage: np.ndarray,
    shift: np.ndarray | float,
) -> Projection:
    """Return where descent on two layers ends, from what its steps added up.

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        start: What the flow remembers of the start, of two layers.
        shrinkage: log(Delta(0) / Delta) at the end, shape (d,).
        shift: Sum over steps of atanh(eta g) - eta g, shape (d,).

    Raises:
        ValueError: If |eta g| was not below 1 at every step.
    """
    if not np.all(np.isfinite(shrinkage)):
        raise ValueError("a step was too large: |eta g| was not below 1")
    shrunk = Potential(start.potential.imbalances * np.exp(-shrinkage))
    return project(shrunk, start.dual - shift, inputs, targets)


def predicted_shrinkage(
    inputs: np.ndarray, targets: np.ndarray, path: FlowPath, learning_rate: float
) -> np.ndarray:
    """Return eta * integral of g^2 dt along gradient flow, shape (d,); the trapezoidal rule.

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        path: Of the flow.
        learning_rate: eta.
    """
    gradients = risk_gradient(inputs, targets, network_weights(path.layers))
    return learning_rate * np.trapezoid(gradients**2, path.times, axis=0)
