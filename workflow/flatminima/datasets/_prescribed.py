"""Regression problems with a prescribed covariance and solution."""

import numpy as np

from flatminima.datasets._dataset import Dataset

__all__ = ["prescribed_dataset"]


def prescribed_dataset(
    eigenvalues: np.ndarray, solution: np.ndarray, generator: np.random.Generator
) -> Dataset:
    """Build data with Sigma = diag(eigenvalues) and a given w*, up to rounding.

    X = sqrt(n) Q diag(eigenvalues)^1/2 with n = 2 d samples and Q a random n x d matrix with
    orthonormal columns, and y = X w*, so that R_min = 0.

    Args:
        eigenvalues: The non-negative eigenvalues of Sigma, shape (d,).
        solution: w*, which must be zero where the eigenvalues are, shape (d,).
        generator: The source of Q.

    Raises:
        ValueError: If the shapes differ, an eigenvalue is negative, or w* has a part in the
            kernel of Sigma.
        flatminima.datasets.DatasetError: If there is nothing to learn.
    """
    if eigenvalues.shape != solution.shape or eigenvalues.ndim != 1:
        raise ValueError(
            f"eigenvalues and solution need one shape (d,), not {eigenvalues.shape} "
            f"and {solution.shape}"
        )
    if (eigenvalues < 0).any():
        raise ValueError("a covariance has no negative eigenvalue")
    if (solution[eigenvalues == 0] != 0).any():
        raise ValueError("w* must lie in the range of Sigma")
    samples = 2 * len(eigenvalues)
    columns, _ = np.linalg.qr(generator.standard_normal((samples, len(eigenvalues))))
    inputs = np.sqrt(samples) * columns * np.sqrt(eigenvalues)
    return Dataset(inputs, inputs @ solution)
