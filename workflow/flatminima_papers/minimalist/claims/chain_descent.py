"""The claims about steps on chains of two layers, and about how flat they end.

"Paper" is Yoo, Song and Yun 2025, arXiv:2506.06940.
"""

from collections.abc import Sequence

import pandas as pd

from flatminima.claims import judge_cases, judge_interval
from flatminima.summaries.statistics import mean_interval

__all__ = ["claims"]

INCREMENT = 1e-13
"""Relative to the squared norms: some hundred roundings."""

SMALL_RATE = 0.1
"""Relative to 2/S of the flow's end; up to this rate batches of every size converge."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `chain_descent`."""
    del reduced
    full = table[table["batch_size"] == table.groupby("dataset")["batch_size"].transform("max")]
    converged = full[full["outcome"] == "converged"]
    below = full[full["relative_rate"] < 1]
    small = table[table["relative_rate"] <= SMALL_RATE]
    edge = converged["two_over_learning_rate"] / converged["final_sharpness"] - 1
    start = f"scale {table['init_scale'].max():g}"
    return [
        judge_cases(
            "minimalist_descent_increment", "paper",
            "a step of descent changes C by eta^2 (v^2 ||g||^2 - (u^T g)^2)",
            "-the largest relative difference of all steps", -full["increment_defect"],
            tolerance=INCREMENT, regime="all steps of all runs, full batch",
        ),
        judge_cases(
            "minimalist_descent_edge", "paper", "descent ends at a sharpness of at most 2/eta",
            "2 / (eta S) - 1", edge, regime="runs that converge, full batch",
        ),
        _order(
            "minimalist_order_in_the_rate", "the larger the rate, the flatter descent ends",
            below, "relative_rate", ["dataset", "repetition"], -1,
            f"{start}, rates below 2/S of the flow's end, full batch, runs that converge",
        ),
        _order(
            "minimalist_order_in_the_batch", "the smaller the batches, the flatter SGD ends",
            small, "batch_size", ["dataset", "repetition", "relative_rate"], 1,
            f"{start}, rates up to {SMALL_RATE:g} of 2/S of the flow's end, runs that converge",
        ),
    ]  # fmt: skip


def _order(
    claim: str,
    statement: str,
    table: pd.DataFrame,
    axis: str,
    shared: Sequence[str],
    sign: int,
    regime: str,
) -> dict:
    """Judge whether the sharpness at the end increases or decreases along an axis."""
    orders = [
        sign * group[axis].corr(group["final_sharpness"], method="spearman")
        for _, group in table.groupby(list(shared))
    ]
    ends = table.dropna(subset=["final_sharpness"]).groupby(list(shared))["final_sharpness"]
    sizes = ends.max() / ends.min() - 1
    return judge_interval(
        claim, "reading: the regime is this study's", statement,
        f"{'' if sign > 0 else '-'}mean rank correlation with the sharpness, over the starts",
        mean_interval(orders), len(orders),
        regime=f"{regime}; the sharpest end is above the flattest by {sizes.min():.2g} to "
        f"{sizes.max():.2g} of it",
    )  # fmt: skip
