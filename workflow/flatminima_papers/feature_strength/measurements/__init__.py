"""What is measured of networks whose output is divided by gamma."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import Column, Words
from flatminima.core.kinds import Axis
from flatminima.core.seeding import random_generator

__all__ = ["STRENGTH", "Depths", "bracket", "linear_start"]

STRENGTH = Column(
    "strength",
    words=Words("feature-learning strength", label=r"strength $\gamma$", symbol=r"$\gamma$"),
)

Depths = Annotated[tuple[Annotated[int, Ge(2), Le(20)], ...], Len(1), Axis()]


def linear_start(
    seed: int, depth: int, width: int, init_scale: float, repetition: int, size: int
) -> np.ndarray:
    """Return weights N(0, init_scale^2), shape (size,): one start for all strengths and rates."""
    generator = random_generator(seed, "feature_strength", depth, width, repetition)
    return init_scale * generator.standard_normal(size)


def bracket(rates: np.ndarray, passes: np.ndarray) -> tuple[float, float]:
    """Return the largest rate that passes with all below it down to the first, and the next rate.

    Rates that are too small to pass in time come before the first that does.

    Args:
        rates: In their order.
        passes: Whether each does.

    Examples:
        >>> bracket(np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, True, True, False]))
        (3.0, 4.0)
    """
    if not passes.any():
        return np.nan, np.nan
    first = int(np.argmax(passes))
    last = first + int(np.argmin(np.append(passes[first:], False))) - 1
    return float(rates[last]), float(rates[min(last + 1, len(rates) - 1)])
