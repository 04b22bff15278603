"""Transport equations: u_t = b . grad u with u(0, x) = u_0(x), solved along the flow of b.

The solution is u(t, x) = u_0(X_t(x)), where X_t follows x' = b(x) for the time t.  Euler's method
is a composition of maps x -> x + h b(x), each of them a ReLU network where b is one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp

import numpy as np
from scipy.linalg import expm
from scipy.sparse import csr_array

from flatminima_papers.expressivity.theory.calculus import (
    affine,
    aligned,
    compose,
    compose_through_identity,
    copies,
    identity,
    linear_combination,
)
from flatminima_papers.expressivity.theory.interpolation import interpolate, smooth_pieces
from flatminima_papers.expressivity.theory.networks import ReluNetwork

__all__ = [
    "HARDTANH",
    "RingDrift",
    "affine_flow",
    "compositions",
    "drift_network",
    "euler_bound",
    "euler_step",
    "flow",
    "heun_step",
    "interpolated_tanh",
    "ring_drift",
]

HARDTANH = ReluNetwork(([[1.0], [1.0]], [[1.0, -1.0]]), ([1.0, -1.0], [-1.0]))
"""relu(z + 1) - relu(z - 1) - 1, which is z cut off at -1 and 1."""

TANH_CURVATURE = 4 / (3 * np.sqrt(3))
"""The largest |tanh''|, where tanh^2 = 1/3."""


@dataclass(frozen=True)
class RingDrift:
    """b(x) = B sigma(W x + c), where each coordinate sees itself and its two neighbours on a ring.

    Attributes:
        outer: B, whose rows have the absolute sum 1.
        inner: W, whose rows have the absolute sum L.
        shift: c.
        lipschitz: L: of the drift, in the maximum norm, where |sigma'| <= 1.
    """

    outer: csr_array
    inner: csr_array
    shift: np.ndarray
    lipschitz: float

    def __call__(self, points: np.ndarray, activation: Callable) -> np.ndarray:
        """Return b at points (n, d)."""
        return (self.outer @ activation(self.inner @ points.T + self.shift[:, None])).T


def ring_drift(dimension: int, lipschitz: float, generator: np.random.Generator) -> RingDrift:
    """Draw a drift.

    A dense random matrix of the same norm would average over all coordinates, and its drift would
    become trivial as d grows; on a ring it does not.

    Args:
        dimension: d, at least 3.
        lipschitz: L.
        generator: Where it comes from.
    """
    return RingDrift(
        _ring(dimension, 1.0, generator),
        _ring(dimension, lipschitz, generator),
        generator.uniform(-0.5, 0.5, dimension),
        lipschitz,
    )


def _ring(dimension: int, row_sum: float, generator: np.random.Generator) -> csr_array:
    rows = np.repeat(np.arange(dimension), 3)
    columns = (rows + np.tile([-1, 0, 1], dimension)) % dimension
    values = generator.standard_normal((dimension, 3))
    values *= row_sum / abs(values).sum(1, keepdims=True)
    return csr_array((values.ravel(), (rows, columns)), shape=(dimension, dimension))


def drift_network(drift: RingDrift, activation: ReluNetwork) -> ReluNetwork:
    """Return b as a network, where sigma is a network of one input."""
    dimension = len(drift.shift)
    active = compose(copies(activation, dimension), affine(drift.inner, drift.shift))
    return compose(affine(drift.outer), active)


def interpolated_tanh(accuracy: float, reach: float) -> ReluNetwork:
    """Return tanh, wrong by at most `accuracy` on [-reach, reach]."""
    pieces = smooth_pieces(TANH_CURVATURE, 2 * reach, accuracy)
    return interpolate(np.tanh, -reach, reach, pieces)


def euler_step(drift: ReluNetwork, step: float) -> ReluNetwork:
    """Return x -> x + h b(x)."""
    return linear_combination((1.0, step), aligned(identity(drift.inputs), drift))


def heun_step(drift: ReluNetwork, step: float) -> ReluNetwork:
    """Return x -> (x + E(E(x))) / 2 with Euler's step E, which is Heun's method.

    For x + h (b(x) + b(E(x))) / 2 = (x + E(x) + h b(E(x))) / 2.
    """
    euler = euler_step(drift, step)
    twice = compose(euler, euler)
    return linear_combination((0.5, 0.5), aligned(identity(drift.inputs), twice))


def compositions(
    step: ReluNetwork, steps: int, last: ReluNetwork, *, through_identity: bool = False
) -> ReluNetwork:
    """Return last o step o ... o step.

    Args:
        step: What is composed with itself.
        steps: How often, at least 1.
        last: What comes after them.
        through_identity: Whether there is an identity layer between any two.
    """
    join = compose_through_identity if through_identity else compose

    def power(number: int) -> ReluNetwork:
        if number == 1:
            return step
        half = power(number // 2)
        twice = join(half, half)
        return join(step, twice) if number % 2 else twice

    return join(last, power(steps))


def euler_bound(time: float, steps: int, lipschitz: float, drift_error: float = 0.0) -> float:
    """Return (T / 2N) (e^{LT} - 1) + eta (e^{LT} - 1) / L, the error of N Euler steps.

    In the maximum norm, for a drift of at most 1 with the Lipschitz constant L, that is known up
    to eta; so it is for u as well, where u_0 has the Lipschitz constant 1.

    Args:
        time: T.
        steps: N.
        lipschitz: L.
        drift_error: eta.
    """
    growth = exp(lipschitz * time) - 1
    return time / (2 * steps) * growth + drift_error * growth / lipschitz


def flow(drift: Callable, points: np.ndarray, time: float, steps: int) -> np.ndarray:
    """Return X_t of points (n, d), by so many steps of the Runge-Kutta method of order 4.

    Args:
        drift: Of points (n, d).
        points: Where it starts.
        time: t; negative runs backward.
        steps: Their number.
    """
    h = time / steps
    for _ in range(steps):
        one = drift(points)
        two = drift(points + h / 2 * one)
        three = drift(points + h / 2 * two)
        four = drift(points + h * three)
        points = points + h / 6 * (one + 2 * two + 2 * three + four)
    return points


def affine_flow(drift: RingDrift, time: float) -> ReluNetwork:
    """Return X_t of the drift B (W x + c), where sigma is the identity: an affine map, exact.

    With A = B W it is the upper part of exp(t [[A, Bc], [0, 0]]).
    """
    dimension = len(drift.shift)
    generator = np.zeros((dimension + 1, dimension + 1))
    generator[:dimension, :dimension] = (drift.outer @ drift.inner).toarray()
    generator[:dimension, dimension] = drift.outer @ drift.shift
    moved = expm(time * generator)
    return affine(moved[:dimension, :dimension], moved[:dimension, dimension])
