r"""Two layers on one feature at small gamma: the catapult, exactly.

f = a^T b/gamma with risk (f - Phi)^2/2 and a^T b = 0 at the start.  With k = eta Lambda/gamma^2,
Lambda = ||a||^2 + ||b||^2, and U = eta (f - Phi)/gamma a step tends, as gamma -> 0, to

    U <- U (1 - k + U^2),    k <- k + U^2 (k - 4).

Each step multiplies k^2 - 4 U^2 by (1 - U^2)^2, so that |U| <= k/2 for ever: from k < 4 the
sequence k falls and stays bounded, from k > 4 it grows.
"""

import numpy as np

__all__ = ["descend", "limiting_step"]

DIVERGED = 1e8
"""Of the error over Phi."""


def limiting_step(error: np.ndarray, curvature: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return U and k after a step.

    Args:
        error: U.
        curvature: k.

    Examples:
        >>> [float(x) for x in limiting_step(np.array(0.5), np.array(3.0))]
        [-0.875, 2.75]
    """
    return error * (1 - curvature + error**2), curvature + error**2 * (curvature - 4)


def descend(
    first: np.ndarray,
    second: np.ndarray,
    strength: np.ndarray,
    learning_rate: np.ndarray,
    solution: float,
    steps: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Train f = a^T b/gamma on (f - Phi)^2/2.

    Args:
        first: b, shape (width, runs).
        second: a, likewise.
        strength: gamma (runs,).
        learning_rate: eta (runs,).
        solution: Phi.
        steps: How many.

    Returns:
        The error f - Phi at the end, infinite where it diverged; the largest |f - Phi| along the
        path; and Lambda at the end, each (runs,).
    """
    peak = np.zeros(first.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            error = (first * second).sum(axis=0) / strength - solution
            peak = np.fmax(peak, np.abs(error))
            move = learning_rate * error / strength
            first, second = first - move * second, second - move * first
        error = (first * second).sum(axis=0) / strength - solution
        diverged = ~(np.abs(error) <= DIVERGED * abs(solution))
    norm = (first**2 + second**2).sum(axis=0)
    return np.where(diverged, np.inf, error), np.where(diverged, np.inf, peak), norm
