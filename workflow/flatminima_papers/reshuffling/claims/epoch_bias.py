"""The claims about the mean end of an epoch.

The means of a sampling are exact, over all orders or draws. Leading orders are extrapolated to a
vanishing rate from the two smallest rates of each problem and batch size.
"""

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, extrapolate_to_zero, judge_cases, judge_interval
from flatminima.summaries.statistics import mean_interval

__all__ = ["claims"]

ORDER = 0.1
"""The mean distance of the order between the two smallest rates from the claimed one."""

COEFFICIENT = 0.01
"""The relative distance of a coefficient of eta^2 from the claimed one."""

NOISE = 0.05
"""Relative to the formula; the meaning of "none" for an estimate."""

CASE = ["experiment", "problem", "draw", "samples", "batch_size"]
"""The columns that rows of one problem and batch size share."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `epoch_bias`.

    For quadratics the formula is exact in epochs of two steps, which therefore have no order.
    """
    del reduced
    table = table[table["samples"] >= 3 * table["batch_size"]]
    table = table.assign(relative_bias=table["bias"] / table["predicted_bias"])
    without = table[table["sampling"] == "without replacement"]
    drawn = table[table["sampling"] == "with replacement"]
    noise = table[table["sampling"] == "Gaussian noise"]
    rates = np.sort(table["learning_rate"].unique())
    orders = [
        float(np.log(large / small) / np.log(rate / smallest))
        for (small, large), (smallest, rate) in _pairs(without, "remainder")
    ]
    leading = {
        sampling: np.array(
            [
                extrapolate_to_zero(pair_of_rates, pair)
                for pair, pair_of_rates in _pairs(rows, "relative_bias")
            ]
        )
        for sampling, rows in (("without", without), ("with", drawn))
    }
    estimates = noise[noise["learning_rate"] == rates[0]]["relative_bias"]
    regime = f"epochs of 3 or more steps, rates {rates[0]:g} and {rates[1]:g}"
    return [
        judge_interval(
            "epoch_bias_order", "this study",
            "the mean of an epoch without replacement is gradient descent plus the second-order "
            "formula, but for order eta^3",
            "-|mean order of what the formula leaves - 3|",
            deviation_margin(*mean_interval(orders), 3), len(orders),
            tolerance=ORDER, regime=regime,
        ),
        judge_cases(
            "epoch_bias_coefficient", "this study: to the paper's step on a regulariser",
            "without replacement the bias is the formula to leading order",
            "-|bias / formula - 1|, extrapolated to eta = 0",
            -np.abs(leading["without"] - 1), tolerance=COEFFICIENT, regime=regime,
        ),
        judge_cases(
            "epoch_bias_with_replacement", "paper",
            "with replacement there is no bias of this order",
            "-|bias / formula|, extrapolated to eta = 0",
            -np.abs(leading["with"]), tolerance=COEFFICIENT, regime=regime,
        ),
        judge_interval(
            "epoch_bias_noise", "paper",
            "Gaussian noise of the same covariance has no bias of this order",
            "-|mean of bias / formula|",
            deviation_margin(*mean_interval(estimates), 0), len(estimates),
            tolerance=NOISE, regime=f"epochs of 3 or more steps, rate {rates[0]:g}",
        ),
    ]  # fmt: skip


def _pairs(rows: pd.DataFrame, column: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return a column and the rates, at the two smallest rates of each case."""
    smallest = (group.nsmallest(2, "learning_rate") for _, group in rows.groupby(CASE))
    return [(pair[column].to_numpy(), pair["learning_rate"].to_numpy()) for pair in smallest]
