"""Where an approximation is wrong: random points, corners, the diagonal, and ascent from them.

What is found is a lower bound of the largest error; that there is no larger one is what
certificates are for.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

__all__ = ["Errors", "ascend", "corners", "find_errors", "near_corners", "uniform_points"]

SMALLEST = 14
"""Proposals move a coordinate by up to 2^-j times the length of the box, j = 0, ..., this."""


STARTS = 4
"""Of ascent, from each kind of points: those with the largest errors."""


class Errors(NamedTuple):
    """The largest errors that were found.

    Attributes:
        uniform_error: At uniform points.
        corner_error: At corners.
        diagonal_error: At points with equal coordinates.
        ascent_error: By ascent from the worst of those and from near corners; none is larger.
    """

    uniform_error: float
    corner_error: float
    diagonal_error: float
    ascent_error: float


class Found(NamedTuple):
    """What ascent found.

    Attributes:
        error: The largest error.
        point: Where.
    """

    error: float
    point: np.ndarray


def uniform_points(
    generator: np.random.Generator, number: int, dimension: int, radius: float = 1.0
) -> np.ndarray:
    """Draw points in [-R, R]^d, shape (number, dimension)."""
    return generator.uniform(-radius, radius, (number, dimension))


def corners(
    generator: np.random.Generator, number: int, dimension: int, radius: float = 1.0
) -> np.ndarray:
    """Draw corners of [-R, R]^d."""
    return radius * generator.choice([-1.0, 1.0], (number, dimension))


def near_corners(
    generator: np.random.Generator, number: int, dimension: int, radius: float = 1.0
) -> np.ndarray:
    """Draw points near corners of [-R, R]^d, as far off each face as U 2^-j with a random j."""
    off = generator.random((number, dimension)) * 2.0 ** -generator.integers(
        0, SMALLEST, (number, 1)
    )
    return corners(generator, number, dimension, radius) * (1 - off)


def ascend(
    error: Callable[[np.ndarray], np.ndarray],
    starts: np.ndarray,
    generator: np.random.Generator,
    *,
    evaluations: int,
    proposals: int = 16,
    radius: float = 1.0,
) -> Found:
    """Climb coordinate by coordinate, from several starts at once.

    A coordinate moves to the best of random places, near and far.  No slopes are used: errors of
    piecewise linear functions have kinks wherever they are largest.

    Args:
        error: Of points (n, d), the numbers (n,) that are made large.
        starts: Points (n, d).
        generator: Where the proposals come from.
        evaluations: How many points are looked at, about.
        proposals: Of a coordinate at a time.
        radius: R, of the box [-R, R]^d.
    """
    points = np.array(starts)
    number, dimension = points.shape
    best = error(points)
    for _ in range(evaluations // (number * proposals)):
        rows = np.arange(number)
        coordinate = generator.integers(0, dimension, number)
        reach = 2.0 ** -generator.integers(0, SMALLEST + 1, (number, proposals))
        moves = 2 * radius * reach * generator.uniform(-1, 1, (number, proposals))
        proposed = np.repeat(points[:, None], proposals, axis=1)
        places = np.clip(points[rows, coordinate][:, None] + moves, -radius, radius)
        proposed[rows, :, coordinate] = places
        errors = error(proposed.reshape(-1, dimension)).reshape(number, proposals)
        choice = errors.argmax(1)
        better = errors[rows, choice] > best
        points[better] = proposed[rows, choice][better]
        best = np.maximum(best, errors[rows, choice])
    winner = int(best.argmax())
    return Found(float(best[winner]), points[winner])


def find_errors(
    error: Callable[[np.ndarray], np.ndarray],
    dimension: int,
    generator: np.random.Generator,
    *,
    points: int,
    evaluations: int,
    radius: float = 1.0,
) -> Errors:
    """Search for large errors in four ways.

    Args:
        error: Of points (n, d), the numbers (n,).
        dimension: d.
        generator: Where points and proposals come from.
        points: Uniform ones, and as many on the diagonal; corners are a quarter of that.
        evaluations: Of the ascent, about.
        radius: R, of the box [-R, R]^d.
    """
    kinds = [
        uniform_points(generator, points, dimension, radius),
        corners(generator, max(1, points // 4), dimension, radius),
        np.repeat(uniform_points(generator, points, 1, radius), dimension, axis=1),
    ]
    errors = [error(kind) for kind in kinds]
    worst = [kind[np.argsort(found)[-STARTS:]] for kind, found in zip(kinds, errors, strict=True)]
    starts = np.concatenate([*worst, near_corners(generator, STARTS, dimension, radius)])
    climbed = ascend(error, starts, generator, evaluations=evaluations, radius=radius)
    return Errors(*(float(found.max()) for found in errors), climbed.error)
