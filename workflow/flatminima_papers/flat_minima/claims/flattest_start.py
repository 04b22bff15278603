"""The claims about gradient descent from starts next to the flattest minimiser."""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

BRACKET = 3.1e-4
"""The largest relative distance of either end of the bracket from 2 / S_min."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `flattest_start`."""
    del reduced
    below = table["all_converge"] / table["exact_critical_rate"] - 1
    above = table["none_converges"] / table["exact_critical_rate"] - 1
    regime = f"starts {table['noise'].max():g} beside the flattest minimiser"
    return [
        judge_cases(
            "critical_rate_converges_below", "this study",
            "beside the flattest minimiser every run converges just below 2 / S_min",
            "-|largest such rate / (2 / S_min) - 1|", -below.abs(), tolerance=BRACKET,
            regime=regime,
        ),
        judge_cases(
            "critical_rate_fails_above", "this study",
            "no run converges above 2 / S_min, be it beside the flattest minimiser",
            "-|smallest such rate / (2 / S_min) - 1|", -above.abs(), tolerance=BRACKET,
            regime=regime,
        ),
    ]  # fmt: skip
