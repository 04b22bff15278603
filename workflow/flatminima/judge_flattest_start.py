"""Claims about tables of `flatminima.measure_flattest_start`."""

import pandas as pd

from flatminima.verdicts import claims_table, judge_cases

__all__ = ["flattest_start_claims"]

BRACKET = 3.1e-4
"""How far from 2 / S_min, relatively, either end of the bracket is at most."""


def flattest_start_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `measure_flattest_start`; a row a claim, with `CLAIM_COLUMNS`."""
    below = table["all_converge"] / table["exact_critical_rate"] - 1
    above = table["none_converges"] / table["exact_critical_rate"] - 1
    regime = f"starts {table['noise'].max():g} beside the flattest minimiser"
    return claims_table(
        [
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
        ]
    )  # fmt: skip
