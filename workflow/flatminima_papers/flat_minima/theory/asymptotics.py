"""How flat gradient flow from a vanishing start ends, as the network gets deeper.

The ratio of S_balanced, where that flow ends, to S_min tends to one (this study): with
x = ||w*||^2 w*^T Sigma^2 w* / (w*^T Sigma w*)^2 >= 1,

    1 <= S_balanced / S_min <= 1 + (Lambda / a - 1) / L,
    S_balanced / S_min = 1 + (x - 1 - log x) / L + O(L^-2).

The paper's constant is 4 Lambda / a at every depth (Corollary 2).
"""

import numpy as np

from flatminima.theory.closed_forms import balanced_sharpness
from flatminima_papers.flat_minima.theory.certificates import certify_minimal_sharpness

__all__ = ["balanced_excess", "excess_bound", "limiting_excess", "moment_ratio"]


def balanced_excess(covariance: np.ndarray, solution: np.ndarray, depth: int) -> float:
    """Return L (S_balanced / S_min - 1), which is non-negative up to rounding (this study).

    Args:
        covariance: Sigma, shape (d, d).
        solution: w*, shape (d,).
        depth: L >= 2.

    Raises:
        ValueError: If the depth is below 2, or Sigma w* is zero.
    """
    smallest = certify_minimal_sharpness(covariance, solution, depth).below
    return depth * (balanced_sharpness(covariance, solution, depth) / smallest - 1)


def excess_bound(covariance: np.ndarray, solution: np.ndarray) -> float:
    """Return Lambda / a - 1, an upper bound of `balanced_excess` at every depth (this study).

    It follows from S_balanced <= 2c (Lambda + (L - 1) a), the sum of the largest eigenvalues of its
    two terms, and S_min >= 2c L a (paper, Theorem 1).

    Args:
        covariance: Sigma, shape (d, d).
        solution: w* with Sigma w* != 0, shape (d,).
    """
    unit = solution / np.linalg.norm(solution)
    return float(np.linalg.eigvalsh(covariance)[-1] / (unit @ covariance @ unit) - 1)


def moment_ratio(covariance: np.ndarray, solution: np.ndarray) -> float:
    """Return x = ||w*||^2 w*^T Sigma^2 w* / (w*^T Sigma w*)^2 >= 1, one at eigenvectors.

    Args:
        covariance: Sigma, shape (d, d).
        solution: w* with Sigma w* != 0, shape (d,).
    """
    first = solution @ covariance @ solution
    return float((solution @ solution) * np.sum((covariance @ solution) ** 2) / first**2)


def limiting_excess(covariance: np.ndarray, solution: np.ndarray) -> float:
    """Return x - 1 - log x, the limit of `balanced_excess` as L grows (this study).

    The term (L - 1) q q^T dominates the other one, so that first-order perturbation theory
    around q is exact in the limit: S_balanced = 2c (L a + (x - 1) a + O(1/L)), and `dual_bound`
    at v = q, 2c L a x^(1/L) = 2c (L a + a log x + O(1/L)), is S_min to that order.

    Args:
        covariance: Sigma, shape (d, d).
        solution: w* with Sigma w* != 0, shape (d,).

    Examples:
        >>> round(limiting_excess(np.diag([3.0, 1.0]), np.array([1.0, 1.0])), 6)
        0.026856
    """
    x = moment_ratio(covariance, solution)
    return float(x - 1 - np.log(x))
