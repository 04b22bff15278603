"""Squares and products, as accurate as is wanted: their parameters grow with log(1/eps).

After Yarotsky, arXiv:1610.01145; the constants are ours.
"""

from math import ceil, log

import numpy as np

from flatminima_papers.expressivity.theory.calculus import (
    affine,
    compose,
    copies,
    scale,
    tree,
)
from flatminima_papers.expressivity.theory.networks import ReluNetwork

__all__ = ["node_error", "product", "product_of_two", "sawtooth", "square", "squarings_for"]

TOOTH = ReluNetwork(([[1.0], [1.0]], [[2.0, -4.0]]), ([0.0, -0.5], [0.0]))
"""g(x) = 2 relu(x) - 4 relu(x - 1/2), which folds [0, 1] onto itself twice."""

HALF_SUM_AND_DIFFERENCE = ReluNetwork(
    (
        [[0.5, 0.5], [-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5]],
        [[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]],
    ),
    (np.zeros(4), np.zeros(2)),
)
"""(x, y) -> |x + y| / 2, |x - y| / 2."""


def sawtooth(teeth: int) -> ReluNetwork:
    """Return g o ... o g (m times), with 2^m linear pieces on [0, 1].

    Args:
        teeth: m, at least 1.
    """
    network = TOOTH
    for _ in range(teeth - 1):
        network = compose(TOOTH, network)
    return network


def node_error(squarings: int) -> float:
    """Return delta = 4^-(m + 1), by which a square or a product of two numbers is wrong."""
    return 4.0 ** -(squarings + 1)


def squarings_for(accuracy: float) -> int:
    """Return the smallest m >= 2 with 4^-(m + 1) <= accuracy.

    Examples:
        >>> squarings_for(4.0**-5), squarings_for(0.99 * 4.0**-5), squarings_for(1.0)
        (4, 5, 2)
    """
    squarings = max(2, ceil(-log(accuracy, 4)) - 1)
    while node_error(squarings) > accuracy:
        squarings += 1
    while squarings > 2 and node_error(squarings - 1) <= accuracy:
        squarings -= 1
    return squarings


def square(squarings: int) -> ReluNetwork:
    """Return the interpolation of x^2 on [0, 1] at the multiples of 2^-m.

    It is x - sum of g_s(x) / 4^s over s <= m, with the sawtooth g_s of 2^s pieces.  Each hidden
    layer has the two units of the next tooth and one that keeps the sum so far, which is positive.
    It is never below x^2, and above it by delta = 4^-(m + 1) at most, in the middle of each piece.

    Args:
        squarings: m, at least 1.

    Examples:
        >>> float(square(2)(np.array([[0.125]])).item() - 0.125**2) == 4.0**-3
        True
    """
    weights, biases = [np.ones((2, 1))], [np.array([0.0, -0.5])]
    kept = np.array([1.0, 0.0])  # x is the first unit of the first layer
    for s in range(1, squarings + 1):
        tooth = np.array([2.0, -4.0, 0.0])[: len(kept)]
        kept = kept - tooth / 4**s
        if s < squarings:
            weights.append(np.stack([tooth, tooth, kept]))
            biases.append(np.array([0.0, -0.5, 0.0]))
            kept = np.array([0.0, 0.0, 1.0])
    return ReluNetwork((*weights, kept[None]), (*biases, np.zeros(1)))


def product_of_two(squarings: int) -> ReluNetwork:
    """Return (x, y) -> x y on [-1, 1]^2, as ((x + y) / 2)^2 - ((x - y) / 2)^2.

    It is wrong by delta = 4^-(m + 1) at most, and right where x or y is 0, 1 or -1.  Its partial
    slopes, and so its values, are at most 1.

    Args:
        squarings: m, at least 1.
    """
    squares = compose(copies(square(squarings), 2), HALF_SUM_AND_DIFFERENCE)
    return compose(affine(np.array([[1.0, -1.0]])), squares)


def product(dimension: int, squarings: int, radius: float = 1.0) -> ReluNetwork:
    """Return x -> x_1 ... x_d on [-R, R]^d by a binary tree of products of two.

    On [-1, 1]^d a node is wrong by at most delta more than its two children together, so that the
    tree is wrong by at most (d - 1) delta, and by no less than delta; on [-R, R]^d by R^d times
    that.

    Args:
        dimension: d, at least 1.
        squarings: m, at least 1.
        radius: R.
    """
    network = tree(product_of_two(squarings), dimension)
    if radius == 1:
        return network
    shrunk = compose(network, affine(np.eye(dimension) / radius))
    return scale(shrunk, radius**dimension)
