"""What is claimed of the exact maximum."""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `maximum_networks`."""
    del reduced
    counts = ("parameters", "nonzeros", "hidden_layers")
    differences = sum(np.abs(table[name] - table[f"predicted_{name}"]) for name in counts)
    grids = table.dropna(subset="grid_nodes")
    regime = "d = 2^m"
    return [
        judge_cases(
            "maximum_counts", "this study",
            "the maximum takes 3d^2 + 3d - 5 parameters, 8d - 9 of them not zero, in log2(d) "
            "hidden layers, without biases",
            "-difference from the formulas, and biases", -(differences + table["biases"]),
            regime=regime,
        ),
        judge_cases(
            "maximum_exact", "this study", "the network computes the maximum bit by bit",
            "-largest error", -table["largest_error"], regime=f"{regime}, dyadic inputs",
        ),
        judge_cases(
            "maximum_below_grid", "this study",
            "a grid of all variables takes more nodes than the network has parameters",
            "log10 of nodes over parameters", np.log10(grids["grid_nodes"] / grids["parameters"]),
            regime="grids on [-1, 1]^d of the accuracy given, up to 1e300 nodes",
        ),
    ]  # fmt: skip
