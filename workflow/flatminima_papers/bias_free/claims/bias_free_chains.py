"""What is claimed of chains of rank one and their mirrors."""

import pandas as pd

from flatminima.claims import depths, judge_cases
from flatminima_papers.bias_free.claims import IDENTITY

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `bias_free_chains`."""
    del reduced
    relu, leaky = table[table["slope"] == 0], table[table["slope"] > 0]
    data = "mirrored data, odd targets"
    return [
        judge_cases(
            "bias_free_deep_half_rate", "this study",
            "a ReLU chain and its mirror move as the linear chain at half the rate",
            "-deviation over the path, relative", -relu["deviation"],
            tolerance=IDENTITY, regime=f"{data}, {depths(relu)}",
        ),
        judge_cases(
            "bias_free_leaky_chains", "this study",
            "leaky chains of three layers move as a linear chain of other norms and another rate",
            "-deviation over the path, relative", -leaky["deviation"],
            tolerance=IDENTITY, regime=f"{data}, the weights between chains that descent conserves",
        ),
    ]  # fmt: skip
