"""The values of an axis: of a grid, and each of them once."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from flatminima.core.kinds import Misfit

__all__ = ["check_distinct", "grid_values"]


def grid_values(grid: Mapping[str, Any]) -> list[float]:
    """Write out a grid, rounded to 12 significant digits.

    Rounded, it is the same on every machine, and a value of it can be named.

    >>> grid_values({"from": 0.01, "to": 1.0, "count": 3, "spacing": "log"})
    [0.01, 0.1, 1.0]

    Raises:
        Misfit: If there is no such grid.
    """
    start, stop, count = grid["from"], grid["to"], grid["count"]
    if grid.get("spacing", "linear") == "log":
        if start <= 0 or stop <= 0:
            raise Misfit("", "has log spacing; allowed: ends greater than 0")
        values = np.geomspace(start, stop, count)
    else:
        values = np.linspace(start, stop, count)
    if not all(map(math.isfinite, values)):
        raise Misfit("", "has ends too far apart; allowed: finite steps")
    return [float(f"{value:.12g}") for value in values]


def check_distinct(key: str, values: Sequence[Any], seen: set[str]) -> None:
    """Refuse a value that has the name of another: files are named by 12 digits.

    Args:
        key: The key of the values.
        values: Numbers or text.
        seen: The names that there are already, to which those of the values are added.

    Raises:
        Misfit: At the first value that is there already.
    """
    for value in values:
        name = value if isinstance(value, str) else f"{value + 0.0:.12g}"
        if name in seen:
            digits = "" if isinstance(value, str) else ", to 12 digits"
            raise Misfit(key, f"holds {name} twice{digits}; allowed: each value once")
        seen.add(name)
