"""The claims about the difference between gradient descent and gradient flow."""

import numpy as np
import pandas as pd

from flatminima.claims import (
    GROUP,
    deviation_margin,
    extrapolate_to_zero,
    judge_cases,
    judge_interval,
)
from flatminima.summaries.statistics import mean_interval

__all__ = ["claims"]

ORDER = 0.1
"""The mean distance of the order between the two smallest rates from the claimed one."""

COEFFICIENT = 0.01
"""The relative distance of the coefficient of eta from that of the modified flow."""

START = [*GROUP, "init_scale", "repetition"]
"""The columns that rows from one start share."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `backward_error`.

    Everything is judged by the two smallest rates of each start. They give the order and, by
    Richardson extrapolation to a vanishing rate, the coefficient K in
    S_descent / S_flow - 1 = -K eta + O(eta^2), which is compared with that of the modified flow.
    """
    del reduced
    first_orders, second_orders, coefficients = [], [], []
    for _, group in table.groupby(START):
        pair = group.nsmallest(2, "learning_rate")
        eta = pair["learning_rate"].to_numpy()
        log_ratio = np.log(eta[1] / eta[0])
        for orders, column in (
            (first_orders, "flow_difference"),
            (second_orders, "modified_difference"),
        ):
            small, large = pair[column]
            orders.append(float(np.log(large / small) / log_ratio))
        descent, modified = (
            extrapolate_to_zero(eta, (pair[column] / pair["flow_sharpness"] - 1) / eta)
            for column in ("descent_sharpness", "modified_sharpness")
        )
        coefficients.append(-abs(descent / modified - 1))
    largest = table["relative_rate"].drop_duplicates().nsmallest(2).max()
    regime = f"relative rates up to {largest:g}"
    return [
        judge_interval(
            "descent_meets_flow_order", "this study",
            "descent and flow end at sharpnesses that differ by order eta",
            "-|mean order between the two smallest rates - 1|",
            deviation_margin(*mean_interval(first_orders), 1), len(first_orders),
            tolerance=ORDER, regime=regime,
        ),
        judge_interval(
            "descent_meets_modified_flow_order", "this study",
            "descent and the flow of R + (eta / 4) ||grad R||^2 differ by order eta^2",
            "-|mean order between the two smallest rates - 2|",
            deviation_margin(*mean_interval(second_orders), 2), len(second_orders),
            tolerance=ORDER, regime=regime,
        ),
        judge_cases(
            "descent_coefficient", "this study",
            "the coefficient of eta is that of the modified flow",
            "-|K of descent / K of the modified flow - 1|, both extrapolated to eta = 0",
            coefficients, tolerance=COEFFICIENT, regime=regime,
        ),
    ]  # fmt: skip
