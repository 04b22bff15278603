"""The maximum of d numbers, exactly."""

import numpy as np

from flatminima_papers.expressivity.theory.calculus import tree
from flatminima_papers.expressivity.theory.networks import ReluNetwork

__all__ = ["PAIR_MAXIMUM", "maximum"]

PAIR_MAXIMUM = ReluNetwork(
    ([[1.0, -1.0], [0.0, 1.0], [0.0, -1.0]], [[1.0, 1.0, -1.0]]), (np.zeros(3), np.zeros(1))
)
"""max(a, b) = relu(a - b) + relu(b) - relu(-b)."""


def maximum(dimension: int) -> ReluNetwork:
    """Return x -> max(x_1, ..., x_d) by a binary tree, without biases.

    For d = 2^m it has P = 3d^2 + 3d - 5 parameters, of which 8d - 9 are not zero, and log2(d)
    hidden layers.  Fewer layers suffice: Bakaev, Brunck, Hertrich, Reichman and Yehudayoff,
    arXiv:2505.14338.

    Args:
        dimension: d, at least 1.

    Examples:
        >>> maximum(3)(np.array([[0.5, -1.0, 0.75]])).item()
        0.75
        >>> maximum(8).parameters, maximum(8).nonzeros
        (211, 55)
    """
    return tree(PAIR_MAXIMUM, dimension)
