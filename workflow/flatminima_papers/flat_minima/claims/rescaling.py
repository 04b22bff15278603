"""The claims about minimisers with one small layer.

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

import pandas as pd

from flatminima.claims import deviation_margin, judge_interval
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

ORDER = 0.02
"""The distance of the order of the sharpness in a large factor from two."""

LARGE = 10
"""The factors C that count as large."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `rescaling`."""
    del reduced
    large = table[table["factor"] >= LARGE]
    orders = [
        log_log_regression(group["factor"], group["sharpness"]).slope
        for _, group in large.groupby(["dataset", "depth"])
    ]
    return [
        judge_interval(
            "rescaling_is_unbounded", "paper: remark to Theorem 1",
            "layers times C and 1/C make a minimiser arbitrarily sharp, as C^2",
            "-|mean order of S in C - 2|", deviation_margin(*mean_interval(orders), 2),
            len(orders), tolerance=ORDER, regime=f"C >= {LARGE}",
        )
    ]  # fmt: skip
