"""One feature and one neuron per layer: the exact end of gradient flow from any start.

The risk is Sigma (w_1 ... w_L - w*)^2.  Gradient flow conserves w_k^2 - w_1^2, so that at its end
w_k^2 = x + b_k, where b_k = w_k^2 - min_j w_j^2 at the start, and x is the only root of

    (x + b_1) ... (x + b_L) = w*^2,   x >= 0,

The sharpness there is 2 Sigma w*^2 sum over k of 1 / (x + b_k) (this study).  It equals
S_min = 2 Sigma L w*^(2 - 2/L) if all b_k are zero, and can be arbitrarily large if they are not.
"""

import numpy as np
from scipy.optimize import brentq

__all__ = ["end_of_flow_with_one_feature", "sharpness_with_one_feature"]


def end_of_flow_with_one_feature(initial: np.ndarray, solution: float) -> np.ndarray:
    """Return |w_1|, ..., |w_L| at the end of gradient flow from a start.

    The flow reaches w* even if the product has the other sign at the start, because only the
    smallest layer passes through zero.  If two layers share the smallest size, the flow can end at
    the saddle instead; random starts do not.

    Args:
        initial: w_1, ..., w_L at the start, shape (L,).
        solution: w* != 0.

    Raises:
        ValueError: If w* is zero, where the flow can end at any point with a zero layer.

    Examples:
        Equal layers stay equal.

        >>> end_of_flow_with_one_feature(np.array([0.1, 0.1, 0.1]), 8.0).round(12).tolist()
        [2.0, 2.0, 2.0]
    """
    if solution == 0:
        raise ValueError("with w* = 0 the end of gradient flow is not given by what it conserves")
    squares = initial**2
    excess = squares - squares.min()
    others = np.delete(excess, excess.argmin())

    target = 2 * np.log(abs(solution))

    def surplus(log_x: float) -> float:
        return float(log_x + np.sum(np.log(np.exp(log_x) + others)) - target)

    highest = target / len(initial)  # the root if all b_k are zero
    lowest = target - np.sum(np.log(np.exp(highest) + others))
    margin = 1e-9  # still a bracket after rounding
    x = np.exp(brentq(surplus, lowest - margin, highest + margin, xtol=1e-14, rtol=1e-15))
    return np.sqrt(x + excess)


def sharpness_with_one_feature(layers: np.ndarray, curvature: float, solution: float) -> float:
    """Return 2 Sigma w*^2 sum over k of w_k^-2, the sharpness of a minimiser w_1, ..., w_L.

    Args:
        layers: w_1, ..., w_L with product of size |w*|, shape (L,).
        curvature: Sigma, a number.
        solution: w*.

    Examples:
        >>> sharpness_with_one_feature(np.array([2.0, 2.0, 2.0]), 1.0, 8.0)
        96.0
    """
    return float(2 * curvature * solution**2 * np.sum(layers**-2.0))
