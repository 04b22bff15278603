"""What is claimed of where gradient descent with large steps ends."""

import numpy as np
import pandas as pd

from flatminima.claims import (
    deviation_margin,
    judge_cases,
    judge_interval,
    margin_above,
    worst_margin,
)
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

EXACT, STEP = 1e-9, 1e-12
"""Rounding of the limit, which is a projection, and of one step."""

OFF = 1e-6
"""How far the limit without its shift is from the end at least."""

SMALL = 0.1
"""The relative rates to which the order of the prediction is fitted."""

ORDER = 0.1
"""How near the fitted order is to two."""

LARGE = (0.5, 0.7, 0.9)
"""The relative rates at which the recovery is judged: large steps at which descent still ends
near the flow."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `diagonal_descent`."""
    del reduced
    exact = table[table["limit_defect"].notna()]
    small = exact[exact["relative_rate"] <= SMALL]
    orders = [
        log_log_regression(
            rows["relative_rate"].to_numpy(), rows["prediction_error"].to_numpy()
        ).slope
        for _, rows in small.groupby(["problem", "scale"])
        if len(rows) >= 3
    ]
    recovery = np.log(table["recovery_error"] / table["flow_recovery_error"])
    large = [mean_interval(recovery[table["relative_rate"] == rate].to_numpy()) for rate in LARGE]
    regime = "L = 2, |eta g| below 1 at every step"
    return [
        judge_cases(
            "diagonal_step", "this study",
            "a step multiplies the imbalance by 1 - eta^2 g^2",
            "-deviation over the largest square", -table["step_defect"],
            regime="L = 2, every rate", tolerance=STEP,
        ),
        judge_cases(
            "diagonal_descent_limit", "this study",
            "descent ends exactly at the projection that its steps add up to",
            "-distance from it", -exact["limit_defect"], regime=regime, tolerance=EXACT,
        ),
        judge_cases(
            "diagonal_descent_shift", "this study",
            "the shift of the dual variable is needed", f"distance without it - {OFF}",
            exact["defect_without_shift"] - OFF, regime=regime,
        ),
        judge_interval(
            "diagonal_descent_order", "this study",
            "the flow alone predicts the end to second order in eta",
            "-|mean fitted order - 2|", deviation_margin(*mean_interval(orders), 2), len(orders),
            regime=f"L = 2, relative rates up to {SMALL}", tolerance=ORDER,
        ),
        judge_interval(
            "diagonal_recovery", "reading: after Even and others 2023, arXiv:2302.08982",
            "large steps do not bring the end nearer to the true sparse weights",
            "mean log of the error over that of the flow, the worst rate's",
            worst_margin([margin_above(interval, 0.0) for interval in large]), len(table),
            regime=f"L = 2, equal starts, relative rates {', '.join(map(str, LARGE))}",
        ),
    ]  # fmt: skip
