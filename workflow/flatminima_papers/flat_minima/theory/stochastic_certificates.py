"""The smallest mean-square sharpness of any minimiser with a proof of its digits (this study).

For Gaussian inputs the mean-square sharpness is S_b = 2 s(N) with a function s of the matrix
N = Sigma^1/2 M Sigma^1/2 that is convex, monotone and homogeneous of degree one.  Its polar

    s*(P) = sup of tr(N P) over N >= 0 with s(N) <= 1

has a closed form.  By tr(N P) <= s(N) s*(P), every positive semidefinite P bounds the sharpness of
all minimisers from below:

    S_b >= 2 L tr(Sigma P)^(1/L) (q^T P q)^(1 - 1/L) / s*(P),    q = Sigma^1/2 w*.

A network that can be built bounds the smallest one from above.  At the optimum the two are equal.
"""

from dataclasses import dataclass

import numpy as np

from flatminima.core.covariances import covariance_range
from flatminima.theory.stochastic_rates import (
    mean_square_sharpness,
    minimal_mean_square_sharpness,
    reduced_problem,
)

__all__ = [
    "CertifiedMeanSquareSharpness",
    "certify_mean_square_sharpness",
    "polar",
    "stochastic_dual_bound",
]


@dataclass(frozen=True)
class CertifiedMeanSquareSharpness:
    """The smallest S_b between two bounds, each of which one evaluation checks.

    Attributes:
        below: `stochastic_dual_bound`, at most the smallest S_b up to rounding.
        above: S_b of the aligned minimiser with this tau, at least the smallest up to rounding.
        log_first_factor: tau.
    """

    below: float
    above: float
    log_first_factor: float

    @property
    def gap(self) -> float:
        """The relative gap above / below - 1."""
        return self.above / self.below - 1


def polar(eigenvalues: np.ndarray, share: float) -> float:
    """Return s*(P), the largest tr(N P) of all N >= 0 with s(N) <= 1.

    With y_i = nu n_i / (1 - (1 + nu) n_i) the constraint is sum y_i <= 1, and the sum of
    P_i y_i / (nu + (1 + nu) y_i) is concave: its maximum fills the k largest P_i with y_i > 0,
    where sqrt(P_i) / (nu + (1 + nu) y_i) is the same for all of them.

    Args:
        eigenvalues: P_i >= 0, those of P, not all zero.
        share: nu.

    Examples:
        For a matrix of rank one, 1 / (1 + 2 nu) times its eigenvalue; without noise, the trace.

        >>> polar(np.array([3.0, 0.0]), 1.0), polar(np.array([3.0, 1.0]), 0.0)
        (1.0, 4.0)
    """
    P = np.sort(eigenvalues)[::-1]
    roots, counts = np.sqrt(np.maximum(P, 0)), np.arange(1, len(P) + 1)
    sums = np.cumsum(roots)
    filled = roots * (counts * share + 1 + share) >= share * sums
    k = int(np.flatnonzero(filled)[-1])
    loss = share * sums[k] ** 2 / ((k + 1) * share + 1 + share)
    return float((P[: k + 1].sum() - loss) / (1 + share))


def stochastic_dual_bound(
    covariance: np.ndarray, solution: np.ndarray, depth: int, share: float, weight: np.ndarray
) -> float:
    """Return 2 L tr(Sigma P)^(1/L) (q^T P q)^(1 - 1/L) / s*(P), at most the smallest S_b.

    Args:
        covariance: Sigma, shape (d, d).
        solution: w*, shape (d,).
        depth: L >= 2.
        share: nu.
        weight: P, positive semidefinite, in the eigenbasis of the range of Sigma.
    """
    values, vectors = covariance_range(covariance)
    q = np.sqrt(values) * (vectors.T @ solution)
    trace, overlap = float(values @ np.diag(weight)), float(q @ weight @ q)
    mean = trace ** (1 / depth) * overlap ** (1 - 1 / depth)
    return 2 * depth * mean / polar(np.linalg.eigvalsh(weight), share)


def certify_mean_square_sharpness(
    covariance: np.ndarray, solution: np.ndarray, depth: int, share: float
) -> CertifiedMeanSquareSharpness:
    """Bound the smallest S_b from both sides; P is the gradient of s at the optimum.

    Args:
        covariance: Sigma, shape (d, d).
        solution: w*, shape (d,).
        depth: L >= 2.
        share: nu > 0. (Without noise see `theory.certificates`.)

    Raises:
        ValueError: If the depth is below 2, or Sigma w* is zero.

    Examples:
        >>> w = np.full(4, 0.5)
        >>> proof = certify_mean_square_sharpness(np.eye(4), w, 3, 1.0)
        >>> round(2 / proof.below, 6), abs(proof.gap) < 1e-12
        (0.097723, True)
    """
    problem = (covariance, solution, depth, share)
    tau, above = minimal_mean_square_sharpness(*problem)
    matrix, *_ = reduced_problem(*problem)
    p, vectors = np.linalg.eigh(matrix(tau))
    s = mean_square_sharpness(p, share) / 2
    weights = ((s - (1 + share) * p[-1]) / (s - (1 + share) * p)) ** 2
    below = stochastic_dual_bound(*problem, (vectors * weights) @ vectors.T)
    return CertifiedMeanSquareSharpness(below, above, tau)
