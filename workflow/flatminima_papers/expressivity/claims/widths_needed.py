"""What is claimed of the width that shallow networks need for a product."""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

ASYMPTOTIC = 0.15
"""How near the pieces needed are to R^(d/2) / (2 sqrt(eps)); the order left out is 1/(2d)."""

LARGE = 8
"""The dimensions d from which that is claimed."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `widths_needed`."""
    del reduced
    wide = table[(table["radius"] > 1) & (table["dimension"] >= LARGE)]
    unit = table[table["radius"] == 1]
    last = wide[(wide["layers"] == 1) & (wide["dimension"] == wide["dimension"].max())]
    return [
        judge_cases(
            "width_grows_exponentially", "this study",
            "on a cube of side 2R > 2 a product asks for R^(d/2) / (2 sqrt(eps)) linear pieces",
            "-|pieces / formula - 1|",
            -np.abs(wide["pieces_needed"] / wide["asymptotic_pieces"] - 1),
            regime=f"R > 1, d >= {LARGE}", tolerance=ASYMPTOTIC,
        ),
        judge_cases(
            "width_beyond_the_tree", "this study",
            "one hidden layer needs more units than the tree has non-zero parameters",
            "width / non-zero parameters - 1",
            last["width_needed"] / last["tree_nonzeros"] - 1, regime="R > 1, the largest d",
        ),
        judge_cases(
            "width_no_bound_on_the_unit_cube", "this study",
            "on [-1, 1]^d this argument asks for no more than one unit",
            "1 - width needed", 1 - unit["width_needed"], regime="R = 1",
        ),
    ]  # fmt: skip
