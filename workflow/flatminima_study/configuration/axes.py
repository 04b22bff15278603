"""Axes written out: one value, a list of values, or a grid."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from flatminima.kinds import Axis, Reference, marked_fields
from flatminima_study.configuration.refusals import ConfigurationError

__all__ = ["add_distinct", "written_out"]


def written_out(block: type, values: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the values of a block with every axis as a list.

    Args:
        block: The dataclass of the block.
        values: What the schema has accepted.
        path: Where the block stands.

    Raises:
        ConfigurationError: If a value is there twice, or a grid cannot be.
    """
    written = dict(values)
    names = marked_fields(block, Reference)
    for key in marked_fields(block, Axis).keys() & values.keys():
        value, here = values[key], f"{path}.{key}"
        if isinstance(value, Mapping):
            written[key] = _grid(value, here)
        else:
            written[key] = list(value) if isinstance(value, list) else [value]
        if key not in names:
            seen: set[str] = set()
            for item in written[key]:
                add_distinct(item, seen, here)
            # -0.0 is 0.0
            written[key] = [
                item + 0.0 if isinstance(item, float) else item for item in written[key]
            ]
    return written


def _grid(grid: Mapping[str, Any], path: str) -> list[float]:
    """Write out a grid, rounded to 12 significant digits.

    Rounded, it is the same on every machine, and a value of it can be named.
    """
    start, stop, count = float(grid["from"]), float(grid["to"]), grid["count"]
    if grid.get("spacing", "linear") == "log":
        if start <= 0 or stop <= 0:
            raise ConfigurationError(f"{path} has log spacing; allowed: ends greater than 0")
        values = np.geomspace(start, stop, count)
    else:
        values = np.linspace(start, stop, count)
    if not all(map(math.isfinite, values)):
        raise ConfigurationError(f"{path} has ends too far apart; allowed: finite steps")
    return [float(f"{value:.12g}") for value in values]


def add_distinct(item: Any, seen: set[str], path: str) -> None:
    """Refuse a value that has the name of another: files are named by 12 digits."""
    name = item if isinstance(item, str) else f"{item + 0.0:.12g}"
    if name in seen:
        raise ConfigurationError(
            f"{path} holds {name} twice, to 12 digits; allowed: each value once"
        )
    seen.add(name)
