"""What is claimed of the ends from the smallest scales and from the largest."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval, worst_margin
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

LARGE, SMALL = 5, 0.01
"""The scales that count as large and as small."""

FLOOR = 1e-12
"""Smaller distances are rounding alone."""

SLOPE = 0.9
"""The largest |rho| with which the small-scale law of three layers or more is judged."""

ORDER = 0.1
"""How near a fitted exponent is to the exact one."""

LEADING = 0.05
"""How near the leading order is at the smallest scale."""

GAIN = 1000
"""By how much two layers are further from the sparsest solution at the smallest scale."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `diagonal_scales`."""
    del reduced
    large = table[table["scale"] >= LARGE]
    small = table[(table["scale"] <= SMALL) & (table["largest_slope"] <= SLOPE)]
    deep = small[small["depth"] >= 3]
    resolved = deep[deep["distance_l1"] > FLOOR]
    last = table[table["scale"] == table["scale"].min()]
    sparse = last.pivot(index="problem", columns="depth", values="distance_l1")
    deep_last = deep[deep["scale"] == table["scale"].min()]
    regime = f"equal starts, L >= 3, scales up to {SMALL:g}, |rho| up to {SLOPE}"
    return [
        judge_interval(
            "diagonal_large_scale", "this study",
            "the distance to the minimum-norm solution falls as alpha^(-2L)",
            "-|mean fitted exponent + 2L|, the worst depth's",
            *_orders(large, "distance_l2", lambda depth: -2 * depth),
            regime=f"equal starts, scales from {LARGE}", tolerance=ORDER,
        ),
        judge_interval(
            "diagonal_small_scale", "this study",
            "the distance to the sparsest solution falls as alpha^L",
            "-|mean fitted exponent - L|, the worst depth's",
            *_orders(resolved, "distance_l1", lambda depth: depth),
            regime=regime, tolerance=ORDER,
        ),
        judge_cases(
            "diagonal_small_scale_law", "this study",
            "off the support the weights tend to the law of small scales",
            "-relative error at the smallest scale", -deep_last["rest_error"],
            regime=regime, tolerance=LEADING,
        ),
        judge_cases(
            "diagonal_depth_makes_sparse", "this study",
            "at the smallest scale two layers end much further from the sparsest solution",
            f"log10 of the ratio of distances - log10 {GAIN}",
            np.log10(sparse[2] / sparse.drop(columns=2).max(axis=1)) - np.log10(GAIN),
            regime=f"equal starts, scale {last['scale'].min():g}",
        ),
    ]  # fmt: skip


def _orders(
    table: pd.DataFrame, column: str, exact: Callable[[int], float]
) -> tuple[tuple[float, float, float], int]:
    """Return the margin of the fitted exponents of all problems, and how many there are."""
    margins, count = [], 0
    for depth, group in table.groupby("depth"):
        slopes = [
            log_log_regression(rows["scale"].to_numpy(), rows[column].to_numpy()).slope
            for _, rows in group.groupby("problem")
            if len(rows) >= 3
        ]
        margins.append(deviation_margin(*mean_interval(slopes), exact(depth)))
        count += len(slopes)
    return worst_margin(margins), count
