r"""Chains f(x) = (u^T x) v_2 ... v_L of one neuron per layer: the sharpness from the data.

They are linear networks of width one.  With singular values sigma_i of X and left singular vectors
e_i, the difficulty of the data is Q = sum of (e_i^T y)^2 / sigma_i^2 = ||w*||^2.  The bounds of
Yoo, Song and Yun 2025 (arXiv:2506.06940) on the sharpness S of the balanced minimiser, times two
for a risk without 1/2, are

    (2/n) [sigma_1^2 Q^(1-1/L) + (L - 1) (e_1^T y)^2 Q^(-1/L)] <= S,
    S <= (2/n) [sigma_1^2 Q^(1-1/L) + (L - 1) sum of (e_i^T y)^2 Q^(-1/L)],

and their prediction of it is (2/n) sigma_1^2 Q^(1-1/L).  S itself is
`flatminima.theory.closed_forms.balanced_sharpness`.

With two layers gradient flow conserves C = ||P u||^2 - v^2, where P projects on the rows of X.  A
step of gradient descent changes it by exactly eta^2 (v^2 ||g||^2 - (u^T g)^2), where g = grad_w R.
For a step on a batch B the gradient g_B takes the place of g.  The mean over all batches of b of n
samples, where g_i is the gradient of sample i, is exactly

    eta^2 [v^2 ||g||^2 - (u^T g)^2 + (n - b) / (b (n - 1)) (v^2 tr Cov(g_i) - Var(u^T g_i))].

The last term has no sign (this study).
"""

from collections.abc import Sequence

import numpy as np

from flatminima.datasets import Dataset
from flatminima.networks.linear.network import LinearNetwork

__all__ = [
    "balance",
    "batch_increment",
    "chain_bounds",
    "descent_increment",
    "difficulty",
    "draw_chains",
    "predicted_sharpness",
    "row_basis",
    "sample_slopes",
]


def difficulty(dataset: Dataset) -> float:
    """Return Q = ||w*||^2.

    Examples:
        >>> round(difficulty(Dataset(np.array([[1.0], [-1.0]]), np.array([3.0, -3.0]))), 12)
        9.0
    """
    return float(dataset.minimum_norm_solution @ dataset.minimum_norm_solution)


def predicted_sharpness(dataset: Dataset, depth: int) -> float:
    """Return (2/n) sigma_1^2 Q^(1-1/L).

    Args:
        dataset: The data.
        depth: L.
    """
    largest = float(np.linalg.eigvalsh(dataset.covariance)[-1])
    return 2 * largest * difficulty(dataset) ** (1 - 1 / depth)


def chain_bounds(dataset: Dataset, depth: int) -> tuple[float, float]:
    """Return the bounds below and above the sharpness of the balanced minimiser.

    Args:
        dataset: The data.
        depth: L.
    """
    left, values, _ = np.linalg.svd(dataset.inputs, full_matrices=False)
    parts = (left.T @ dataset.targets)[values > 1e-12 * values[0]] ** 2
    factor = 2 / dataset.samples * (depth - 1) * difficulty(dataset) ** (-1 / depth)
    leading = predicted_sharpness(dataset, depth)
    return leading + factor * float(parts[0]), leading + factor * float(parts.sum())


def sample_slopes(dataset: Dataset, predictors: np.ndarray) -> np.ndarray:
    """Return g_i = 2 x_i (x_i^T w - y_i), whose mean is grad_w R.

    Args:
        dataset: The data.
        predictors: w of each run, shape (d, runs).

    Returns:
        Shape (n, d, runs).
    """
    residuals = dataset.inputs @ predictors - dataset.targets[:, None]
    return 2 * dataset.inputs[:, :, None] * residuals[:, None]


def draw_chains(
    network: LinearNetwork, init_scale: float, generators: Sequence[np.random.Generator]
) -> np.ndarray:
    """Draw the weights N(0, init_scale^2) of one run per generator, shape (size, runs)."""
    starts = network.allocate(len(generators))
    for run, generator in enumerate(generators):
        starts[:, run] = init_scale * generator.standard_normal(network.size)
    return starts


def row_basis(dataset: Dataset) -> np.ndarray:
    """Return an orthonormal basis of the rows of X, shape (d, rank)."""
    rows = np.linalg.svd(dataset.inputs, full_matrices=False)[2]
    return rows[: np.linalg.matrix_rank(dataset.inputs)].T


def balance(first: np.ndarray, second: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return C = ||P u||^2 - v^2 of each run.

    Args:
        first: u, shape (d, runs).
        second: v, shape (runs,).
        rows: From `row_basis`.

    Examples:
        >>> balance(np.array([[3.0], [4.0]]), np.array([2.0]), np.eye(2)[:, :1]).tolist()
        [5.0]
    """
    return ((rows.T @ first) ** 2).sum(axis=0) - second**2


def descent_increment(first: np.ndarray, second: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Return the change of C in a step over eta^2, v^2 ||g||^2 - (u^T g)^2.

    Args:
        first: u, shape (d, runs).
        second: v, shape (runs,).
        slope: g, shape (d, runs).
    """
    return second**2 * (slope**2).sum(axis=0) - (first * slope).sum(axis=0) ** 2


def batch_increment(
    first: np.ndarray, second: np.ndarray, slopes: np.ndarray, batch_size: int
) -> np.ndarray:
    """Return what sampling adds to `descent_increment` in the mean over all batches.

    Args:
        first: u, shape (d, runs).
        second: v, shape (runs,).
        slopes: g_i, shape (n, d, runs).
        batch_size: b, the number of samples in a batch, drawn without replacement.
    """
    samples = len(slopes)
    spread = slopes - slopes.mean(axis=0)
    trace = (spread**2).sum(axis=1).mean(axis=0)
    variance = ((first * spread).sum(axis=1) ** 2).mean(axis=0)
    share = (samples - batch_size) / (batch_size * (samples - 1))
    return share * (second**2 * trace - variance)
