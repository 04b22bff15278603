"""The claims about how SGD with label noise forgets, at any depth and covariance."""

import pandas as pd

from flatminima.claims import depths, deviation_margin, judge_interval, margin_above, worst_margin
from flatminima_papers.support_learning.claims._limits import at_rate_zero

__all__ = ["claims"]

EXACT = 0.05
"""The distance from one of a ratio that "tends to one", fixed after a trial with other seeds."""

DIFFERENT = 0.1
"""The distance from one of a ratio that is not one."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `forgetting`, in the limit of small rates.

    All networks are judged by the line through the runs at all rates.
    """
    del reduced
    networks = [runs for _, runs in table.groupby(["dataset", "depth"])]
    regime = f"{depths(table)}, condition numbers {table['condition_number'].min():.3g} to "
    regime += f"{table['condition_number'].max():.3g}, fresh label noise, independent batches"
    rows = [
        judge_interval(
            "forgetting_at_any_depth", "this study",
            "the irrelevant part of W_1^T W_1 shrinks by the law for this depth and covariance",
            "-|measured over predicted fall at eta = 0, less 1|, the worst of all networks",
            worst_margin(deviation_margin(*at_rate_zero(runs), 1) for runs in networks),
            len(networks), tolerance=EXACT, regime=regime,
        )
    ]  # fmt: skip
    deep = [runs for runs in networks if runs["depth"].iloc[0] > 2]
    if deep:
        rows.append(
            judge_interval(
                "forgetting_depends_on_the_depth", "control",
                "the law of two layers and white data does not hold in deeper networks",
                "|measured fall over its fall at eta = 0, less 1| - 0.1, the worst of all networks",
                worst_margin(map(_distance, deep)), len(deep), regime=regime,
            )
        )  # fmt: skip
    return rows


def _distance(runs: pd.DataFrame) -> tuple[float, float, float]:
    """Return how much farther than `DIFFERENT` the ratio to the two-layer law is from one."""
    estimate, low, high = deviation_margin(*at_rate_zero(runs, "two_layer_ratio"), 1)
    return margin_above((-estimate, -high, -low), DIFFERENT)
