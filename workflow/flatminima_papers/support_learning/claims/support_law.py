"""The claims about how stochastic gradient descent forgets irrelevant inputs."""

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval
from flatminima.summaries.statistics import log_log_regression, mean_interval
from flatminima_papers.support_learning.claims._limits import at_rate_zero

__all__ = ["claims"]

NEAR = 0.1
"""The distance of the measured rate from the predicted one (relative), and of the order from 1."""

EXACT = 0.03
"""The distance from one of a ratio that "tends to one"."""


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
    limits = [
        (deviation_margin(*at_rate_zero(group), 1), len(group))
        for _, group in noisy.groupby(["dataset", "batch_size"])
        if group["learning_rate"].nunique() > 1
    ]
    rows = [
        judge_interval(
            "irrelevant_columns_decay_at_the_rate_of_the_law", "this study",
            "at a minimum the irrelevant columns shrink by 2 eta^2 s^2 / b a step",
            "-|mean of measured over predicted rate - 1|, the worst of all batch sizes and rates",
            worst, cases, tolerance=NEAR, regime=regime,
        ),
        judge_interval(
            "decay_is_of_second_order", "paper",
            "the rate goes like eta^2 / b", "-|fitted exponent - 1|",
            deviation_margin(line.slope, line.slope_low, line.slope_high, 1), line.count,
            tolerance=NEAR, regime=regime,
        ),
        judge_cases(
            "gradient_descent_keeps_irrelevant_columns", "control",
            "without noise the same starts stay where they are: the gradient is zero at a minimum",
            "-|change of the logarithm of their norm|",
            -np.abs(plain["rate"] * plain["steps"]), tolerance=1e-9,
            regime="two linear layers from a minimum",
        ),
    ]  # fmt: skip
    if limits:
        limit, runs = min(limits, key=lambda item: item[0][1])
        rows.append(
            judge_interval(
                "law_of_the_decay_is_exact_as_the_rate_vanishes", "this study",
                "the measured over the predicted rate of decay tends to 1 as eta tends to 0",
                "-|line through the ratios at eta = 0, less 1|, the worst of all batch sizes",
                limit, runs, tolerance=EXACT, regime=regime,
            )
        )  # fmt: skip
    return rows
