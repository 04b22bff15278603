"""The claims about how gradient descent changes what gradient flow conserves."""

import pandas as pd

from flatminima.claims import GROUP, deviation_margin, judge_interval
from flatminima.summaries.statistics import log_log_regression

__all__ = ["claims"]

ORDER = 0.05
"""The distance of the order of the drift in the learning rate from one."""

LARGEST_RELATIVE_RATE = 0.25
"""The order is fitted to rates up to this share of the largest."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `drift`.

    The drift of a network is the mean over its runs, which start at the same points for every rate.
    Among several networks, the one whose order is surely farthest from one decides.
    """
    del reduced
    margins = []
    for _, group in table.groupby([*GROUP, "init_scale"]):
        rates = group["learning_rate"]
        small = group[rates <= LARGEST_RELATIVE_RATE * rates.max()]
        mean = small.groupby("learning_rate")["imbalance_change"].mean()
        line = log_log_regression(mean.index.to_numpy(), mean.to_numpy())
        margins.append(deviation_margin(line.slope, line.slope_low, line.slope_high, 1))
    return [
        judge_interval(
            "drift_order", "this study: to the paper's Lemma 1",
            "over a fixed time gradient descent changes the imbalances by order eta",
            "-|fitted order - 1|, the worst network's", min(margins, key=lambda m: m[1]),
            len(margins), tolerance=ORDER,
            regime=f"rates up to {LARGEST_RELATIVE_RATE:g} of the largest",
        )
    ]  # fmt: skip
