"""What is claimed of where two layers without biases end."""

import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

ORDER = 0.1
"""How near the order of the distance in the scale is to one."""

SHARE = 0.01
"""What "the largest margin" means: all but this share of it."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `bias_free_ends`, after the most steps."""
    del reduced
    last = table[table["steps"] == table.groupby("loss")["steps"].transform("max")]
    squared, logistic = (last[last["loss"] == loss] for loss in ("squared", "logistic"))
    small = squared[squared["init_scale"] <= 0.1]
    orders = [
        log_log_regression(group["init_scale"], group["distance"]).slope
        for _, group in small.groupby("repetition")
    ]
    pairs = "neurons in pairs, mirrored data"
    return [
        judge_interval(
            "bias_free_minimum_norm", "this study",
            "two layers end at the linear fit of the smallest norm, but for the order of the scale",
            "-|order of the distance in the scale - 1|",
            deviation_margin(*mean_interval(orders), 1), len(orders),
            tolerance=ORDER, regime=f"{pairs}, fewer points than features, scales <= 0.1",
        ),
        judge_cases(
            "bias_free_largest_margin", "this study",
            "with logistic loss they end at the line of the largest margin",
            "margin / largest margin - 1", logistic["margin_share"] - 1,
            tolerance=SHARE,
            regime=f"{pairs}, {logistic['steps'].max()} steps at a rate over the loss",
        ),
    ]  # fmt: skip
