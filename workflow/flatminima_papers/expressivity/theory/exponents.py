"""Exponents of power laws in several variables."""

from typing import NamedTuple

import numpy as np

from flatminima.summaries.statistics import student_quantile

__all__ = ["Exponent", "fit_powers"]


class Exponent(NamedTuple):
    """A fitted exponent.

    Attributes:
        value: The least-squares estimate.
        low: The lower end of its 95 % interval (Student's t).
        high: The upper end.
    """

    value: float
    low: float
    high: float


def fit_powers(values: np.ndarray, *axes: np.ndarray) -> list[Exponent]:
    """Fit log y = c + sum of a_j log x_j and return the exponents a_j.

    On a grid that was chosen, not drawn, the interval says how far from a power law the values
    are, and not how they would scatter.

    Args:
        values: y, positive.
        axes: Each x_j, positive.

    Raises:
        ValueError: If there are too few values for an interval.

    Examples:
        >>> x, y = np.array([1.0, 2.0, 4.0, 1.0]), np.array([1.0, 1.0, 1.0, 2.0])
        >>> [round(exponent.value, 9) for exponent in fit_powers(x**2 / y, x, y)]
        [2.0, -1.0]
    """
    design = np.column_stack([np.ones(len(values)), *(np.log(axis) for axis in axes)])
    degrees = len(values) - design.shape[1]
    if degrees < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError("a power law needs more cases than exponents, at different places")
    found, *_ = np.linalg.lstsq(design, np.log(values), rcond=None)
    rest = np.log(values) - design @ found
    spread = np.sqrt(rest @ rest / degrees * np.diag(np.linalg.inv(design.T @ design)))
    half_width = student_quantile(degrees) * spread
    return [
        Exponent(float(a), float(a - width), float(a + width))
        for a, width in zip(found[1:], half_width[1:], strict=True)
    ]
