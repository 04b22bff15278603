"""Piecewise linear interpolation of a function of one variable, as one hidden layer."""

from collections.abc import Callable

import numpy as np

from flatminima_papers.expressivity.theory.networks import ReluNetwork

__all__ = ["interpolate", "lipschitz_pieces", "smooth_pieces"]


def interpolate(
    function: Callable[[np.ndarray], np.ndarray], low: float, high: float, pieces: int
) -> ReluNetwork:
    """Return the interpolation of a function at evenly spaced nodes, constant outside them.

    It is f(low) + sum of (s_i - s_{i-1}) relu(x - t_i) over the nodes t_0, ..., t_N, with the
    slopes s_i between them and none outside.  With h = (high - low) / N it is wrong by at most
    L h / 2 if f has the Lipschitz constant L, and by max |f''| h^2 / 8 if f is twice
    differentiable.

    Args:
        function: f, of an array.
        low: The first node.
        high: The last node.
        pieces: N, at least 1.

    Examples:
        >>> network = interpolate(np.square, 0.0, 1.0, 2)
        >>> network(np.array([[0.25], [0.5], [3.0]])).ravel().tolist()
        [0.125, 0.25, 1.0]
    """
    nodes = np.linspace(low, high, pieces + 1)
    values = function(nodes)
    slopes = np.concatenate([[0.0], np.diff(values) / np.diff(nodes), [0.0]])
    return ReluNetwork((np.ones((pieces + 1, 1)), np.diff(slopes)[None]), (-nodes, values[:1]))


def lipschitz_pieces(lipschitz: float, length: float, accuracy: float) -> int:
    """Return the smallest odd N with L h / 2 <= accuracy.

    With an even N the middle of the interval, where many examples have their kink, is a node, and
    the interpolation is right there.
    """
    return _odd(lipschitz * length / (2 * accuracy))


def smooth_pieces(curvature: float, length: float, accuracy: float) -> int:
    """Return the smallest odd N with C h^2 / 8 <= accuracy, where |f''| <= C."""
    return _odd(length * np.sqrt(curvature / (8 * accuracy)))


def _odd(number: float) -> int:
    """Return the smallest odd integer that is not below a number, but for rounding."""
    return 2 * int(np.ceil(number * (1 - 1e-12) / 2 - 0.5)) + 1
