"""What is claimed of pairs of neurons beside the linear network that moves alike."""

import pandas as pd

from flatminima.claims import judge_cases, judge_interval, margin_above
from flatminima.summaries.statistics import log_log_regression, mean_interval
from flatminima_papers.bias_free.claims import IDENTITY

__all__ = ["claims"]

SEEN = 1e-3
"""A deviation from which on two networks do not move alike: far above rounding."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `bias_free_equivalence`."""
    del reduced
    deviation = table.set_index("case")["deviation"]
    noisy = table[table["case"] == "even_targets"]
    orders = [
        log_log_regression(group["even_part"], group["deviation"]).slope
        for _, group in noisy.groupby(["slope", "width", "init_scale"])
    ]
    anywhere = "neurons in pairs, mirrored data, odd targets; every slope, width and scale"
    return [
        judge_cases(
            "bias_free_pairs_are_linear", "paper",
            "two ReLU layers move as a linear network on symmetric data",
            "-deviation over the path, relative", -deviation[["descent"]],
            tolerance=IDENTITY, regime=anywhere,
        ),
        judge_cases(
            "bias_free_pairs_are_linear_under_sgd", "this study",
            "so they do on batches that hold both mirrors of each point",
            "-deviation over the path, relative", -deviation[["mirrored_batches"]],
            tolerance=IDENTITY, regime=anywhere,
        ),
        judge_cases(
            "bias_free_equivalence_needs_mirrors", "this study",
            "they do not with a sample left out, or on batches of any samples",
            f"deviation - {SEEN}", deviation[["mirror_dropped", "unpaired_batches"]] - SEEN,
            regime="neurons in pairs; every slope, width and scale",
        ),
        judge_interval(
            "bias_free_even_targets_order", "this study",
            "an even part of the targets of size q makes them deviate by less than of its order",
            "mean order in q - 1", margin_above(mean_interval(orders), 1), len(orders),
            regime=f"q <= {noisy['even_part'].max():g}",
        ),
    ]  # fmt: skip
