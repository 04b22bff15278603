"""How fast gradient flow of a diagonal network converges: a bound, the late rate, the escape."""

import numpy as np

from flatminima.core.covariances import symmetric_root
from flatminima.theory.diagonal_networks import risk_gradient
from flatminima.theory.diagonal_potentials import Potential, dual_limit

__all__ = ["escape_time", "late_rates", "least_rate"]


def least_rate(covariance: np.ndarray, potential: Potential) -> float:
    """Return 4 lambda (min over i of the product of Delta_l), lambda > 0 the smallest of Sigma.

    R - R_min falls at least as fast as exp(-rate t): D is at least the product of the imbalances,
    and ||g||^2 at least 4 lambda (R - R_min) (this study).

    Args:
        covariance: Sigma, shape (d, d).
        potential: Of the start.

    Examples:
        >>> least_rate(np.diag([2.0, 0.0]), Potential(np.full((1, 2), 3.0)))
        24.0
    """
    values = np.linalg.eigvalsh(covariance)
    smallest = values[values > values[-1] * 1e-10][0]
    return float(4 * smallest * np.prod(potential.imbalances, axis=0).min())


def late_rates(covariance: np.ndarray, mobilities: np.ndarray) -> np.ndarray:
    """Return the positive eigenvalues of 4 Sigma^1/2 D Sigma^1/2, ascending.

    Near its end the flow is linear, and R - R_min falls as exp(-rate t) with the smallest (this
    study).

    Args:
        covariance: Sigma, shape (d, d).
        mobilities: D where the flow ends, shape (d,).

    Examples:
        >>> late_rates(np.eye(2), np.array([3.0, 1.0])).tolist()
        [4.0, 12.0]
    """
    root = symmetric_root(covariance)
    values = 4 * np.linalg.eigvalsh((root * mobilities) @ root)
    return values[values > values[-1] * 1e-12]


def escape_time(inputs: np.ndarray, targets: np.ndarray, scale: float, depth: int) -> float:
    """Return C_L alpha^(2 - L) / ||g(0)||_inf, the time at which a small equal start escapes zero.

    Until then the gradient is that at zero, and the dual variable grows at its speed to its bound
    (this study).

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        scale: alpha of the equal start.
        depth: L >= 3.

    Raises:
        ValueError: If L = 2, where the dual variable has no bound.
    """
    if depth == 2:
        raise ValueError("with two layers the dual variable has no bound")
    gradient = risk_gradient(inputs, targets, np.zeros(inputs.shape[1]))
    return float(dual_limit(depth) * scale ** (2 - depth) / np.abs(gradient).max())
