"""What is claimed of the calculus of ReLU networks."""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

VALUES = 1e-14
"""Relative: some roundings of each of a few layers."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `network_calculus`."""
    del reduced
    regime = "random networks of random sizes"
    counts = ("parameters", "hidden_layers")
    differences = [np.abs(table[name] - table[f"predicted_{name}"]) for name in counts]
    spare = table["predicted_nonzeros"] - table["nonzeros"]
    return [
        judge_cases(
            "calculus_values", "this study",
            "an operation on networks is the operation on their functions",
            "-largest difference of the values, over the largest value", -table["value_error"],
            regime=regime, tolerance=VALUES,
        ),
        judge_cases(
            "calculus_counts", "this study",
            "parameters and hidden layers are those of the formulas",
            "-difference from the formulas", -sum(differences), regime=regime,
        ),
        judge_cases(
            "calculus_nonzeros", "this study",
            "non-zero parameters are those of the formulas, or at most their bounds",
            "-difference, or what is left to the bound",
            np.where(table["exact"], -np.abs(spare), spare), regime=regime,
        ),
    ]  # fmt: skip
