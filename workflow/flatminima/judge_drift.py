"""Claims about tables of `flatminima.descent_measurements.measure_imbalance_drift`."""

import pandas as pd

from flatminima.statistics import log_log_regression
from flatminima.verdicts import claims_table, deviation_margin, judge_interval

__all__ = ["drift_claims"]

ORDER = 0.05
"""How near the order of the drift in the learning rate is to one."""

NETWORK = ["experiment", "dataset", "initialisation", "depth", "width", "init_scale"]


def drift_claims(table: pd.DataFrame, largest_relative_rate: float = 0.25) -> pd.DataFrame:
    """Judge a table of `measure_imbalance_drift`; a row a claim, with `CLAIM_COLUMNS`.

    The drift of a network is its mean over the runs, which all start at the same points whatever
    the rate. Of several networks the one decides whose order is known to be furthest from one.

    Args:
        table: The table.
        largest_relative_rate: The order is fitted to rates up to this share of the largest.
    """
    margins = []
    for _, group in table.groupby(NETWORK):
        rates = group["learning_rate"]
        small = group[rates <= largest_relative_rate * rates.max()]
        mean = small.groupby("learning_rate")["imbalance_change"].mean()
        line = log_log_regression(mean.index.to_numpy(), mean.to_numpy())
        margins.append(deviation_margin(line.slope, line.slope_low, line.slope_high, 1))
    return claims_table(
        [
            judge_interval(
                "drift_order", "this study, to the paper's Lemma 1",
                "over a fixed time gradient descent changes the imbalances by order eta",
                "-|fitted order - 1|, the worst network's", min(margins, key=lambda m: m[1]),
                len(margins), tolerance=ORDER,
                regime=f"rates up to {largest_relative_rate:g} of the largest",
            )
        ]
    )  # fmt: skip
