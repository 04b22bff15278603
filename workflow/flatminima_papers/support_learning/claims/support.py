"""The claims about the first layer's irrelevant columns in the runs of experiments."""

from itertools import pairwise

import numpy as np
import pandas as pd

from flatminima.claims import judge_interval, margin_above, margin_below, worst_margin
from flatminima.summaries.statistics import mean_interval

__all__ = ["claims"]

GONE = 0.05
"""The largest share of the initial norm that is left of columns that "went to zero"."""

KEPT = 0.5
"""The smallest share of the initial norm that is left of columns that were kept."""

LEARNT = 0.5
"""A network learns data if it leaves less than this of the risk of the zero function."""

CONFINED = 0.05
"""The largest share of the squared Gram matrix outside its relevant block."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `support`, dataset by dataset."""
    del reduced
    return [row for data, runs in table.groupby("dataset", sort=False) for row in _of(data, runs)]


def _of(data: str, table: pd.DataFrame) -> list[dict]:
    """Judge the runs on one dataset; runs of one repetition have the same start."""
    trained, decayed = table[table["role"] != "decay"], table[table["role"] == "decay"]
    by_size = trained.pivot_table("share_left", ["learning_rate", "repetition"], "batch_size")
    sizes = sorted(by_size.columns)
    steps = [
        mean_interval((np.log(by_size[large]) - np.log(by_size[small])).dropna().to_numpy())
        for small, large in pairwise(sizes)
    ]
    risks = trained.groupby("batch_size")["relative_risk"].median()
    smallest = trained[trained["batch_size"] == sizes[0]]
    full = trained[trained["role"] == "full"]["share_left"]
    if risks.min() < LEARNT:
        source, with_numbers = "paper", "reading: with numbers of this study"
    else:
        source = with_numbers = "this study: of networks that do not learn the data"
    regime = (
        f"data {data}, gradients clipped, the risk after training {risks.min():.2g} to "
        f"{risks.max():.2g} of that of the zero function"
    )
    rows = [
        judge_interval(
            f"smaller_batches_leave_less_{data}", source,
            "of the irrelevant columns the less is left the smaller the batches",
            "log of what is left over that of the next smaller size, the worst of all sizes",
            worst_margin(steps), len(by_size) * len(steps),
            regime=f"{regime}, the same number of steps",
        ),
        judge_interval(
            f"smallest_batches_forget_irrelevant_columns_{data}", with_numbers,
            f"the smallest batches leave at most {KEPT:g} of the irrelevant columns",
            "what may be left less what is",
            margin_below(mean_interval(smallest["share_left"].to_numpy()), KEPT), len(smallest),
            regime=regime,
        ),
        judge_interval(
            f"gradient_descent_keeps_most_of_irrelevant_columns_{data}", with_numbers,
            f"gradient descent leaves at least {KEPT:g} of the irrelevant columns",
            "what is left less what is to be left",
            margin_above(mean_interval(full.to_numpy()), KEPT), len(full),
            regime=f"{regime}, without weight decay",
        ),
        judge_interval(
            f"gram_matrix_is_confined_under_sgd_{data}", with_numbers,
            f"at most {CONFINED:g} of the squared Gram matrix of the first layer is outside its "
            "relevant block",
            "what may be outside less what is",
            margin_below(mean_interval(smallest["gram_share_outside"].to_numpy()), CONFINED),
            len(smallest), regime=f"{regime}, the smallest batches",
        ),
    ]  # fmt: skip
    if len(decayed):
        left = mean_interval(decayed["share_left"].to_numpy())
        rows.append(
            judge_interval(
                f"weight_decay_removes_irrelevant_columns_{data}", with_numbers,
                f"with weight decay at most {GONE:g} of the irrelevant columns is left",
                "what may be left less what is", margin_below(left, GONE), len(decayed),
                regime=regime,
            )
        )  # fmt: skip
    return rows
