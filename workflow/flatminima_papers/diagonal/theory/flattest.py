"""The smallest sharpness of a diagonal network that fits fewer samples than features.

A minimiser with weights w has at best the sharpness of its balanced layers, so that (this study)

    S_min = min over X w = y of 2 lambda_max(X diag(L |w|^p) X^T) / n,   p = 2 - 2/L >= 1.

That is a convex program: |w|^p is convex, and lambda_max grows with each of its entries. For any
V >= 0 of trace 1 and any nu, with a_i = L x_i^T V x_i / n and z = X^T nu, Hoelder's inequality
bounds it from below,

    S_min >= 2 (nu . y)^p / || z a^(-1/p) ||_p'^p,   1/p + 1/p' = 1,

and the best V and nu attain it: a certificate that one evaluation checks.
"""

from dataclasses import dataclass

import numpy as np

from flatminima.theory.diagonal_networks import smallest_sharpness

__all__ = ["FlattestWeights", "flattest_weights", "lower_bound"]

ROUNDING = 1e-13
"""The smallest barrier, relative; at smaller ones rounding decides."""


@dataclass(frozen=True, eq=False)
class FlattestWeights:
    """The flattest minimiser between two bounds.

    Attributes:
        weights: w, shape (d,).
        below: `lower_bound` at `direction` and `multipliers`.
        above: The smallest sharpness of networks with these weights.
        direction: V, shape (n, n).
        multipliers: nu, shape (n,).
    """

    weights: np.ndarray
    below: float
    above: float
    direction: np.ndarray
    multipliers: np.ndarray

    @property
    def gap(self) -> float:
        """Relative, above / below - 1: what is not proved of S_min."""
        return self.above / self.below - 1


def lower_bound(
    inputs: np.ndarray,
    targets: np.ndarray,
    depth: int,
    direction: np.ndarray,
    multipliers: np.ndarray,
) -> float:
    """Return 2 (nu . y)^p / || z a^(-1/p) ||_p'^p, at most S_min.

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        depth: L >= 2.
        direction: V, positive semidefinite and not zero, of any trace, shape (n, n).
        multipliers: nu with nu . y > 0, shape (n,).

    Examples:
        One sample and two equal features, two layers: |w_1| + |w_2| >= 1, so S_min = 4.

        >>> X, y = np.ones((1, 2)), np.ones(1)
        >>> lower_bound(X, y, 2, np.eye(1), np.ones(1))
        4.0
    """
    power = 2 - 2 / depth
    weight = np.einsum("ni,nm,mi->i", inputs, direction, inputs)
    weight *= depth / (len(targets) * np.trace(direction))
    scaled = np.abs(inputs.T @ multipliers) * weight ** (-1 / power)
    conjugate = np.inf if power == 1 else power / (power - 1)
    norm = np.linalg.norm(scaled, conjugate)
    return float(2 * ((multipliers @ targets) / norm) ** power)


def flattest_weights(
    inputs: np.ndarray, targets: np.ndarray, depth: int, *, gap: float = 1e-9
) -> FlattestWeights:
    """Solve the convex program, by a barrier method, and certify it.

    Over t, w and r the function t / mu - log det(t - X diag(L r^p) X^T / n) - sum log(r^2 - w^2)
    is minimised on X w = y by Newton's method, for mu that goes to zero; mu times the inverse in
    the logarithm tends to V.

    Args:
        inputs: X of full row rank, shape (n, d).
        targets: y, shape (n,), not zero.
        depth: L >= 2.
        gap: Where to stop, relative; rounding may end the search earlier.

    Raises:
        RuntimeError: If Newton's method does not end.

    Examples:
        One sample (1, 2) and target 4, two layers: min |w_1| + 4 |w_2| subject to w_1 + 2 w_2 = 4.

        >>> flattest = flattest_weights(np.array([[1.0, 2.0]]), np.array([4.0]), 2)
        >>> flattest.weights.round(6).tolist(), round(flattest.above, 6), flattest.gap < 1e-8
        ([4.0, 0.0], 16.0, True)
    """
    samples, features = inputs.shape
    power = 2 - 2 / depth
    start = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    unit = np.abs(start).max()
    free = np.linalg.svd(inputs)[2][samples:].T  # the null space of X
    # t, z and r, with w = start + free z
    state = np.concatenate([[0.0], np.zeros(features - samples), np.abs(start) + unit])
    state[0] = 2 * _largest(inputs, depth * state[-features:] ** power)
    barrier = state[0] / (samples + 2 * features)
    lowest, highest = (0.0,), (np.inf,)
    while highest[0] > (1 + gap) * lowest[0] and barrier > ROUNDING * state[0]:
        state, inverse, weights = _centre(state, barrier, inputs, start, free, depth)
        slack = state[-features:] ** 2 - weights**2
        nu = barrier * np.linalg.lstsq(inputs.T, 2 * weights / slack, rcond=None)[0]
        below = lower_bound(inputs, targets, depth, inverse, nu)
        above = smallest_sharpness(inputs.T @ inputs / samples, weights, depth)
        lowest = max(lowest, (below, inverse / np.trace(inverse), nu), key=lambda item: item[0])
        highest = min(highest, (above, weights), key=lambda item: item[0])
        barrier /= 5
    return FlattestWeights(highest[1], lowest[0], highest[0], *lowest[1:])


