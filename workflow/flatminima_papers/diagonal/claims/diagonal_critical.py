"""What is claimed of gradient descent about the critical learning rate."""

import numpy as np
import pandas as pd

from flatminima.claims import ROUNDING, judge_cases

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `diagonal_critical`."""
    del reduced
    above, below = table[table["relative_rate"] > 1], table[table["relative_rate"] < 1]
    nearest = below[below["relative_rate"] == below["relative_rate"].max()]
    converged = table[table["converged"]]
    return [
        judge_cases(
            "diagonal_none_above_critical", "this study",
            "descent reaches no minimiser at rates above 2/S_min",
            "1 where it does not converge, else -1", np.where(above["converged"], -1.0, 1.0),
            regime="full column rank, rates above 2/S_min",
        ),
        judge_cases(
            "diagonal_critical_is_sharp", "this study",
            "just below 2/S_min some run does, at every depth",
            "1 if one converges, else -1",
            np.where(nearest.groupby("depth")["converged"].any(), 1.0, -1.0),
            regime=f"full column rank, {nearest['relative_rate'].max():g} of 2/S_min",
        ),
        judge_cases(
            "diagonal_edge", "this study", "where descent converges the sharpness is at most 2/eta",
            "2 / (eta S) - 1",
            converged["two_over_learning_rate"] / converged["final_sharpness"] - 1,
            regime="wherever it converges", tolerance=ROUNDING,
        ),
    ]  # fmt: skip
