"""What is claimed of catapults at small gamma."""

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

SMALL = 1e-2
"""The largest gamma of the law of small ones."""

BELOW, ABOVE = 3.99, 4.01
"""The threshold is 4, between these."""

ORDER = 0.02
"""How near the exponent of the peak in gamma is to -1."""

CATAPULT = 2.5
"""The smallest k whose peaks are judged."""

ROUNDING = 0.01
"""Relative: gamma is small and not zero."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `strength_catapult`."""
    del reduced
    small = table[table["strength"] <= SMALL]
    below, above = small[small["curvature"] <= BELOW], small[small["curvature"] >= ABOVE]
    thrown = below[(below["curvature"] >= CATAPULT) & (below["curvature"] <= 3.5)]
    orders = [
        log_log_regression(group["strength"], group["peak"]).slope
        for _, group in thrown.groupby(["curvature", "repetition"])
    ]
    data = f"two layers, one feature, zero output at the start, gamma <= {SMALL:g}"
    return [
        judge_cases(
            "strength_catapult_below", "this study", "below k = 4 every run stays bounded",
            "1 where it does, else -1", np.where(below["outcome"] != "diverged", 1.0, -1.0),
            regime=f"{data}, k <= {BELOW}",
        ),
        judge_cases(
            "strength_catapult_above", "this study", "above k = 4 every run diverges",
            "1 where it does, else -1", np.where(above["outcome"] == "diverged", 1.0, -1.0),
            regime=f"{data}, k >= {ABOVE}",
        ),
        judge_interval(
            "strength_catapult_peak", "paper",
            "the largest error of a catapult grows as 1/gamma", "-|mean exponent + 1|",
            deviation_margin(*mean_interval(orders), -1), len(orders),
            tolerance=ORDER, regime=f"{data}, k = {CATAPULT} to 3.5",
        ),
        judge_cases(
            "strength_catapult_bound", "this study",
            "the largest error is at most Lambda / 2 gamma", "1/2 - error gamma / Lambda",
            0.5 * (1 + ROUNDING) - below["peak_share"], regime=f"{data}, k <= {BELOW}",
        ),
    ]  # fmt: skip
