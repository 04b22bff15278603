"""How much flatter than gradient flow descent ends on two layers and one feature, to first order.

With epsilon, lambda and Q as in `theory.shallow`, let

    Psi = integral from 0 to epsilon of x dx / sqrt(Q^2 + 4 (x + Phi)^2)
        = (lambda - S) / 4 - Phi / 2 (asinh(2 (epsilon + Phi) / Q) - asinh(2 Phi / Q)),

where S = sqrt(Q^2 + 4 Phi^2) is the sharpness at the end of the flow.  Descent at the rate eta ends
with log(Q_0 / Q) = eta Psi + O(eta^2), and its sharpness is S (1 - K eta + O(eta^2)) with
K = (Q / S)^2 Psi, which is never negative (this study).
"""

import numpy as np

from flatminima_papers.shallow.theory.shallow import Coordinates, limit_sharpness

__all__ = ["flattening_coefficient", "sharpness_coefficient"]


def flattening_coefficient(point: Coordinates, solution: float) -> np.ndarray:
    """Return Psi, the coefficient of eta in log(Q_0 / Q).

    Args:
        point: The starts, with Q > 0.
        solution: Phi.

    Examples:
        With Phi near 0 it is (lambda - Q) / 4.

        >>> start = Coordinates(np.array([2.0]), np.array([5.0]), np.array([3.0]))
        >>> flattening_coefficient(start, 1e-12).round(9).tolist()
        [0.5]
    """
    ends = np.arcsinh(2 * (point.error + solution) / point.imbalance)
    ends = ends - np.arcsinh(2 * solution / point.imbalance)
    rise = point.squared_norm - limit_sharpness(point.imbalance, solution)
    return rise / 4 - solution / 2 * ends


def sharpness_coefficient(point: Coordinates, solution: float) -> np.ndarray:
    """Return K, where descent ends at 1 - K eta + O(eta^2) times the sharpness of the flow's end.

    Args:
        point: The starts, with Q > 0.
        solution: Phi.
    """
    share = point.imbalance / limit_sharpness(point.imbalance, solution)
    return share**2 * flattening_coefficient(point, solution)
