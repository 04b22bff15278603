"""How many linear pieces a network of one input has, and how many an accuracy asks for."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, prod

import numpy as np

from flatminima_papers.expressivity.theory.grids import maximum_constant
from flatminima_papers.expressivity.theory.networks import ReluNetwork

__all__ = [
    "count_pieces",
    "most_pieces",
    "pieces_needed",
    "random_integer_network",
    "width_needed",
]

Line = tuple[Fraction, Fraction]
"""Slope and value at zero."""


def most_pieces(hidden: Sequence[int]) -> int:
    """Return prod (n_k + 1): no network of one input with these hidden widths has more pieces.

    Examples:
        >>> most_pieces((2, 3))
        12
    """
    return prod(width + 1 for width in hidden)


def count_pieces(network: ReluNetwork) -> int:
    """Return the number of linear pieces on the whole line, in rational arithmetic.

    The kinks of the units of a layer cut the pieces that the layers before have left; neighbours
    on which the output is the same affine function count once.

    Args:
        network: Of one input and one output; its float64 weights are taken as the rationals that
            they are.
    """
    pieces = [(None, None, [(Fraction(1), Fraction(0))])]
    for W, b in zip(network.weights[:-1], network.biases[:-1], strict=True):
        rows, shifts = _rational(W.toarray()), _rational(b)
        pieces = [
            cut
            for low, high, lines in pieces
            for cut in _cut(
                low, high, [_combined(*row, lines) for row in zip(rows, shifts, strict=True)]
            )
        ]
    (row,), (shift,) = _rational(network.weights[-1].toarray()), _rational(network.biases[-1])
    outputs = [_combined(row, shift, lines) for _, _, lines in pieces]
    return 1 + sum(before != after for before, after in pairwise(outputs))


def pieces_needed(degree: int, radius: float, accuracy: float) -> int:
    """Return the fewest linear pieces that approximate t^d on [0, R] within eps.

    From left to right each piece is as long as can be: by half of the largest distance between
    chord and function the best line is wrong.  On [0, r] that distance is c_d r^d, with
    `maximum_constant`.

    Args:
        degree: d, at least 2.
        radius: R.
        accuracy: eps.
    """
    low = (2 * accuracy / maximum_constant(degree)) ** (1 / degree)
    count = 1
    while low < radius * (1 - 1e-12):
        low = _longest(low, degree, accuracy)
        count += 1
    return count


def width_needed(pieces: int, layers: int) -> int:
    """Return the smallest n with (n + 1)^L >= K: below this width L layers have too few pieces.

    Examples:
        >>> width_needed(25, 1), width_needed(25, 2), width_needed(1, 1)
        (24, 4, 0)
    """
    width = max(0, ceil(pieces ** (1 / layers)) - 2)
    while (width + 1) ** layers < pieces:
        width += 1
    return width


def random_integer_network(generator: np.random.Generator, hidden: Sequence[int]) -> ReluNetwork:
    """Draw a network of one input and one output with integer weights from -9 to 9.

    Args:
        generator: Where it comes from.
        hidden: Its hidden widths.
    """
    widths = (1, *hidden, 1)
    shapes = list(zip(widths[1:], widths[:-1], strict=True))
    return ReluNetwork(
        tuple(generator.integers(-9, 10, shape) for shape in shapes),
        tuple(generator.integers(-9, 10, shape[0]) for shape in shapes),
    )


def _rational(values: np.ndarray) -> list:
    """Return an array as nested lists of the rationals that its numbers are."""
    if values.ndim == 1:
        return [Fraction(value) for value in values.tolist()]
    return [_rational(row) for row in values]


def _combined(row: list[Fraction], shift: Fraction, lines: list[Line]) -> Line:
    """Return an affine combination of affine functions."""
    slope = sum((w * line[0] for w, line in zip(row, lines, strict=True)), Fraction(0))
    value = sum((w * line[1] for w, line in zip(row, lines, strict=True)), shift)
    return slope, value


def _cut(low: Fraction | None, high: Fraction | None, lines: list[Line]) -> Iterator[tuple]:
    """Cut an interval, whose ends may be infinite (None), where units change sign."""
    kinks = {-value / slope for slope, value in lines if slope}
    inside = sorted(x for x in kinks if (low is None or x > low) and (high is None or x < high))
    ends = [low, *inside, high]
    for start, end in pairwise(ends):
        middle = _between(start, end)
        yield (
            start,
            end,
            [line if line[0] * middle + line[1] > 0 else (Fraction(0),) * 2 for line in lines],
        )


def _between(low: Fraction | None, high: Fraction | None) -> Fraction:
    """Return a number inside an interval."""
    if low is None:
        return Fraction(0) if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2


def _longest(low: float, degree: int, accuracy: float) -> float:
    """Return b with max(chord - t^d) = 2 eps on [a, b], by Newton's method in b.

    With the chord's slope s, the distance is largest at t, where d t^(d-1) = s.  From a step that
    is too long, as the function is more curved further right, Newton's method comes down.
    """
    base = low**degree
    high = low + 4 * (accuracy / (degree * (degree - 1) * low ** (degree - 2))) ** 0.5
    for _ in range(60):
        slope = (high**degree - base) / (high - low)
        place = (slope / degree) ** (1 / (degree - 1))
        distance = base + slope * (place - low) - place**degree
        growth = (degree * high ** (degree - 1) - slope) / (high - low) * (place - low)
        move = (distance - 2 * accuracy) / growth
        high -= move
        if move <= 1e-13 * high:
            break
    return high
