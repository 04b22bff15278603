"""The layers of a fully connected network within its array of parameters."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import prod

import numpy as np

__all__ = ["LayerShapes", "count_weights", "hidden_widths", "layers_of", "split_layers"]

LayerShapes = tuple[tuple[int, int], ...]
"""(rows, columns) of W_1, ..., W_L."""


def split_layers(parameters: np.ndarray, shapes: LayerShapes) -> list[np.ndarray]:
    """Return views of W_1, ..., W_L, each of shape (rows, columns, runs)."""
    ends = list(accumulate(prod(shape) for shape in shapes))
    starts = [0, *ends[:-1]]
    return [
        parameters[start:end].reshape(*shape, -1)
        for start, end, shape in zip(starts, ends, shapes, strict=True)
    ]


def layers_of(parameters: np.ndarray, shapes: LayerShapes) -> list[np.ndarray]:
    """Return views of W_1, ..., W_L of one run, whose parameters have the shape (size,)."""
    return [W[:, :, 0] for W in split_layers(parameters[:, None], shapes)]


def count_weights(features: int, hidden: Sequence[int]) -> int:
    """Return the number of weights of a fully connected network with one output.

    Args:
        features: The number of features of the data.
        hidden: The widths of the hidden layers.

    Examples:
        >>> count_weights(5, (4, 3))
        35
    """
    return sum(rows * columns for columns, rows in pairwise((features, *hidden, 1)))


def hidden_widths(depth: int, width: int | Sequence[int] | None, features: int) -> tuple[int, ...]:
    """Return the rows of W_1, ..., W_{L-1}.

    Args:
        depth: L.
        width: The width of all of them, or of each; None means the number of features.
        features: The number of features of the data.

    Raises:
        ValueError: If a number is below 1, or there are more or fewer widths.

    Examples:
        >>> hidden_widths(3, None, 5), hidden_widths(3, (4, 2), 5)
        ((5, 5), (4, 2))
    """
    width = features if width is None else width
    if isinstance(width, int | np.integer):
        if depth < 1 or width < 1:
            raise ValueError(f"depth and width must be at least 1, not {depth} and {width}")
        return (int(width),) * (depth - 1)
    if len(width) != depth - 1 or min(width, default=1) < 1:
        raise ValueError(
            f"a network of depth {depth} has {depth - 1} widths of at least 1, not {list(width)}"
        )
    return tuple(width)
