"""What is claimed of the course of training from an aligned start."""

import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval, worst_margin
from flatminima.summaries.statistics import log_log_regression

__all__ = ["claims"]

ORDER = 0.05
"""How near the order of the error in the learning rate is to one."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `bias_free_courses`.

    Flow is the limit of small rates: the error is allowed to be as large as the rate.
    """
    del reduced
    error = (table["norm"] - table["predicted_norm"]).abs() / table["predicted_norm"].max()
    largest = error.groupby([table["slope"], table["learning_rate"]]).max().reset_index(name="e")
    orders = []
    for _, group in largest.groupby("slope"):
        line = log_log_regression(group["learning_rate"], group["e"])
        orders.append(deviation_margin(line.slope, line.slope_low, line.slope_high, 1))
    regime = "white data, an aligned start of rank one"
    return [
        judge_cases(
            "bias_free_logistic_course", "paper",
            "the linear part grows as a logistic that is known", "rate - largest error, relative",
            largest["learning_rate"] - largest["e"], regime=regime,
        ),
        judge_interval(
            "bias_free_logistic_order", "this study",
            "descent leaves it by the order of the learning rate", "-|order - 1|",
            worst_margin(orders), len(largest), tolerance=ORDER, regime=regime,
        ),
    ]  # fmt: skip
