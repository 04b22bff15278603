"""Interpolation on a grid of all d variables: what the curse of dimension costs."""

from collections.abc import Callable
from itertools import product
from math import ceil

import numpy as np

__all__ = [
    "grid_nodes",
    "maximum_constant",
    "maximum_grid_nodes",
    "multilinear",
    "nodes_by_lipschitz",
]

LARGEST = 1e300
"""More nodes than this are not a number of float64 to calculate with."""


def maximum_constant(dimension: int) -> float:
    """Return c_d = (d - 1) d^(-d / (d - 1)), d >= 2.

    On a grid of step h the multilinear interpolation of the maximum is wrong by exactly c_d h: in
    a cell on the diagonal it is h (1 - prod(1 - s_i)) where the maximum is h max s_i.

    Examples:
        >>> maximum_constant(2)
        0.25
    """
    return (dimension - 1) * dimension ** (-dimension / (dimension - 1))


def grid_nodes(pieces: int, dimension: int) -> float:
    """Return (N + 1)^d; NaN where that is beyond `LARGEST`."""
    log_nodes = dimension * np.log10(pieces + 1)
    return float(pieces + 1) ** dimension if log_nodes < np.log10(LARGEST) else np.nan


def maximum_grid_nodes(dimension: int, accuracy: float) -> float:
    """Return how many nodes the grid on [-1, 1]^d has that is wrong by eps at most.

    Examples:
        >>> maximum_grid_nodes(2, 0.1)
        36.0
    """
    return grid_nodes(_at_least(2 * maximum_constant(dimension) / accuracy), dimension)


def nodes_by_lipschitz(lipschitz: float, dimension: int, accuracy: float) -> float:
    """Return how many nodes suffice by the Lipschitz constant L in the maximum norm: L h <= eps."""
    return grid_nodes(_at_least(2 * lipschitz / accuracy), dimension)


def multilinear(
    function: Callable[[np.ndarray], np.ndarray], points: np.ndarray, pieces: int
) -> np.ndarray:
    """Return the multilinear interpolation at points of [-1, 1]^d, on N pieces a side.

    Each value is a mean over the 2^d corners of a cell, so that this is for small d.

    Args:
        function: Of points (n, d).
        points: Where (n, d).
        pieces: N.
    """
    step = 2 / pieces
    cells = np.clip(np.floor((points + 1) / step), 0, pieces - 1)
    shares = (points + 1) / step - cells
    total = np.zeros(len(points))
    for corner in product((0, 1), repeat=points.shape[1]):
        side = np.array(corner)
        weights = np.where(side, shares, 1 - shares).prod(1)
        total += weights * function((cells + side) * step - 1)
    return total


def _at_least(number: float) -> int:
    """Return the smallest integer that is not below a number, but for rounding."""
    return max(1, ceil(number * (1 - 1e-12)))
