"""Claims about tables of `flatminima.critical_rate.measure_convergence`.

What the largest rate that converges is, `flatminima.judge_flattest_start` judges free of basins
and `flatminima.judge_bifurcation` free of the number of steps; from a given start and in finite
time it can be anything below.
"""

import pandas as pd

from flatminima.verdicts import ROUNDING, claims_table, judge_cases

__all__ = ["critical_rate_claims"]

NETWORK = ["experiment", "dataset", "initialisation", "depth", "width"]


def critical_rate_claims(convergence: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `measure_convergence`; a row a claim, with `CLAIM_COLUMNS`."""
    successful = convergence[convergence["converged"] > 0]
    above = convergence[convergence["relative_rate"] > 1]
    return claims_table(
        [
            judge_cases(
                "critical_rate_is_above", "this study, sharper than the paper's Theorem 1",
                "no run reaches a global minimiser at a rate above 2 / S_min",
                "1 - largest rate of a run that did / (2 / S_min)",
                1 - successful.groupby(NETWORK)["relative_rate"].max(), tolerance=ROUNDING,
                regime=f"{int(above['runs'].sum())} runs above the rate, "
                f"{int(successful['converged'].sum())} converge below",
            )
        ]
    )  # fmt: skip