def _largest(inputs: np.ndarray, mobilities: np.ndarray) -> float:
    return float(np.linalg.eigvalsh((inputs * mobilities) @ inputs.T)[-1] / len(inputs))


def _centre(
    state: np.ndarray,
    barrier: float,
    inputs: np.ndarray,
    start: np.ndarray,
    free: np.ndarray,
    depth: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Minimise the barrier function; return its place, the inverse of its matrix, and w."""
    samples, features = inputs.shape
    power = 2 - 2 / depth

    def matrix(state: np.ndarray) -> np.ndarray:
        r = state[-features:]
        return state[0] * np.eye(samples) - (inputs * depth * r**power) @ inputs.T / samples

    def value(state: np.ndarray) -> float:
        r, w = state[-features:], start + free @ state[1:-features]
        if np.any(r <= np.abs(w)):
            return np.inf
        eigenvalues = np.linalg.eigvalsh(matrix(state))
        if eigenvalues[0] <= 0:
            return np.inf
        slack = (r - w) * (r + w)
        return float(state[0] / barrier - np.log(eigenvalues).sum() - np.log(slack).sum())

    for _ in range(500):
        r, w = state[-features:], start + free @ state[1:-features]
        slack = (r - w) * (r + w)
        inverse = np.linalg.inv(matrix(state))
        inner = inputs.T @ inverse @ inputs / samples
        first = depth * power * r ** (power - 1)
        second = depth * power * (power - 1) * r ** (power - 2)
        twice = np.einsum("ni,nm,mi->i", inputs, inverse @ inverse, inputs) / samples
        along_r = np.diag(inner) * first - 2 * r / slack
        gradient = np.concatenate(
            [[1 / barrier - np.trace(inverse)], free.T @ (2 * w / slack), along_r]
        )
        bend = 2 * (r**2 + w**2) / slack**2
        hessian = np.zeros((len(state), len(state)))
        z, rest = slice(1, len(state) - features), slice(len(state) - features, None)
        hessian[0, 0] = np.sum(inverse**2)
        hessian[0, rest] = hessian[rest, 0] = -twice * first
        hessian[z, z] = (free.T * bend) @ free
        hessian[z, rest] = -4 * free.T * (r * w / slack**2)
        hessian[rest, z] = hessian[z, rest].T
        hessian[rest, rest] = inner**2 * np.outer(first, first)
        hessian[rest, rest] += np.diag(np.diag(inner) * second + bend)
        scale = 1 / np.sqrt(np.diag(hessian))
        step = -scale * np.linalg.solve(hessian * scale[:, None] * scale, scale * gradient)
        decrement = -gradient @ step
        if decrement < 1e-5:
            return state, inverse, w
        here, length = value(state), 1.0
        while not value(state + length * step) <= here - 1e-4 * length * decrement:
            length /= 2
            if length < 1e-12:  # rounding alone is left
                return state, inverse, w
        state = state + length * step
    raise RuntimeError("the barrier method for the flattest minimiser did not end")
