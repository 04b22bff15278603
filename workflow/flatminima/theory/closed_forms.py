"""Closed forms for the sharpness of minimisers of deep linear networks.

Notation: Sigma = X^T X / n with largest eigenvalue Lambda, w* the minimum-norm
least-squares solution, w^ = w* / ||w*||, a = w^^T Sigma w^, c = ||w*||^(2 - 2/L).
The network has L >= 2 layers, and the sharpness is that of R = (1/n) ||y - X w_prod||^2.
"Paper" is Marion and Chizat, arXiv:2405.13456.

For white data (Sigma = I) with ||w*|| = 1 all bounds but the last equal 2 L:

>>> white, w = np.eye(2), np.array([0.6, 0.8])
>>> [round(bound(white, w, 5), 9) for bound in (lower_bound, minimal_sharpness)]
[10.0, 10.0]
>>> [round(bound(white, w, 5), 9) for bound in (balanced_sharpness, upper_bound, flow_bound)]
[10.0, 10.0, 40.0]
>>> round(critical_learning_rate(white, w, 5), 9)
0.2
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import scipy  # its parts are imported when they are first used

from flatminima.core.numbers import with_float64
from flatminima.networks import LayerShapes

__all__ = [
    "THEORY_QUANTITIES",
    "aligned_minimiser",
    "balanced_sharpness",
    "critical_learning_rate",
    "flattest_minimiser",
    "flow_bound",
    "lower_bound",
    "minimal_sharpness",
    "paper_critical_learning_rate",
    "upper_bound",
]


@with_float64(covariance=2, solution=1)
def lower_bound(covariance: np.ndarray, solution: np.ndarray, depth: int) -> float:
    """Return 2 c L a, below the sharpness of every minimiser (paper, Theorem 1).

    Args:
        covariance: Sigma, shape (d, d).
        solution: w*, shape (d,).
        depth: L >= 2.

    Raises:
        ValueError: If the depth is below 2, or Sigma w* is zero.
    """
    return 2 * _scale(solution, depth) * depth * _curvature(covariance, solution, depth)


@with_float64(covariance=2, solution=1)
def upper_bound(covariance: np.ndarray, solution: np.ndarray, depth: int) -> float:
    """Return 2 c sqrt((2L - 1) Lambda^2 + (L - 1)^2 a^2), above S_min (paper, Theorem 2).

    The arguments and errors are those of `lower_bound`.
    """
    a = _curvature(covariance, solution, depth)
    largest = float(np.linalg.eigvalsh(covariance)[-1])
    root = np.sqrt((2 * depth - 1) * largest**2 + (depth - 1) ** 2 * a**2)
    return float(2 * _scale(solution, depth) * root)


@with_float64(covariance=2, solution=1)
def balanced_sharpness(covariance: np.ndarray, solution: np.ndarray, depth: int) -> float:
    """Return 2 c lambda_max(Sigma^1/2 (I + (L - 1) w^ w^^T) Sigma^1/2).

    This is the sharpness of the minimiser with aligned rank-one layers of equal norm, where
    gradient flow from a vanishing initialisation ends (this study). The arguments are those of
    `lower_bound`.
    """
    _curvature(covariance, solution, depth)
    unit = solution / np.linalg.norm(solution)
    largest, _ = _largest_eigenpair(covariance, _root(covariance) @ unit, 1.0, depth - 1.0)
    return 2 * _scale(solution, depth) * largest


@with_float64(covariance=2, solution=1)
def minimal_sharpness(covariance: np.ndarray, solution: np.ndarray, depth: int) -> float:
    """Return S_min, the smallest sharpness of any minimiser, exactly (this study).

    S_min = 2 min over tau of
    lambda_max(e^(2 tau) Sigma + (L - 1) e^(-2 tau / (L - 1)) Sigma^1/2 w* w*^T Sigma^1/2),
    a convex problem in one variable. The arguments are those of `lower_bound`.
    """
    return _minimise(covariance, solution, depth)[1]


@with_float64(covariance=2, solution=1)
def flow_bound(covariance: np.ndarray, solution: np.ndarray, depth: int) -> float:
    """Return 8 c L Lambda, above the sharpness after gradient flow (paper, Corollary 2).

    It holds for a small initialisation and ||w*|| = 1, with the constant in the paper's figures.
    The arguments are those of `lower_bound`.
    """
    _curvature(covariance, solution, depth)
    return float(8 * _scale(solution, depth) * depth * np.linalg.eigvalsh(covariance)[-1])


@with_float64(covariance=2, solution=1)
def critical_learning_rate(covariance: np.ndarray, solution: np.ndarray, depth: int) -> float:
    """Return 2 / S_min, above which gradient descent reaches no global minimiser.

    This holds for almost every initialisation (this study). The arguments are those of
    `lower_bound`.
    """
    return 2 / minimal_sharpness(covariance, solution, depth)


@with_float64(covariance=2, solution=1)
def paper_critical_learning_rate(covariance: np.ndarray, solution: np.ndarray, depth: int) -> float:
    """Return 1 / (c L a), the critical rate by the paper's lower bound (Theorem 1).

    The arguments are those of `lower_bound`.
    """
    return 2 / lower_bound(covariance, solution, depth)


THEORY_QUANTITIES: dict[str, Callable[[np.ndarray, np.ndarray, int], float]] = {
    "lower_bound": lower_bound,
    "minimal_sharpness": minimal_sharpness,
    "balanced_sharpness": balanced_sharpness,
    "upper_bound": upper_bound,
    "flow_bound": flow_bound,
    "critical_learning_rate": critical_learning_rate,
    "paper_critical_learning_rate": paper_critical_learning_rate,
}
"""Every number of this module that depends on a problem and a depth, by its name."""


@with_float64(covariance=2, solution=1)
def flattest_minimiser(
    covariance: np.ndarray,
    solution: np.ndarray,
    shapes: LayerShapes,
    projection: np.ndarray | None = None,
) -> np.ndarray:
    """Build a minimiser with the sharpness S_min, from aligned rank-one layers (this study).

    Let t = e^tau at the minimum in `minimal_sharpness`. Then the first layer has the norm
    ||w*|| / t, and every other layer has the norm t^(1 / (L - 1)).

    Args:
        covariance: Sigma, shape (d, d).
        solution: w*, shape (d,).
        shapes: (rows, columns) of W_1, ..., W_L.
        projection: p of a residual network, or None for p = 1.

    Returns:
        The parameters, shape (size,), layer by layer.

    Examples:
        With one feature, Sigma = 1 and w* = 8, three equal layers are the flattest.

        >>> shapes = ((1, 1), (1, 1), (1, 1))
        >>> flattest_minimiser(np.eye(1), np.array([8.0]), shapes).round(6).tolist()
        [2.0, 2.0, 2.0]
    """
    log_first_factor, _ = _minimise(covariance, solution, len(shapes))
    return aligned_minimiser(solution, shapes, log_first_factor, projection)


@with_float64(solution=1)
def aligned_minimiser(
    solution: np.ndarray,
    shapes: LayerShapes,
    log_first_factor: float,
    projection: np.ndarray | None = None,
) -> np.ndarray:
    """Build the minimiser of aligned rank-one layers whose first layer has the norm ||w*|| / t.

    Every other layer has the norm t^(1 / (L - 1)). No minimiser with this t = ||W_2^T ... W_L^T p||
    has a smaller M = sum_k t_k^2 A_(k-1)^T A_(k-1) in the order of symmetric matrices (this study).

    Args:
        solution: w*, shape (d,).
        shapes: (rows, columns) of W_1, ..., W_L.
        log_first_factor: tau = log t.
        projection: p of a residual network, or None for p = 1.

    Returns:
        The parameters, shape (size,), layer by layer.
    """
    depth, t = len(shapes), np.exp(log_first_factor)
    outputs = [np.eye(rows)[0] for rows, _ in shapes[:-1]]
    outputs.append(np.ones(1) if projection is None else projection)
    other_norm = t ** (1 / (depth - 1))
    layers = [np.outer(outputs[0], solution) / t]
    layers += [other_norm * np.outer(after, before) for before, after in pairwise(outputs)]
    return np.concatenate([layer.ravel() for layer in layers])


def _scale(solution: np.ndarray, depth: int) -> float:
    """Return c = ||w*||^(2 - 2/L)."""
    return float(np.linalg.norm(solution) ** (2 - 2 / depth))


def _curvature(covariance: np.ndarray, solution: np.ndarray, depth: int) -> float:
    """Return a = w^^T Sigma w^; refuse a problem to which the theory does not apply."""
    if depth < 2:
        raise ValueError(
            f"the minimal sharpness needs a depth of at least 2, not {depth}: "
            "with one layer the sharpness is 2 Lambda everywhere"
        )
    expected = (len(solution), len(solution))
    if covariance.shape != expected:
        raise ValueError(
            f"the covariance has the shape {covariance.shape}, but the solution has "
            f"{len(solution)} entries; expected {expected}"
        )
    norm = np.linalg.norm(solution)
    a = float(solution @ covariance @ solution / norm**2) if norm > 0 else 0.0
    if not a > 0:
        raise ValueError("w* must be non-zero and outside the kernel of Sigma")
    return a


def _root(covariance: np.ndarray) -> np.ndarray:
    """Return Sigma^1/2."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def _largest_eigenpair(
    covariance: np.ndarray, q: np.ndarray, first: float, second: float
) -> tuple[float, np.ndarray]:
    """Return the largest eigenpair of first * Sigma + second * q q^T."""
    values, vectors = np.linalg.eigh(first * covariance + second * np.outer(q, q))
    return float(values[-1]), vectors[:, -1]


