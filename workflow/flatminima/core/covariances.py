"""The spectrum of a covariance without the eigenvalues that are zero up to rounding."""

import numpy as np

__all__ = ["condition_number", "covariance_range", "covariance_root", "symmetric_root"]


def covariance_range(covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the non-zero eigenvalues of Sigma, ascending, and their eigenvectors.

    Args:
        covariance: Sigma, shape (d, d).

    Returns:
        Shapes (rank,) and (d, rank).
    """
    values, vectors = np.linalg.eigh(covariance)
    kept = values > len(values) * np.finfo(float).eps * values[-1]
    return values[kept], vectors[:, kept]


def covariance_root(covariance: np.ndarray) -> np.ndarray:
    """Return A of shape (rank, d) with A^T A = Sigma.

    A annihilates the kernel of Sigma to rounding, so that ||A e||^2 = e^T Sigma e is accurate
    for an e that lies almost in it; the product with Sigma itself is not.
    """
    values, vectors = covariance_range(covariance)
    return np.ascontiguousarray((vectors * np.sqrt(values)).T)


def symmetric_root(covariance: np.ndarray) -> np.ndarray:
    """Return Sigma^1/2, shape (d, d).

    Examples:
        >>> symmetric_root(np.diag([4.0, 0.0])).tolist()
        [[2.0, 0.0], [0.0, 0.0]]
    """
    values, vectors = covariance_range(covariance)
    return (vectors * np.sqrt(values)) @ vectors.T


def condition_number(covariance: np.ndarray) -> float:
    """Return Lambda / lambda, the largest over the smallest non-zero eigenvalue of Sigma.

    Examples:
        >>> condition_number(np.diag([4.0, 2.0, 0.0]))
        2.0
    """
    values, _ = covariance_range(covariance)
    return float(values[-1] / values[0])
