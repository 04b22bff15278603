"""What is claimed of when gradient flow escapes from a small start."""

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval, worst_margin
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

SMALL = 0.03
"""The scales that count as small."""

LEADING = 0.05
"""How near the leading order is; it is off by about alpha over the cube root of the weight that
counts as escaped where L = 3."""

ORDER = 0.05
"""How near the fitted exponent is to the exact one."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `diagonal_escape`."""
    del reduced
    small = table[table["scale"] <= SMALL]
    margins, count = [], 0
    for depth, group in small.groupby("depth"):
        slopes = [
            log_log_regression(rows["scale"].to_numpy(), rows["escape"].to_numpy()).slope
            for _, rows in group.dropna(subset="escape").groupby("problem")
            if len(rows) >= 3
        ]
        margins.append(deviation_margin(*mean_interval(slopes), 2 - depth))
        count += len(slopes)
    regime = f"equal starts, L >= 3, scales up to {SMALL}"
    return [
        judge_cases(
            "diagonal_escape_time", "this study",
            "the flow escapes from zero when the dual variable would reach its bound",
            "-|time / predicted time - 1|",
            -np.abs(small["escape"] / small["predicted_escape"] - 1),
            regime=regime, tolerance=LEADING,
        ),
        judge_interval(
            "diagonal_escape_order", "this study", "that time grows as alpha^(2 - L)",
            "-|mean fitted exponent - (2 - L)|, the worst depth's", worst_margin(margins), count,
            regime=regime, tolerance=ORDER,
        ),
    ]  # fmt: skip
