"""What is claimed of the plane of gamma and learning rates."""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

CLEARLY = 1.2
"""By how much a rate is off an edge that the claims speak of."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `strength_plane`."""
    del reduced
    rate = table["learning_rate"]
    above = table[rate > table["minimal_edge"] * CLEARLY]
    large = table[table["strength"] >= 1e3]
    plateau = large[large["learning_rate"] < large["budget_edge"] / CLEARLY]
    inside = large[
        (large["learning_rate"] > 2 * large["budget_edge"])
        & (large["learning_rate"] < large["minimal_edge"] / CLEARLY)
    ]
    rows = [
        judge_cases(
            "strength_plane_minimal_edge", "this study",
            "above 2/S_min nothing converges", "1 where it does not, else -1",
            np.where(above["outcome"] != "3_converged", 1.0, -1.0),
            regime=f"linear networks, rates above {CLEARLY} times that",
        )
    ]  # fmt: skip
    if len(plateau) and len(inside):
        rows += [
            judge_cases(
                "strength_plane_budget", "paper",
                "below a rate set by the budget of steps large gammas stay on the plateau",
                "1 where they do, else -1",
                np.where(plateau["outcome"] == "1_plateau", 1.0, -1.0),
                regime=f"gamma >= 1000, L > 2, rates below T* gamma / {CLEARLY} T",
            ),
            judge_cases(
                "strength_plane_trainable", "this study", "between the two edges they learn",
                "1 where they do, else -1",
                np.where(inside["outcome"].isin(["2_learned", "3_converged"]), 1.0, -1.0),
                regime=f"gamma >= 1000, L > 2, rates from 2 T* gamma / T to 2/S_min / {CLEARLY}",
            ),
        ]  # fmt: skip
    return rows
