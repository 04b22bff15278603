"""The minimal sharpness with a proof of its digits: a lower and an upper bound.

With q = Sigma^1/2 w* and p of unit norm (this study),

    S_min = 2 min over tau of lambda_max(e^(2 tau) Sigma + (L - 1) e^(-2 tau / (L - 1)) q q^T)
          = 2 L max over unit v of (v^T Sigma v)^(1/L) (v . q)^(2 - 2/L).

Any v bounds S_min from below, as Theorem 1 of the paper does.  Any tau bounds it from above, by the
sharpness of a network that can be built.  The two optima belong together: v is proportional to
(I - alpha Sigma)^(-1) q, where alpha is the root of an increasing function.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from flatminima.core.covariances import covariance_range, covariance_root, symmetric_root

__all__ = [
    "CertifiedSharpness",
    "certify_minimal_sharpness",
    "dual_bound",
    "primal_bound",
    "second_moment_bound",
]


@dataclass(frozen=True)
class CertifiedSharpness:
    """S_min between two bounds, each of which one evaluation checks.

    Attributes:
        below: `dual_bound` at `direction`, at most S_min up to rounding.
        above: `primal_bound` at `log_first_factor`, at least S_min up to rounding.
        direction: v, a unit vector, shape (d,).
        log_first_factor: tau: the flattest network's first layer has the norm ||w*|| / e^tau.
    """

    below: float
    above: float
    direction: np.ndarray
    log_first_factor: float

    @property
    def gap(self) -> float:
        """The relative gap above / below - 1, within which S_min is proved."""
        return self.above / self.below - 1


def dual_bound(
    covariance: np.ndarray, solution: np.ndarray, depth: int, direction: np.ndarray
) -> float:
    """Return 2 L (v^T Sigma v)^(1/L) (v . Sigma^1/2 w*)^(2 - 2/L), at most S_min, for unit v.

    At every tau both terms are positive, and lambda_max >= v^T (...) v = x + (L - 1) y, where
    x y^(L-1) does not depend on tau. This is at least L times the geometric mean of x, y, ..., y.

    Args:
        covariance: Sigma, shape (d, d).
        solution: w*, shape (d,).
        depth: L >= 2.
        direction: v != 0, of any norm, shape (d,).
    """
    v = direction / np.linalg.norm(direction)
    curvature = np.sum((covariance_root(covariance) @ v) ** 2)
    overlap = (v @ symmetric_root(covariance) @ solution) ** 2
    return float(2 * depth * curvature ** (1 / depth) * overlap ** (1 - 1 / depth))


def primal_bound(
    covariance: np.ndarray, solution: np.ndarray, depth: int, log_first_factor: float
) -> float:
    """Return 2 lambda_max(e^(2 tau) Sigma + (L - 1) e^(-2 tau / (L - 1)) q q^T), at least S_min.

    This is the sharpness of the network with aligned rank-one layers whose first layer has the norm
    ||w*|| / e^tau and whose other layers have the norm e^(tau / (L - 1)).

    Args:
        covariance: Sigma, shape (d, d).
        solution: w*, shape (d,).
        depth: L >= 2.
        log_first_factor: tau.
    """
    q = symmetric_root(covariance) @ solution
    others = depth - 1
    weight = others * np.exp(-2 * log_first_factor / others)
    matrix = np.exp(2 * log_first_factor) * covariance + weight * np.outer(q, q)
    return float(2 * np.linalg.eigvalsh(matrix)[-1])


def second_moment_bound(covariance: np.ndarray, solution: np.ndarray, depth: int) -> float:
    """Return 2 L (w*^T Sigma^2 w*)^(1/L) (w*^T Sigma w*)^(1 - 2/L), at most S_min (this study).

    This is `dual_bound` at v = Sigma^1/2 w*.  It is never below the paper's 2 c L a (Theorem 1), by
    (w*^T Sigma w*)^2 <= ||w*||^2 w*^T Sigma^2 w*.  The two are equal if w* is an eigenvector.

    Args:
        covariance: Sigma, shape (d, d).
        solution: w*, shape (d,).
        depth: L >= 2.

    Examples:
        >>> sigma, w = np.diag([4.0, 1.0]), np.array([0.0, 1.0])
        >>> round(second_moment_bound(sigma, w, 3), 9)
        6.0
    """
    first = solution @ covariance @ solution
    second = np.sum((covariance @ solution) ** 2)
    return float(2 * depth * second ** (1 / depth) * first ** (1 - 2 / depth))


def certify_minimal_sharpness(
    covariance: np.ndarray, solution: np.ndarray, depth: int
) -> CertifiedSharpness:
    """Solve both forms of the minimal sharpness (this study).

    Args:
        covariance: Sigma, shape (d, d).
        solution: w*, shape (d,).
        depth: L >= 2.

    Raises:
        ValueError: If the depth is below 2, or Sigma w* is zero.

    Examples:
        For Sigma = I the direction is w*, and S_min = 2 L.

        >>> proof = certify_minimal_sharpness(np.eye(2), np.array([0.6, 0.8]), 5)
        >>> round(proof.below, 12), round(proof.above, 12), proof.gap < 1e-12
        (10.0, 10.0, True)
    """
    if depth < 2:
        raise ValueError(f"the minimal sharpness needs a depth of at least 2, not {depth}")
    values, vectors = covariance_range(covariance)
    q = np.sqrt(values) * (vectors.T @ solution)
    if not q @ q > 0:
        raise ValueError("w* must be non-zero and outside the kernel of Sigma")
    v = _stationary_direction(values, q, depth)
    # At the optimum the two terms in the mean of dual_bound are equal, which gives tau.
    log_ratio = np.log((v @ q) ** 2 / np.sum(values * v**2))
    tau = float(log_ratio * (depth - 1) / (2 * depth))
    direction = vectors @ v
    return CertifiedSharpness(
        below=dual_bound(covariance, solution, depth, direction),
        above=primal_bound(covariance, solution, depth, tau),
        direction=direction,
        log_first_factor=tau,
    )


def _stationary_direction(values: np.ndarray, q: np.ndarray, depth: int) -> np.ndarray:
    """Return the unit v at which the logarithm of `dual_bound` is stationary.

    Everything is in the eigenbasis of Sigma, with ascending eigenvalues. v = (I - alpha Sigma)^-1 q
    with L alpha v^T Sigma v = v^T v. The excess of the left side increases with alpha. With
    delta = 1 - alpha Lambda the differences 1 - alpha sigma are sums of positive numbers.

    The hard case is a q without a part along the largest eigenvalue.  Then v^T v can be larger even
    at alpha = 1 / Lambda, and the missing part is added along that eigenvector.
    """
    gaps, shares = (values[-1] - values) / values[-1], values / values[-1]

    def direction(log_delta: float) -> np.ndarray:
        delta = np.exp(log_delta)
        denominators = np.where(gaps > 0, gaps + delta * shares, delta)
        v = q / denominators
        return v / np.abs(v).max()

    def excess(log_delta: float) -> float:
        v = direction(log_delta)
        alpha_curvature = -np.expm1(log_delta) * np.sum(shares * v**2)
        return float(depth * alpha_curvature - v @ v)

    smallest = -200.0  # such a small delta that the rounding of q decides
    if excess(smallest) > 0:
        v = direction(brentq(excess, smallest, 0.0, xtol=1e-15, rtol=1e-15))
    else:
        v = np.divide(q, gaps, out=np.zeros_like(q), where=gaps > 0)
        lacking = v @ v - depth * np.sum(shares * v**2)
        v[-1] = np.sqrt(lacking / (depth - 1))
    return v / np.linalg.norm(v)
