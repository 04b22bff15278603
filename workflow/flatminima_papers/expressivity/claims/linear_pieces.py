"""What is claimed of the linear pieces of networks of one input."""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `linear_pieces`."""
    del reduced
    random = table[table["network"] == "random"]
    sawtooth = table[(table["network"] == "sawtooth") & (table["hidden_layers"] > 1)]
    shallow = random[random["hidden_layers"] == 1]
    return [
        judge_cases(
            "pieces_bound", "this study", "a network has at most prod (n_k + 1) linear pieces",
            "1 - pieces / bound", 1 - table["pieces"] / table["most_pieces"],
            regime="integer weights, counted in rationals",
        ),
        judge_cases(
            "pieces_attained", "this study", "one hidden layer attains the bound",
            "the largest share of the bound - 1",
            [(shallow["pieces"] / shallow["most_pieces"]).max() - 1],
            regime=f"the best of {len(shallow)} random networks",
        ),
        judge_cases(
            "pieces_of_sawtooths", "this study",
            "m layers of width 2 have 2^m pieces on [0, 1], and two outside",
            "-difference from 2^m + 2",
            -np.abs(sawtooth["pieces"] - 2 ** sawtooth["hidden_layers"] - 2), regime="m >= 2",
        ),
    ]  # fmt: skip
