"""Ratios in the limit of small learning rates."""

import pandas as pd
from scipy import stats

from flatminima.summaries.statistics import student_quantile

__all__ = ["at_rate_zero"]


def at_rate_zero(runs: pd.DataFrame, column: str = "ratio") -> tuple[float, float, float]:
    """Return the value at rate zero of the line through a column, with its 95 % interval.

    Args:
        runs: Runs at several rates, with the column `learning_rate`.
        column: The column.
    """
    line = stats.linregress(runs["learning_rate"], runs[column])
    half_width = student_quantile(len(runs) - 2) * line.intercept_stderr
    return line.intercept, line.intercept - half_width, line.intercept + half_width
