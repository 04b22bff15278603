"""Claims about tables of `minimiser_measurements`: minimisers built, and rescaled."""

import pandas as pd

from flatminima.statistics import log_log_regression
from flatminima.verdicts import (
    ROUNDING,
    claims_table,
    deviation_margin,
    judge_cases,
    judge_interval,
    mean_interval,
)

__all__ = ["minimal_sharpness_claims", "rescaling_claims"]

ORDER = 0.02
"""How near the order of the sharpness in a large factor is to two."""

LARGE = 10
"""The factors C that count as large."""


def minimal_sharpness_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `measure_minimal_sharpness`; a row a claim, with `CLAIM_COLUMNS`."""
    built = table["built_sharpness"]
    return claims_table(
        [
            judge_cases(
                "theorem_2", "paper, Theorem 2",
                "a minimiser has S <= 2c sqrt((2L-1) Lambda^2 + (L-1)^2 a^2)",
                "1 - brute-force S of the network built / bound", 1 - built / table["upper_bound"],
                tolerance=ROUNDING,
            ),
            judge_cases(
                "minimal_sharpness_attained", "this study",
                "S_min is the sharpness of a minimiser that can be built",
                "-|brute-force S of the network built / S_min - 1|",
                -(built / table["minimal_sharpness"] - 1).abs(), tolerance=ROUNDING,
            ),
        ]
    )  # fmt: skip


def rescaling_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `measure_rescaling`; a row a claim, with `CLAIM_COLUMNS`."""
    large = table[table["factor"] >= LARGE]
    orders = [
        log_log_regression(group["factor"], group["sharpness"]).slope
        for _, group in large.groupby(["dataset", "depth"])
    ]
    return claims_table(
        [
            judge_interval(
                "rescaling_is_unbounded", "paper, remark to Theorem 1",
                "layers times C and 1/C make a minimiser arbitrarily sharp, as C^2",
                "-|mean order of S in C - 2|", deviation_margin(*mean_interval(orders), 2),
                len(orders), tolerance=ORDER, regime=f"C >= {LARGE}",
            )
        ]
    )  # fmt: skip
