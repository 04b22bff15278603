"""What is claimed of composed functions.

"Paper" is the abstract of Beneventano, Cheridito, Graeber, Jentzen and Kuckuck, arXiv:2112.14523.
"""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases, judge_interval, margin_below, worst_margin

__all__ = ["claims"]

ROUNDING = 1e-12
"""Absolute, of values up to 1."""

EXPONENT = 0.05
"""By how much a fitted exponent may exceed the predicted one."""

SLOPE = 0.5
"""By how much local slopes may grow over a grid; those of an exponential multiply."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `composed_networks`, and their fitted exponents."""
    steeper = [
        margin
        for column, axis, along in (
            ("slope_in_dimension", "accuracy", "dimension"),
            ("slope_in_accuracy", "dimension", "accuracy"),
        )
        for _, group in table.dropna(subset=column).groupby(["family", axis])
        if len(group) > 1
        for margin in [_growth(group.sort_values(along)[column], along)]
    ]
    rows = [
        judge_cases(
            "composed_certified", "this study", "the certified error is at most the accuracy",
            "1 - certified / accuracy", 1 - table["certified"] / table["accuracy"],
            tolerance=ROUNDING,
        ),
        judge_cases(
            "composed_found", "this study", "no search finds a larger error than the certified one",
            "certified - found", table["certified"] - table["ascent_error"], tolerance=ROUNDING,
        ),
        judge_cases(
            "composed_polynomial", "paper: abstract of arXiv:2112.14523",
            "compositions of Lipschitz functions, maxima and products take polynomially many "
            "parameters in d and 1/eps",
            "-growth of the local slope of log M from the first to the last", steeper,
            regime="five functions on [-1, 1]^d, up to the sizes given", tolerance=SLOPE,
        ),
    ]  # fmt: skip
    for axis, name in (("dimension", "d"), ("accuracy", "1/eps")):
        fitted = reduced[reduced["axis"] == axis]
        margins = [
            margin_below((row.exponent, row.low, row.high), row.predicted)
            for row in fitted.itertuples()
        ]
        rows.append(
            judge_interval(
                f"composed_exponent_{axis}", "this study",
                f"M and P grow with {name} no faster than the rules of composition predict",
                "predicted - fitted exponent, the worst function", worst_margin(margins),
                len(table), regime="logarithms that are predicted divided out",
                tolerance=EXPONENT,
            )
        )  # fmt: skip
    return rows


def _growth(slopes: pd.Series, along: str) -> float:
    """Return minus how much steeper the last slope is than the first; eps goes down."""
    first, last = slopes.iloc[[0, -1]] if along == "dimension" else slopes.iloc[[-1, 0]]
    return float(np.subtract(first, last))
