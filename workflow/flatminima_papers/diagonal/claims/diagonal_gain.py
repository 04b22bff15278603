"""What is claimed of the coordinates from which large steps take the imbalance."""

import pandas as pd

from flatminima.claims import judge_interval, margin_above
from flatminima.summaries.statistics import mean_interval

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `diagonal_gain`."""
    del reduced
    means = table.groupby(["problem", "relevance"])["gain"].mean().unstack()
    more = means["relevant"] - means["irrelevant"]
    return [
        judge_interval(
            "diagonal_gain_on_the_support", "reading: after Even and others 2023, arXiv:2302.08982",
            "what large steps take from the imbalance they take on the support, where a smaller "
            "one makes nothing sparser",
            "mean log lost on the support minus off it",
            margin_above(mean_interval(more.to_numpy()), 0.0), len(more),
            regime="L = 2, equal starts",
        )
    ]  # fmt: skip
