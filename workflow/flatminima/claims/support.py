"""What is claimed of the first layer's irrelevant columns in the runs of experiments."""

from itertools import pairwise

import numpy as np
import pandas as pd

from flatminima.claims import judge_interval, margin_above, margin_below
from flatminima.summaries.statistics import mean_interval

__all__ = ["claims"]

PAPER = "Beneventano, Pinto and Poggio"

GONE = 0.05
"""Of the norm at the start, at most, is left of what has gone to zero."""

KEPT = 0.5
"""Of the norm at the start, at least, is left of what has been kept."""

CONFINED = 0.05
"""Of the squared Gram matrix, at most, is outside its relevant block."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `support`; runs of one repetition start alike."""
    del reduced
    keys = ["dataset", "learning_rate", "repetition"]
    trained = table[table["role"] != "decay"]
    by_size = trained.pivot_table("share_left", keys, "batch_size").dropna(axis=1, how="all")
    sizes = sorted(by_size.columns)
    steps = [
        mean_interval((np.log(by_size[large]) - np.log(by_size[small])).dropna())
        for small, large in pairwise(sizes)
    ]
    decayed = table[table["role"] == "decay"]["share_left"]
    full = trained[trained["role"] == "full"]["share_left"]
    kept = mean_interval(full)
    smallest = trained[trained["batch_size"] == sizes[0]]["gram_share_outside"]
    outside = mean_interval(smallest)
    return [
        judge_interval(
            "smaller_batches_leave_less", PAPER,
            "of the irrelevant columns the less is left the smaller the batches",
            "log of what is left over that of the next smaller size, the worst of all sizes",
            min(steps, key=lambda step: step[1]), len(by_size) * len(steps),
            regime="the same number of steps, gradients clipped",
        ),
        judge_interval(
            "gradient_descent_keeps_most_of_irrelevant_columns", PAPER,
            f"gradient descent leaves at least {KEPT:g} of the irrelevant columns",
            "what is left less what is to be left", margin_above(kept, KEPT), len(full),
            regime="without weight decay, gradients clipped",
        ),
        judge_interval(
            "weight_decay_removes_irrelevant_columns", PAPER,
            f"with weight decay at most {GONE:g} of the irrelevant columns is left",
            "what may be left less what is", margin_below(mean_interval(decayed), GONE),
            len(decayed),
        ),
        judge_interval(
            "gram_matrix_is_confined_under_sgd", PAPER,
            f"at most {CONFINED:g} of the squared Gram matrix of the first layer is outside its "
            "relevant block",
            "what may be outside less what is",
            margin_below(outside, CONFINED), len(smallest),
            regime="the smallest batches",
        ),
    ]  # fmt: skip
