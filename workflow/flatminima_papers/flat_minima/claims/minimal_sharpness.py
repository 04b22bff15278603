"""The claims about the sharpness of minimisers.

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

import pandas as pd

from flatminima.claims import ROUNDING, depths, judge_cases

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `minimal_sharpness`."""
    del reduced
    built = table["built_sharpness"]
    regime = f"{table['dataset'].nunique()} data, {depths(table)}"
    return [
        judge_cases(
            "theorem_2", "paper: Theorem 2",
            "a minimiser has S <= 2c sqrt((2L-1) Lambda^2 + (L-1)^2 a^2)",
            "1 - brute-force S of the network built / bound", 1 - built / table["upper_bound"],
            tolerance=ROUNDING, regime=regime,
        ),
        judge_cases(
            "minimal_sharpness_attained", "this study",
            "S_min is the sharpness of a minimiser that can be built",
            "-|brute-force S of the network built / S_min - 1|",
            -(built / table["minimal_sharpness"] - 1).abs(), tolerance=ROUNDING,
        ),
    ]  # fmt: skip
