"""The claims about the critical learning rate.

The largest rate that converges is judged by `claims.flattest_start`, independently of basins,
and by `claims.bifurcation`, independently of the number of steps.  From a given start and in
finite time it can be any smaller rate.
"""

import pandas as pd

from flatminima.claims import GROUP, ROUNDING, judge_cases

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `critical_rate`."""
    del reduced
    successful = table[table["converged"] > 0]
    above = table[table["relative_rate"] > 1]
    return [
        judge_cases(
            "critical_rate_is_above", "this study: sharper than the paper's Theorem 1",
            "no run reaches a global minimiser at a rate above 2 / S_min",
            "1 - largest rate of a run that did / (2 / S_min)",
            1 - successful.groupby(GROUP)["relative_rate"].max(), tolerance=ROUNDING,
            regime=f"{int(above['runs'].sum())} runs above the rate, "
            f"{int(successful['converged'].sum())} converge below",
        )
    ]  # fmt: skip
