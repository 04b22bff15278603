"""What is claimed of descent that starts beside the flattest minimiser."""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `diagonal_flattest_start`."""
    del reduced
    below, above = table[table["relative_rate"] < 1], table[table["relative_rate"] > 1]
    start = "fewer samples than features, beside the flattest minimiser"
    return [
        judge_cases(
            "diagonal_flattest_below", "this study", "just below 2/S_min descent converges",
            "1 where it does, else -1", np.where(below["converged"], 1.0, -1.0), regime=start,
        ),
        judge_cases(
            "diagonal_flattest_above", "this study", "just above it does not",
            "1 where it does not, else -1", np.where(above["converged"], -1.0, 1.0), regime=start,
        ),
    ]  # fmt: skip
