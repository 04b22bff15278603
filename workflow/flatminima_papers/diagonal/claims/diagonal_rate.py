"""What is claimed of how fast gradient flow of diagonal networks converges.

"Paper" is Labarrière and others 2024, arXiv:2412.16765, of which the abstract was read.
"""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

GAP = 1.3
"""The late rate is judged where the second is at least so many times the first."""

RATE = 0.002
"""How near the measured late rate is to the exact one."""

ROUNDING = 1e-6
"""Of the logarithm of a risk that the solver computed."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `diagonal_rate`."""
    del reduced
    apart = table[table["rate_gap"] >= GAP]
    return [
        judge_cases(
            "diagonal_exponential", "reading: the rate is ours",
            "R - R_min falls at least as fast as the imbalances of the start say",
            "smallest log of bound over risk on the path", table["bound_margin"],
            regime="one layer strictly smallest", tolerance=ROUNDING,
        ),
        judge_cases(
            "diagonal_late_rate", "this study",
            "at last R - R_min falls at the rate of the smallest eigenvalue where the flow ends",
            "-|measured rate / exact rate - 1|", -np.abs(apart["rate"] / apart["exact_rate"] - 1),
            regime=f"second rate at least {GAP} times the first, R - R_min from 1e-17 to 1e-22",
            tolerance=RATE,
        ),
    ]  # fmt: skip
