"""What is claimed of the bound on the angle."""

import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval
from flatminima.summaries.statistics import mean_interval

__all__ = ["claims"]

ROUNDING = 1e-9
"""Relative: eigenvalues of small matrices."""

REGULAR = 1e-4
"""A bound below which the kernel counts as singular: then it says nothing."""

NEAR = 0.02
"""How near random directions come on average to the prediction."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `speed_bound`."""
    del reduced
    widest = table[table["width"] == table["width"].max()]
    ratios = (widest["random_cosine"] / widest["isotropic"]).tolist()
    regular = table[table["bound"] > REGULAR]
    starts = "random starts, last hidden layer"
    return [
        judge_cases(
            "speed_kernel", "this study", "the velocities are those of the kernel K",
            "-|cosine by the kernel - cosine by the velocities|",
            -(table["cosine"] - table["formula_cosine"]).abs(),
            tolerance=ROUNDING, regime=starts,
        ),
        judge_cases(
            "speed_kantorovich", "this study",
            "the cosine is at least 2 sqrt(chi) / (1 + chi)", "cosine - bound",
            regular["cosine"] - regular["bound"], regime=f"{starts}, K regular",
        ),
        judge_cases(
            "speed_kantorovich_attained", "this study", "a backward vector attains that",
            "-|cosine of that vector / bound - 1|",
            -(regular["least_cosine"] / regular["bound"] - 1).abs(),
            tolerance=ROUNDING, regime=f"{starts}, K regular",
        ),
        judge_interval(
            "speed_isotropic", "this study",
            "a random direction has the cosine tr K / sqrt(m tr K^2)", "-|mean ratio - 1|",
            deviation_margin(*mean_interval(ratios), 1), len(ratios),
            tolerance=NEAR, regime=f"{starts}, width {widest['width'].max()}",
        ),
    ]  # fmt: skip
