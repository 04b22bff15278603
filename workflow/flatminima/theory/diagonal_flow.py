"""Gradient flow of diagonal networks, integrated layer by layer, with or without weight decay.

    du_l/dt = -g * (product of the other layers) - alpha_t u_l.

From a small start of scale alpha the weights stay near zero for a time that grows as
alpha^(2 - L), and then the flow is stiff; so the solver chooses between an explicit and an
implicit method (LSODA), and the flow ends by its risk, not by a time.

Beside the layers it integrates the gradient that drives the dual variable,
the integral of e^(-(L - 2) A) g with the dose A of the decay until then: theory says what the
weights are for it, and the two can be compared.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy  # whose parts are imported when they are first used

from flatminima.theory.diagonal_networks import (
    network_weights,
    products_of_others,
    risk_gradient,
)

__all__ = ["NO_DECAY", "Decay", "FlowPath", "flow_for", "flow_to"]

TOLERANCE = 1e-12
"""Of a step, relative to each entry of the layers, unless another is asked for."""

MOST_STEPS = 100_000


class Decay(NamedTuple):
    """Weight decay that changes smoothly with time: the penalty is alpha_t ||u||^2 / 2.

    Attributes:
        rate: alpha at a time.
        dose: A, the integral of alpha until a time.
    """

    rate: Callable[[float], float]
    dose: Callable[[float], float]


NO_DECAY = Decay(lambda time: 0.0, lambda time: 0.0)


class FlowPath(NamedTuple):
    """The steps that a solver took.

    Attributes:
        times: From 0, shape (m,).
        layers: At each, shape (m, L, d).
        excess: R - R_min at each, shape (m,).
        push: The integral of e^(-(L - 2) A) g until each, shape (m, d).
    """

    times: np.ndarray
    layers: np.ndarray
    excess: np.ndarray
    push: np.ndarray


def flow_to(
    excess: float,
    inputs: np.ndarray,
    targets: np.ndarray,
    layers: np.ndarray,
    tolerance: float = TOLERANCE,
) -> FlowPath:
    """Follow gradient flow until R - R_min is at most a number.

    Args:
        excess: The number, positive.
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        layers: u at the start, shape (L, d).
        tolerance: Of a step, relative to each entry of the layers.

    Raises:
        RuntimeError: If the solver fails, or takes more than `MOST_STEPS` steps.

    Examples:
        One coordinate and two layers: u_1^2 - u_2^2 = 3 is conserved while u_1 u_2 grows to 2.

        >>> path = flow_to(1e-20, np.eye(1), np.array([2.0]), np.array([[np.sqrt(3)], [0.0]]))
        >>> (path.layers[-1] ** 2).round(9).ravel().tolist()
        [4.0, 1.0]
    """
    return _follow(inputs, targets, layers, NO_DECAY, np.inf, excess, tolerance)


def flow_for(
    duration: float,
    inputs: np.ndarray,
    targets: np.ndarray,
    layers: np.ndarray,
    decay: Decay = NO_DECAY,
) -> FlowPath:
    """Follow gradient flow with weight decay for a time.

    Args:
        duration: The time.
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        layers: u at the start, shape (L, d).
        decay: The decay, from time 0.

    Raises:
        RuntimeError: As `flow_to`.

    Examples:
        Where the risk is flat the layers decay alone.

        >>> steady = Decay(lambda time: 0.5, lambda time: 0.5 * time)
        >>> flat = (np.zeros((1, 1)), np.zeros(1), np.ones((2, 1)))
        >>> flow_for(2.0, *flat, steady).layers[-1].round(9).ravel().tolist()
        [0.367879441, 0.367879441]
    """
    return _follow(inputs, targets, layers, decay, duration, -np.inf)


def _follow(
    inputs: np.ndarray,
    targets: np.ndarray,
    layers: np.ndarray,
    decay: Decay,
    duration: float,
    until: float,
    tolerance: float = TOLERANCE,
) -> FlowPath:
    depth, features = layers.shape
    fitted = inputs @ np.linalg.lstsq(inputs, targets, rcond=None)[0]

    def layers_of(state: np.ndarray) -> np.ndarray:
        return state[: depth * features].reshape(depth, features)

    def clock(time: float) -> float:
        return float(np.exp(-(depth - 2) * decay.dose(time)))

    def field(time: float, state: np.ndarray) -> np.ndarray:
        u = layers_of(state)
        gradient = risk_gradient(inputs, fitted, network_weights(u))
        change = -gradient * products_of_others(u) - decay.rate(time) * u
        return np.concatenate([change.ravel(), clock(time) * gradient])

    def jacobian(time: float, state: np.ndarray) -> np.ndarray:
        return _jacobian(inputs, fitted, layers_of(state), decay.rate(time), clock(time))

    def excess(state: np.ndarray) -> float:
        return float(np.mean((inputs @ network_weights(layers_of(state)) - fitted) ** 2))

    state = np.concatenate([layers.ravel(), np.zeros(features)])
    absolute = tolerance * 1e-3 * np.abs(layers).max()
    solver = scipy.integrate.LSODA(
        field, 0.0, state, duration, rtol=tolerance, atol=absolute, jac=jacobian
    )
    times, states, excesses = [0.0], [state], [excess(state)]
    while solver.status == "running" and excesses[-1] > until:
        message = solver.step()
        if solver.status == "failed" or len(times) > MOST_STEPS:
            raise RuntimeError(f"the gradient flow was not solved: {message or 'too many steps'}")
        times.append(solver.t)
        states.append(solver.y.copy())
        excesses.append(excess(solver.y))
    path, push = np.split(np.array(states), [depth * features], axis=1)
    return FlowPath(np.array(times), path.reshape(-1, depth, features), np.array(excesses), push)


def _jacobian(
    inputs: np.ndarray, targets: np.ndarray, layers: np.ndarray, decay: float, clock: float
) -> np.ndarray:
    """Return the derivative of the field, shape (L d + d, L d + d)."""
    depth, features = layers.shape
    others = products_of_others(layers)
    gradient = risk_gradient(inputs, targets, network_weights(layers))
    curvature = (2 / len(targets)) * inputs.T @ inputs
    of_gradient = curvature[:, None, :] * others  # axes: of g, layer, coordinate
    of_layers = -others[:, :, None, None] * of_gradient
    here = np.arange(features)
    for first in range(depth):
        of_layers[first, here, first, here] -= decay
        for second in range(depth):
            if first != second:
                rest = np.delete(layers, [first, second], axis=0)
                of_layers[first, here, second, here] -= gradient * np.prod(rest, axis=0)
    result = np.zeros(((depth + 1) * features,) * 2)
    size = depth * features
    result[:size, :size] = of_layers.reshape(size, size)
    result[size:, :size] = clock * of_gradient.reshape(features, size)
    return result
