"""How a quantity grows with the depth or the width: one exponent with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from flatminima.summaries.statistics import student_quantile

__all__ = ["Growth", "growth_exponent"]


@dataclass(frozen=True)
class Growth:
    """The exponent of a power law, with its 95 % interval (Student's t).

    Attributes:
        exponent: The fitted exponent.
        low: The lower end of the interval, NaN if there is no degree of freedom.
        high: The upper end, NaN in the same case.
        cases: The number of fitted rows.
    """

    exponent: float
    low: float
    high: float
    cases: int


def growth_exponent(table: pd.DataFrame, column: str, axis: str, groups: Sequence[str]) -> Growth:
    """Fit log(column) = exponent * log(axis) + a constant of each group, to every row.

    A bound may be approached from below, and quickly at small sizes.  Therefore only the larger
    half of the values of the axis counts: one more than half of them, and at least three.

    Args:
        table: One row per draw.
        column: The positive quantity that might grow; rows with NaN are left out.
        axis: The positive quantity with which it might grow.
        groups: The columns that the rows of a group share.

    Raises:
        ValueError: If the axis has fewer than three values.

    Examples:
        >>> rows = [(d, g, g * d**0.5) for d in (1, 2, 4, 8, 16) for g in (1, 10)]
        >>> table = pd.DataFrame(rows, columns=["depth", "group", "x"])
        >>> growth = growth_exponent(table, "x", "depth", ["group"])
        >>> round(growth.exponent, 9), growth.cases
        (0.5, 6)
    """
    sizes = np.sort(table[axis].unique())
    if len(sizes) < 3:
        raise ValueError(f"growth with the {axis} needs three values of it")
    sizes = sizes[-max(3, len(sizes) // 2 + 1) :]
    rows = table[table[axis].isin(sizes)].dropna(subset=column)
    logarithms = pd.DataFrame({"x": np.log(rows[axis]), "y": np.log(rows[column])})
    keys = [rows[name] for name in groups]
    centred = logarithms - logarithms.groupby(keys).transform("mean")
    x, y = centred["x"].to_numpy(), centred["y"].to_numpy()
    exponent = (x @ y) / (x @ x)
    degrees = len(rows) - rows.groupby(list(groups)).ngroups - 1
    if degrees < 1:
        return Growth(float(exponent), np.nan, np.nan, len(rows))
    error = np.sqrt(np.sum((y - exponent * x) ** 2) / degrees / (x @ x))
    half_width = student_quantile(degrees) * error
    return Growth(
        float(exponent), float(exponent - half_width), float(exponent + half_width), len(rows)
    )