def _minimise(covariance: np.ndarray, solution: np.ndarray, depth: int) -> tuple[float, float]:
    """Return the tau that minimises the sharpness of `minimal_sharpness`, and S_min.

    Brent's method finds the zero of the derivative (at a kink, its change of sign) up to rounding.
    It starts between two tau at which one of the two terms alone exceeds the value at tau = 0.
    """
    _curvature(covariance, solution, depth)
    q = _root(covariance) @ solution
    others = depth - 1

    def eigenpair(tau: float) -> tuple[float, np.ndarray]:
        weight = others * np.exp(-2 * tau / others)
        return _largest_eigenpair(covariance, q, np.exp(2 * tau), weight)

    def slope(tau: float) -> float:
        _, v = eigenpair(tau)
        pull = np.exp(-2 * tau / others) * (v @ q) ** 2
        return float(2 * np.exp(2 * tau) * (v @ covariance @ v) - 2 * pull)

    at_zero, _ = eigenpair(0.0)
    highest = np.log(at_zero / np.linalg.eigvalsh(covariance)[-1]) / 2
    lowest = np.log(others * (q @ q) / at_zero) * others / 2
    lowest, highest = lowest - 1e-3, highest + 1e-3  # still a bracket after rounding
    tau = scipy.optimize.brentq(slope, lowest, highest, xtol=1e-14, rtol=1e-15)
    return float(tau), 2 * eigenpair(tau)[0]
