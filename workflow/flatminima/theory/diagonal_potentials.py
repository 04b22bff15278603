"""The potential in whose mirror flow the weights of a diagonal network move.

Gradient flow conserves the differences of squares of the layers.  In one coordinate let s be the
layer of strictly smallest modulus, times the signs of the others, and Delta_1, ..., Delta_(L-1) > 0
by how much the squares of the others exceed s^2.  Then

    w = s * product of sqrt(s^2 + Delta_l),
    q = integral from 0 to s of dr / product of sqrt(r^2 + Delta_l)

obey dq/dt = -g and dw/dq = D: a mirror flow, whose potential phi has phi' = q and the conjugate
phi* = s^2 / 2 (this study).  For L = 2 it is the hyperbolic entropy of Woodworth et al. 2020.
For L >= 3 the dual variable q is bounded.

With s = a sinh v, a^2 the smallest Delta, the integral has an integrand that is analytic within
pi/2 of the real axis whatever the others are, so that fourteen Gauss nodes for each unit of v give
all digits of float64.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gamma

__all__ = ["Potential", "StartOfFlow", "dual_limit", "split_start"]

REACH = 45
"""Units of v that are tabulated. Beyond, q is within rounding of its bound."""

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(14)
NODES, NODE_WEIGHTS = (NODES + 1) / 2, NODE_WEIGHTS / 2  # of the unit interval


def dual_limit(depth: int) -> float:
    """Return C_L = sqrt(pi) Gamma((L-2)/2) / (2 Gamma((L-1)/2)), infinite for L = 2.

    The dual variable of the equal start alpha stays below C_L alpha^(2 - L).

    Args:
        depth: L >= 2.

    Examples:
        >>> round(dual_limit(3), 12), round(dual_limit(4), 12), dual_limit(2)
        (1.570796326795, 1.0, inf)
    """
    if depth == 2:
        return np.inf
    return float(np.sqrt(np.pi) * gamma((depth - 2) / 2) / (2 * gamma((depth - 1) / 2)))


@dataclass(frozen=True, eq=False)
class Potential:
    """The potential of each coordinate; all methods are odd or even, and exact at both ends.

    Attributes:
        imbalances: Delta_1, ..., Delta_(L-1), positive, shape (L - 1, d).

    Raises:
        ValueError: If an imbalance is not positive: then no layer is strictly smallest.

    Examples:
        The equal start 1. For L = 2, w = sinh(2q) / 2. For L = 3, w = t (1 + t^2) with t = tan q.
        For L = 4, w = q / (1 - q^2)^2.

        >>> q = np.array([0.5])
        >>> two, three, four = (Potential(np.ones((L - 1, 1))) for L in (2, 3, 4))
        >>> bool(np.allclose(two.weights_at(q), np.sinh(1) / 2, rtol=1e-14))
        True
        >>> t = np.tan(0.5)
        >>> bool(np.allclose(three.weights_at(q), t * (1 + t**2), rtol=1e-14))
        True
        >>> bool(np.allclose(four.weights_at(q), 0.5 / 0.75**2, rtol=1e-14))
        True
    """

    imbalances: np.ndarray

    def __post_init__(self) -> None:
        if not np.all(self.imbalances > 0):
            raise ValueError("two layers share the smallest modulus: the flow has no potential")

    @property
    def depth(self) -> int:
        """L."""
        return len(self.imbalances) + 1

    def dual(self, smallest: np.ndarray) -> np.ndarray:
        """Return q of the smallest layer s, shape (d,)."""
        v = np.arcsinh(np.abs(smallest) / self._unit)
        if self.depth == 2:
            return np.copysign(v, smallest)
        floor = np.minimum(np.floor(v), REACH).astype(int)
        start = np.take_along_axis(self._table, floor[None], axis=0)[0]
        return np.copysign(start + self._integral(floor, v - floor), smallest)

    def smallest_layer(self, dual: np.ndarray) -> np.ndarray:
        """Return s of the dual variable q, shape (d,); infinite where q is out of bounds.

        Newton's method within one unit of v, from its left end: q is concave in v, so that the
        iterates increase.
        """
        q = np.abs(dual)
        if self.depth == 2:
            return np.copysign(self._unit * np.sinh(q), dual)
        floor = np.sum(self._table[1:] <= q, axis=0)
        start = np.take_along_axis(self._table, floor[None], axis=0)[0]
        beyond = floor == REACH
        offset = np.zeros_like(q)
        for _ in range(60):
            lack = np.where(beyond, 0.0, q - start - self._integral(floor, offset))
            offset = np.clip(offset + lack / self._integrand(floor + offset), 0.0, 1.0)
            if np.all(np.abs(lack) <= 4e-16 * q):
                break
        s = self._unit * np.sinh(floor + offset)
        return np.copysign(np.where(beyond, np.inf, s), dual)

    def weights(self, smallest: np.ndarray) -> np.ndarray:
        """Return w of the smallest layer s, shape (d,)."""
        return smallest * np.prod(np.sqrt(smallest**2 + self.imbalances), axis=0)

    def mobility(self, smallest: np.ndarray) -> np.ndarray:
        """Return D = dw/dq of the smallest layer s, shape (d,)."""
        squares = smallest**2 + self.imbalances
        inverse = np.sum(1 / squares, axis=0)
        return np.prod(squares, axis=0) * (1 + smallest**2 * inverse)

    def weights_at(self, dual: np.ndarray) -> np.ndarray:
        """Return w of the dual variable q, shape (d,)."""
        return self.weights(self.smallest_layer(dual))

    def smallest_layer_of(self, weights: np.ndarray) -> np.ndarray:
        """Return s of the weights w, shape (d,).

        Newton's method on log w in log s, a convex increasing function with slopes from 1 to L:
        from the right, the iterates decrease.
        """
        size = np.abs(weights)
        with np.errstate(divide="ignore"):
            target = np.log(size)
            # w is at least s^L and at least s times the root of the product of the imbalances
            log_s = np.minimum(
                target / self.depth, target - np.log(self.imbalances).sum(axis=0) / 2
            )
        log_s = np.where(size > 0, log_s, 0.0)
        for _ in range(100):
            ratio = self.imbalances * np.exp(-2 * log_s)  # Delta / s^2
            value = self.depth * log_s + np.log1p(ratio).sum(axis=0) / 2
            slope = 1 + np.sum(1 / (1 + ratio), axis=0)
            step = np.where(size > 0, (target - value) / slope, 0.0)
            log_s = log_s + step
            if np.all(np.abs(step) <= 1e-15 * (1 + np.abs(log_s))):
                break
        return np.copysign(np.where(size > 0, np.exp(log_s), 0.0), weights)

    def dual_of(self, weights: np.ndarray) -> np.ndarray:
        """Return q of the weights w, the derivative of the potential, shape (d,)."""
        return self.dual(self.smallest_layer_of(weights))

    def value(self, weights: np.ndarray) -> np.ndarray:
        """Return phi(w) = q w - s^2 / 2, zero at w = 0, shape (d,)."""
        s = self.smallest_layer_of(weights)
        return self.dual(s) * weights - s**2 / 2

    @cached_property
    def bound(self) -> np.ndarray:
        """The supremum of q, shape (d,); infinite for L = 2."""
        if self.depth == 2:
            return np.full(self.imbalances.shape[1], np.inf)
        return self._table[-1]

    @cached_property
    def _unit(self) -> np.ndarray:
        """The root a of the smallest imbalance."""
        return np.sqrt(self.imbalances.min(axis=0))

    @cached_property
    def _others(self) -> np.ndarray:
        """All imbalances but the smallest, in units of it."""
        return np.sort(self.imbalances, axis=0)[1:] / self._unit**2

    @cached_property
    def _table(self) -> np.ndarray:
        """The dual variable at v = 0, 1, ..., REACH, shape (REACH + 1, d)."""
        floors = np.arange(REACH)[:, None] + np.zeros(self._unit.shape, dtype=int)
        steps = self._integral(floors, np.ones(floors.shape))
        return np.concatenate([np.zeros((1, len(self._unit))), np.cumsum(steps, axis=0)])

    def _integrand(self, v: np.ndarray) -> np.ndarray:
        """Return dq/dv."""
        squares = np.sinh(v)[..., None, :] ** 2 + self._others
        return self._unit ** (2 - self.depth) / np.sqrt(np.prod(squares, axis=-2))

    def _integral(self, floor: np.ndarray, length: np.ndarray) -> np.ndarray:
        """Return by how much q grows from v = floor over a length of at most 1."""
        nodes = floor + length * NODES.reshape(-1, *[1] * np.ndim(length))
        return length * np.tensordot(NODE_WEIGHTS, self._integrand(nodes), axes=1)


@dataclass(frozen=True, eq=False)
class StartOfFlow:
    """What gradient flow from a start remembers of it.

    Attributes:
        potential: From what it conserves.
        smallest: s at the start, shape (d,).
        dual: q at the start, shape (d,).
    """

    potential: Potential
    smallest: np.ndarray
    dual: np.ndarray


def split_start(layers: np.ndarray) -> StartOfFlow:
    """Return what gradient flow from a start remembers of it.

    Args:
        layers: u at the start, shape (L, d).

    Raises:
        ValueError: If in a coordinate two layers share the smallest modulus.

    Examples:
        >>> start = split_start(np.array([[-1.0], [-2.0], [3.0]]))
        >>> start.smallest.tolist(), start.potential.imbalances.tolist()
        ([1.0], [[3.0], [8.0]])
    """
    place = np.abs(layers).argmin(axis=0)
    columns = np.arange(layers.shape[1])
    smallest = layers[place, columns]
    others = np.delete(layers.T.ravel(), columns * len(layers) + place)
    others = others.reshape(layers.shape[1], -1).T
    potential = Potential((np.abs(others) - np.abs(smallest)) * (np.abs(others) + np.abs(smallest)))
    signed = smallest * np.prod(np.sign(others), axis=0)
    return StartOfFlow(potential, signed, potential.dual(signed))
