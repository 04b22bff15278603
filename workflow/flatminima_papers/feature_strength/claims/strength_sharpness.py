"""What is claimed of sharpness at the start and at the end across gamma."""

import pandas as pd

from flatminima.claims import (
    ROUNDING,
    deviation_margin,
    judge_cases,
    judge_interval,
    margin_below,
)
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

SMALL, LARGE = 1e-2, 1e3
"""The gammas that count as small, and as large."""

NEAR = 0.01
"""How near a sharpness is to its limit there, relative."""

ORDER = 0.02
"""How near an exponent is to what it is claimed to be."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `strength_sharpness`."""
    del reduced
    small, large = table[table["strength"] <= SMALL], table[table["strength"] >= LARGE]
    power = table["strength"] ** (2 / table["depth"])
    constant = power * table["minimal_sharpness"]
    spread = constant.groupby(table["depth"]).transform("mean")
    start = "linear networks, one start at each gamma"
    growth, none = [], []
    for (depth, *_), group in large.groupby(["depth", "dataset", "repetition"]):
        slope = log_log_regression(group["strength"], group["sharpening"]).slope
        growth.append(slope - (1 - 2 / depth))
        if depth == 2:
            none.append(abs(slope))
    return [
        judge_cases(
            "strength_minimal_sharpness", "this study",
            "the minimal sharpness is gamma^(-2/L) times that at gamma = 1, at all gamma",
            "-|its power of gamma times it / mean - 1|", -(constant / spread - 1).abs(),
            tolerance=1e-12, regime="linear networks, output F / gamma",
        ),
        judge_cases(
            "strength_minimal_sharpness_is_met", "this study",
            "a minimiser has it", "-|S of the flattest minimiser / S_min - 1|",
            -(table["flattest_sharpness"] / table["minimal_sharpness"] - 1).abs(),
            tolerance=ROUNDING, regime="linear networks, output F / gamma",
        ),
        judge_cases(
            "strength_start_when_small", "this study",
            "at small gamma the sharpness at the start is that without targets, as 1/gamma^2",
            "-|S / limit - 1|", -(small["start_sharpness"] / small["without_targets"] - 1).abs(),
            tolerance=NEAR, regime=f"{start}, gamma <= {SMALL:g}",
        ),
        judge_cases(
            "strength_start_when_large", "this study",
            "at large gamma it is that which the targets make, as 1/gamma", "-|S / limit - 1|",
            -(large["start_sharpness"] / large["by_targets"] - 1).abs(),
            tolerance=NEAR, regime=f"{start}, gamma >= {LARGE:g}",
        ),
        judge_interval(
            "strength_sharpening", "this study",
            "from start to end sharpness grows by the factor gamma^(1 - 2/L)",
            "-|mean exponent - (1 - 2/L)|", deviation_margin(*mean_interval(growth), 0),
            len(growth), tolerance=ORDER, regime=f"{start}, gamma >= {LARGE:g}",
        ),
        judge_interval(
            "strength_no_sharpening", "this study",
            "with two layers gamma brings no sharpening", f"{ORDER} - |mean exponent|",
            margin_below(mean_interval(none), ORDER), len(none),
            regime=f"{start}, gamma >= {LARGE:g}, L = 2",
        ),
    ]  # fmt: skip
