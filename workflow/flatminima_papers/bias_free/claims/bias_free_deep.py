"""What is claimed of three ReLU layers from small random starts."""

import pandas as pd

from flatminima.claims import judge_interval, margin_above, share_margin
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

HALF = 0.4
"""From this even part on one half space is learned and the other is not; 1/2 is the largest."""

SMALL = 0.1
"""The largest scale of which the orders are taken."""

ORDER = 0.5
"""What "vanishes with the scale" means: at least as its root."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `bias_free_deep`."""
    del reduced
    ends = table.groupby(["init_scale", "repetition"]).last().reset_index()
    smallest, largest = ends["init_scale"].min(), ends["init_scale"].max()
    split = ends["largest_even"] > HALF
    at_small, at_large = split[ends["init_scale"] == smallest], split[ends["init_scale"] == largest]
    data = "white data, linear targets, L = 3, random starts"
    rows = [
        judge_interval(
            "bias_free_deep_splits", "this study",
            "most small random starts learn one half space first: they are not as linear networks",
            f"share of runs whose even part exceeds {HALF}, - 1/2", share_margin(at_small, 0.5),
            len(at_small), regime=f"{data}, scale {smallest:g}",
        ),
        judge_interval(
            "bias_free_deep_splits_when_small", "this study",
            "few of the larger starts do", f"1/2 - share of runs whose even part exceeds {HALF}",
            share_margin(~at_large, 0.5), len(at_large), regime=f"{data}, scale {largest:g}",
        ),
    ]  # fmt: skip
    small = ends[ends["init_scale"] <= SMALL]
    for column, words in (
        ("even_part", "what is even at the end"),
        ("first_layer_rest", "what is not of rank one of the first layer at the end"),
        ("second_layer_rest", "what is not of rank two of the second layer at the end"),
    ):
        orders = [
            log_log_regression(group["init_scale"], group[column]).slope
            for _, group in small.groupby("repetition")
        ]
        rows.append(
            judge_interval(
                f"bias_free_deep_{column}", "this study", f"{words} vanishes with the scale",
                f"mean order in the scale - {ORDER}", margin_above(mean_interval(orders), ORDER),
                len(orders), regime=f"{data}, scales <= {SMALL:g}",
            )
        )  # fmt: skip
    return rows
