"""What is claimed of how stochastic gradient descent forgets inputs that do not matter."""

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

NEAR = 0.1
"""How near the measured rate is to the predicted one, relatively, and the order to one."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `support_law`."""
    del reduced
    noisy, plain = table[table["noise"] == "fresh"], table[table["noise"] == "none"]
    regime = "two linear layers from a minimum, Sigma = I, fresh label noise, no clipping"
    ratios = [
        (deviation_margin(*mean_interval(group["ratio"]), 1), len(group))
        for _, group in noisy.groupby(["dataset", "batch_size", "learning_rate"])
    ]
    worst, cases = min(ratios, key=lambda item: item[0][1])
    line = log_log_regression(noisy["predicted"].to_numpy(), noisy["rate"].to_numpy())
    return [
        judge_interval(
            "irrelevant_columns_decay_at_the_rate_of_the_law", "this study",
            "at a minimum the irrelevant columns shrink by 2 eta^2 s^2 / b a step",
            "-|mean of measured over predicted rate - 1|, the worst of all batch sizes and rates",
            worst, cases, tolerance=NEAR, regime=regime,
        ),
        judge_interval(
            "decay_is_of_second_order", "Beneventano, Pinto and Poggio",
            "the rate goes like eta^2 / b", "-|fitted exponent - 1|",
            deviation_margin(line.slope, line.slope_low, line.slope_high, 1), line.count,
            tolerance=NEAR, regime=regime,
        ),
        judge_cases(
            "gradient_descent_keeps_irrelevant_columns", "Beneventano, Pinto and Poggio",
            "gradient descent leaves the irrelevant columns as they are",
            "-|change of the logarithm of their norm|",
            -np.abs(plain["rate"] * plain["steps"]), tolerance=1e-9,
            regime="two linear layers from a minimum",
        ),
    ]  # fmt: skip
