"""The end of gradient flow from an equal start of large scale, to the next order.

For a small x = alpha^(L - 2) q the weights are w = alpha^L (x + 2 (L - 1) x^3 / 3)
up to x^5. So the end is (this study)

    w_2 + (2 (L - 1) / 3) alpha^(-2L) (I - P) w_2^3,

with w_2 the minimum-norm solution, its cube taken entry by entry, and P the projection on the span
of the samples.
"""

import numpy as np

__all__ = ["large_scale_weights"]


def large_scale_weights(
    inputs: np.ndarray, targets: np.ndarray, scale: float, depth: int
) -> np.ndarray:
    """Return the end of the flow, to leading order about the minimum-norm solution; shape (d,).

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        scale: alpha of the equal start, large.
        depth: L >= 2.

    Examples:
        w_2 = (1, 2), and (2, -1) is orthogonal to the sample: (1, 8) loses its part along (1, 2).

        >>> X, y = np.array([[1.0, 2.0]]), np.array([5.0])
        >>> ((large_scale_weights(X, y, 10.0, 2) - [1, 2]) * 1.5e4).round(6).tolist()
        [-2.4, 1.2]
    """
    inverse = np.linalg.pinv(inputs)
    smooth = inverse @ targets
    cube = smooth**3
    return smooth + (2 * (depth - 1) / 3) * scale ** (-2 * depth) * (cube - inverse @ inputs @ cube)
