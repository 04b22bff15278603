"""What is claimed of minimisers with one small layer.

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

import numpy as np
import pandas as pd

from flatminima.claims import LIMIT, ROUNDING, verdict
from flatminima.summaries.statistics import log_log_regression

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `rescaling`."""
    del reduced
    large = table[table["factor"] >= 10]
    slopes = [
        log_log_regression(group["factor"].to_numpy(), group["sharpness"].to_numpy()).slope
        for _, group in large.groupby(["dataset", "depth"])
    ]
    return [
        verdict(
            "layer_norm_bound", "ours, from the paper's remark to Theorem 1",
            "S >= 2 w*^T Sigma w* sum_k ||W_k||^-2 at minimisers",
            "S / bound - 1",
            table["sharpness"] / table["layer_norm_bound"] - 1, tolerance=ROUNDING,
        ),
        verdict(
            "rescaling_is_unbounded", "paper, remark to Theorem 1",
            "layers times C and 1/C make a minimiser arbitrarily sharp, as C^2",
            "-|order of S in C - 2|",
            -np.abs(np.array(slopes) - 2), tolerance=LIMIT, regime="C >= 10",
        ),
    ]  # fmt: skip
