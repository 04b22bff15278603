"""What is claimed of the angle at the output of wide random residual networks."""

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, judge_interval, margin_above, worst_margin
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

NEAR = 0.01
"""Of a cosine: how near means over draws come to infinite width."""

APART = 0.02
"""Of a cosine: from this difference on a formula is taken to fail."""

LARGE = 2.0
"""The factor t of the branch scale t/sqrt(L) from which on masks matter that much."""

ORDER = 0.1
"""What an exponent of zero means."""

SMALL_ANGLE = 0.02
"""How near the angle times the root of the depth comes to its limit, relative."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `speed_resnet`, of the widest networks."""
    del reduced
    wide = table[table["width"] == table["width"].max()]
    residual = wide[wide["power"] != "zero"]
    relu = residual[residual["activation"] == "relu"]
    masks = relu[(relu["power"] == "half") & (relu["factor"] >= LARGE)]
    half = residual[residual["power"] == "half"]
    ones = residual[(residual["power"] == "one") & (residual["factor"] == 1)]
    ones = ones[ones["depth"] == ones["depth"].max()]
    start = f"residual networks of width {wide['width'].max()}, one sample, random starts"
    naive = [
        margin_above(mean_interval((group["naive"] - group["cosine"]).to_numpy()), APART)
        for _, group in masks.groupby(["factor", "depth"])
    ]
    angles = [
        deviation_margin(
            *mean_interval((group["angle"] * np.sqrt(group["depth"] * 1.5)).to_numpy()), 1
        )
        for _, group in ones.groupby("activation")
    ]
    rows = []
    for activation, words in (("identity", "linear"), ("relu", "ReLU")):
        some = residual[residual["activation"] == activation]
        deviations = [
            deviation_margin(*mean_interval(group["cosine"].to_numpy()), group["exact"].iloc[0])
            for _, group in some.groupby(["power", "factor", "depth"])
        ]
        rows.append(
            judge_interval(
                f"speed_resnet_{activation}", "this study",
                "the cosine at the output is that of the recursion, or of its closed form",
                "-|mean - exact|, worst depth and branch scale", worst_margin(deviations),
                len(some), tolerance=NEAR, regime=f"{words} {start}",
            )
        )  # fmt: skip
    return [
        *rows,
        judge_interval(
            "speed_masks_matter", "this study",
            "that formula fails for ReLU which takes masks of neighbouring layers for independent",
            f"naive cosine - mean - {APART}", worst_margin(naive), len(masks),
            regime=f"ReLU {start}, branch scale of at least {LARGE:g} / sqrt(L)",
        ),
        judge_interval(
            "speed_branch_half", "paper",
            "at a branch scale of the inverse root of the depth the cosine does not fall with it",
            "-|mean exponent in the depth|",
            deviation_margin(*mean_interval(_exponents(half)), 0), len(half),
            tolerance=ORDER, regime=start,
        ),
        judge_interval(
            "speed_branch_one", "this study",
            "at the branch scale 1/L the angle vanishes as sqrt(2/3L)",
            "-|mean angle * sqrt(3L/2) - 1|", worst_margin(angles), len(ones),
            tolerance=SMALL_ANGLE, regime=f"{start}, {ones['depth'].max()} layers",
        ),
    ]  # fmt: skip


def _exponents(table: pd.DataFrame) -> list[float]:
    """Return the exponent of the mean cosine in the depth of each kind, and of each repetition."""
    return [
        log_log_regression(group["depth"].to_numpy(float), group["cosine"].to_numpy()).slope
        for _, group in table.groupby(["activation", "factor", "repetition"])
        if group["depth"].nunique() >= 3
    ]
