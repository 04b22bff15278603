"""What is claimed of the feature speed formula."""

import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

IDENTITY = 1e-12
"""Of a cosine: what an identity is good for in float64."""

ORDER = 0.1
"""How near the order of the error of a finite step is to one."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `speed_identity`."""
    del reduced
    # a step of a ReLU network may cross a kink, where there is no order
    start = table[(table["step"] == 0) & (table["activation"] != "relu")]
    orders = [
        log_log_regression(group["learning_rate"], group["step_error"]).slope
        for _, group in start[start["layer"] > 1].groupby(["activation", "depth", "layer"])
    ]
    return [
        judge_cases(
            "speed_formula", "paper",
            "features move by the decay of the loss over backward norm and cosine",
            "-|cosine - decay / (speed * backward norm)|", -table["identity_error"],
            tolerance=IDENTITY, regime="every layer, all along training, any layer-wise rates",
        ),
        judge_interval(
            "speed_of_a_step", "this study",
            "a finite step obeys the formula but for the order of the learning rate",
            "-|mean order - 1|", deviation_margin(*mean_interval(orders), 1), len(orders),
            tolerance=ORDER, regime="smooth activations, the first step, all layers but the first",
        ),
    ]  # fmt: skip
