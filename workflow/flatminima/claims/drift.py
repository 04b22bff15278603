"""What is claimed of how gradient descent breaks what gradient flow conserves.

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

import pandas as pd

from flatminima.claims import GROUP, verdict
from flatminima.summaries.statistics import log_log_regression

__all__ = ["claims"]

LARGEST_RELATIVE_RATE = 0.25
"""The order is fitted to rates up to this share of the largest."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `drift`."""
    del reduced
    margins = []
    for _, group in table.groupby([*GROUP, "init_scale"]):
        small = group[
            group["learning_rate"] <= LARGEST_RELATIVE_RATE * group["learning_rate"].max()
        ]
        mean = small.groupby("learning_rate")["imbalance_change"].mean()
        order = log_log_regression(mean.index.to_numpy(), mean.to_numpy()).slope
        margins.append(-abs(order - 1))
    return [
        verdict(
            "drift_order", "ours, to the paper's Lemma 1",
            "over a fixed time gradient descent changes the imbalances by order eta",
            "-|fitted order - 1|", margins, tolerance=0.1,
            regime=f"rates up to {LARGEST_RELATIVE_RATE:g} of the largest",
        )
    ]  # fmt: skip
