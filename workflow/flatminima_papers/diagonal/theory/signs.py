"""What happens where the paper's assumption fails: all layers of a coordinate of equal modulus.

Gradient flow then keeps them equal for ever. So no coordinate of w changes its sign, and for L >= 3
the flow from a nowhere-zero start ends at the minimiser of the risk among all w of the signs of
the start (this study).
"""

import numpy as np
import scipy  # whose parts are imported when they are first used

__all__ = ["best_of_signs"]


def best_of_signs(inputs: np.ndarray, targets: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """Minimise the risk over all w with signs_i w_i >= 0 (non-negative least squares).

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        signs: Each 1 or -1, shape (d,).

    Examples:
        >>> best_of_signs(np.eye(2), np.array([3.0, -2.0]), np.array([1.0, 1.0])).tolist()
        [3.0, 0.0]
    """
    return signs * scipy.optimize.nnls(inputs * signs, targets)[0]
