"""What is claimed of the even part that small starts grow."""

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

SMALL = 1e-3
"""The largest scale that counts as small."""

SLOW = 0.02
"""The largest learning rate of which the law, one of gradient flow, is asserted."""

NEAR = 0.005
"""A hundredth of 1/2, the largest even part there can be."""

ORDERS = {"largest_even": 0.1, "deviation": 0.2}
"""How near an exponent is to what it is claimed to be; the deviation is of the second order."""

RUNS_TOGETHER = 8
"""Of their root mean square the exponent in the width is taken: single runs spread widely."""

DECADE = 10.0
"""The scales that exponents in the scale are taken of span at least this factor."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `bias_free_imbalance`."""
    del reduced
    random = table[table["start"] == "random"]
    small = random[random["init_scale"] <= SMALL]
    slow = small[small["learning_rate"] <= SLOW]
    rows = []
    if len(slow):
        rows.append(
            judge_cases(
                "bias_free_even_part_law", "this study",
                "the largest even part is that of two masses: tanh(|log(p/q)| / 4) / 2 for ReLU",
                "-|measured - predicted|",
                -(slow["largest_even"] - slow["predicted_even"]).abs(), tolerance=NEAR,
                regime=f"white data, unpaired starts, scales <= {SMALL:g}, rates <= {SLOW:g}",
            )
        )  # fmt: skip
    of_width = small[small.groupby(["slope", "init_scale"])["width"].transform("nunique") >= 3]
    for column, exponent, words in (
        ("largest_even", -0.5, "the even part falls with the width as its inverse root"),
        ("deviation", -1, "the deviation from the linear network falls as one over the width"),
    ):
        if len(of_width):
            found = _width_exponents(of_width, column)
            rows.append(
                judge_interval(
                    f"bias_free_{column}_in_width", "this study", words,
                    f"-|exponent - ({exponent})|",
                    deviation_margin(*mean_interval(found), exponent), len(found),
                    tolerance=ORDERS[column], regime=f"unpaired starts, scales <= {SMALL:g}",
                )
            )  # fmt: skip
    for start, column, exponent, words in (
        ("random", "largest_even", 0, "a smaller scale does not help unpaired starts"),
        ("balanced", "largest_even", 1, "it does where p = q: the even part is of its order"),
        ("balanced", "deviation", 2, "and the deviation from the linear network of its square"),
    ):
        found = _scale_exponents(table[table["start"] == start], column)
        if len(found):
            rows.append(
                judge_interval(
                    f"bias_free_{column}_{start}_scale", "this study", words,
                    f"-|exponent in the scale - {exponent}|",
                    deviation_margin(*mean_interval(found), exponent), len(found),
                    tolerance=ORDERS[column], regime=f"{start} starts",
                )
            )  # fmt: skip
    return rows


def _width_exponents(table: pd.DataFrame, column: str) -> list[float]:
    """Return the exponent of each group of runs in the width."""
    together = table.assign(block=table["repetition"] // RUNS_TOGETHER)
    exponents = []
    for _, group in together.groupby(["slope", "init_scale", "block"]):
        sizes = (group[column] ** 2).groupby(group["width"]).mean() ** 0.5
        exponents.append(log_log_regression(sizes.index.to_numpy(float), sizes.to_numpy()).slope)
    return exponents


def _scale_exponents(table: pd.DataFrame, column: str) -> list[float]:
    """Return the exponent of each repetition in the scale, where there is a decade of scales."""
    exponents = []
    for _, group in table.groupby(["slope", "width", "repetition"]):
        scales = group["init_scale"]
        if scales.nunique() >= 3 and scales.max() / scales.min() >= DECADE * (1 - 1e-9):
            exponents.append(log_log_regression(np.array(scales), np.array(group[column])).slope)
    return exponents
