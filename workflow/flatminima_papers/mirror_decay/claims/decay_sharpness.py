"""What is claimed of how weight decay flattens minima."""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

ROUNDING = 1e-8
"""What the solver of the flow is good for at its end, relative."""

FLAT = 0.05
"""By how much the sharpness is above the smallest at most, after the largest dose."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `decay_sharpness`."""
    del reduced
    ordered = table.sort_values("dose")
    drops = -ordered.groupby(["problem", "depth"])["exact_sharpness"].diff().dropna()
    last = table[table["dose"] == table["dose"].max()]
    regime = "full column rank"
    return [
        judge_cases(
            "decay_sharpness_exact", "this study",
            "the sharpness at the end is that of w* and the shrunk imbalances",
            "-|S / exact S - 1|", -np.abs(table["sharpness"] / table["exact_sharpness"] - 1),
            regime=regime, tolerance=ROUNDING,
        ),
        judge_cases(
            "decay_flattens", "this study", "the larger the dose, the flatter the end",
            "drop of S from one dose to the next", drops, regime=regime,
        ),
        judge_cases(
            "decay_flattest", "this study", "a large dose ends near the smallest sharpness",
            f"{1 + FLAT} - S / S_min",
            1 + FLAT - last["exact_sharpness"] / last["minimal_sharpness"],
            regime=f"{regime}, A = {last['dose'].max():g}",
        ),
    ]  # fmt: skip
