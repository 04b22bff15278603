"""A gradient step of a batch of deep linear networks, compiled.

It goes through the layers backwards for u_L, ..., u_0 and forwards for v_1, ..., v_L (see
`linear`), and changes each layer's weights as soon as nothing else needs them.  The innermost
loop is over runs, which lie side by side: the vectors of the processor hold one entry of
several runs, and a run's result does not depend on the others.
"""

import numba
import numpy as np

__all__ = ["descend"]

# Every operation rounds by itself: a step is the same to the last bit on all processors.
compiled = numba.njit(cache=True)


@compiled
def descend(
    weights: np.ndarray,
    output: np.ndarray,
    widths: np.ndarray,
    projection: np.ndarray,
    twice_covariance: np.ndarray,
    solution: np.ndarray,
    factors: np.ndarray,
    excess_risk: np.ndarray,
) -> None:
    """Subtract factor * u_k v_k^T of every layer k, and compute the excess risk of every run.

    Args:
        weights: W_1, ..., W_L of every run, shape (size, runs).
        output: What is subtracted from, shape (size, runs); it may be the weights.
        widths: Columns of W_1, and the rows of W_1, ..., W_L; shape (L + 1,).
        projection: p, shape (widths[L],).
        twice_covariance: 2 Sigma, shape (d, d).
        solution: w*, shape (d,).
        factors: Shape (runs,).
        excess_risk: Overwritten with R - R_min, shape (runs,).
    """
    depth, features, runs = len(widths) - 1, widths[0], weights.shape[1]
    suffixes = np.zeros((widths.sum(), runs))  # u_0, ..., u_L
    here, entry = len(suffixes) - len(projection), len(weights)
    for i in range(len(projection)):
        for run in range(runs):
            suffixes[here + i, run] = projection[i]
    for k in range(depth, 0, -1):
        rows, columns = widths[k], widths[k - 1]
        before, entry = here - columns, entry - rows * columns
        for i in range(rows):
            for j in range(columns):
                W_ij = weights[entry + i * columns + j]
                _add_product(suffixes[before + j], W_ij, suffixes[here + i])
        here = before

    prefix = np.zeros((widths.max(), runs))  # factor * v_k
    next_prefix = np.zeros((widths.max(), runs))
    for run in range(runs):
        excess_risk[run] = 0.0
    for i in range(features):
        for j in range(features):
            for run in range(runs):
                prefix[i, run] += twice_covariance[i, j] * (suffixes[j, run] - solution[j])
        for run in range(runs):
            excess_risk[run] += 0.5 * (suffixes[i, run] - solution[i]) * prefix[i, run]
            prefix[i, run] *= factors[run]

    here, entry = features, 0
    for k in range(1, depth + 1):
        rows, columns = widths[k], widths[k - 1]
        for i in range(rows):
            for run in range(runs):
                next_prefix[i, run] = 0.0
            for j in range(columns):
                position = entry + i * columns + j
                _add_product(next_prefix[i], weights[position], prefix[j])
                _subtract_product(output[position], suffixes[here + i], prefix[j])
        prefix, next_prefix = next_prefix, prefix
        here, entry = here + rows, entry + rows * columns


@compiled
def _add_product(total: np.ndarray, a: np.ndarray, b: np.ndarray) -> None:
    for run in range(len(total)):
        total[run] += a[run] * b[run]


@compiled
def _subtract_product(total: np.ndarray, a: np.ndarray, b: np.ndarray) -> None:
    for run in range(len(total)):
        total[run] -= a[run] * b[run]
