"""What is claimed of grids of all variables."""

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval, worst_margin

__all__ = ["claims"]

CLOSED_FORM = 1e-3
"""Relative: the points of the diagonal miss the place of the largest error by a little."""

EXPONENT = 0.1
"""How near a fitted exponent is to d/2."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `multilinear_grids`, and their fitted exponents."""
    maximum = table[table["function"] == "maximum"]
    cosines = reduced[reduced["function"] == "cosines"]
    return [
        judge_cases(
            "grid_error", "this study",
            "a grid of step h is wrong about the maximum by (d - 1) d^(-d/(d-1)) h",
            "-|found / closed form - 1|",
            -np.abs(maximum["error"] / maximum["exact_error"] - 1),
            regime="on the diagonal of [-1, 1]^d", tolerance=CLOSED_FORM,
        ),
        judge_interval(
            "grid_exponent", "this study",
            "a grid takes eps^(-d/2) nodes for a product of cosines",
            "-|fitted exponent - d/2|, the worst dimension",
            worst_margin(
                deviation_margin(row.exponent, row.low, row.high, row.predicted)
                for row in cosines.itertuples()
            ),
            int(cosines["cases"].sum()), regime="on the diagonal of [-1, 1]^d",
            tolerance=EXPONENT,
        ),
    ]  # fmt: skip
