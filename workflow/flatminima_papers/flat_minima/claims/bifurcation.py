"""The claims about gradient descent on both sides of the critical rate."""

import pandas as pd

from flatminima.claims import GROUP, depths, deviation_margin, judge_cases, judge_interval
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

EXTRAPOLATED = 3e-4
"""The relative distance of the extrapolated critical rate from 2 / S_min."""

EXPONENT = 0.2
"""The mean distance of the exponent of the time to converge from -1.  Its logarithmic factor,
from amplitude to tolerance, differs a little from rate to rate."""

START = [*GROUP, "init_scale", "repetition"]
"""The columns that rows from one start share."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `bifurcation`."""
    del reduced
    above, below = table[table["relative_rate"] > 1], table[table["relative_rate"] < 1]
    rows = []
    if len(above):
        first = above.drop_duplicates(START)
        settled = first.dropna(subset="extrapolated_rate")
        rows.append(
            judge_cases(
                "critical_rate_from_above", "this study",
                "extrapolated to zero, oscillations above the critical rate give 2 / S_min",
                "-|extrapolated / (2 / S_min) - 1|",
                -(settled["extrapolated_rate"] / settled["exact_critical_rate"] - 1).abs(),
                tolerance=EXTRAPOLATED,
                regime=f"{_regime(above)}; {len(first) - len(settled)} of {len(first)} starts "
                "diverge at one of them",
            )
        )  # fmt: skip
    if len(below):
        exponents = [
            log_log_regression(group["offset"], group["steps_to_converge"]).slope
            for _, group in below.groupby(START)
            if group["steps_to_converge"].notna().all()
        ]
        starts = len(below.drop_duplicates(START))
        rows.append(
            judge_interval(
                "time_to_converge", "this study",
                "below 2 / S_min the steps to converge grow as 1 / (1 - eta S_min / 2)",
                "-|mean fitted exponent + 1|",
                deviation_margin(*mean_interval(exponents), -1), len(exponents),
                tolerance=EXPONENT,
                regime=f"{_regime(below)}; {starts - len(exponents)} of {starts} starts diverge "
                "or take longer at one of them",
            )
        )  # fmt: skip
    return rows


def _regime(table: pd.DataFrame) -> str:
    rates = table["relative_rate"]
    return (
        f"relative rates {rates.min():g} to {rates.max():g}, {depths(table)}, "
        f"{table['steps'].max()} steps"
    )
