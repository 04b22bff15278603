"""What is claimed of the smallest sharpness of diagonal networks."""

import numpy as np
import pandas as pd

from flatminima.claims import ROUNDING, judge_cases

__all__ = ["claims"]

CERTIFIED = 1e-6
"""How near the two bounds of the minimal sharpness are."""

SHARPER = 0.1
"""By how much the sparsest and the smoothest solution are sharper, fewer samples than features."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `diagonal_sharpness`."""
    del reduced
    minimal = table["minimal_sharpness"]
    others = ["flow_sharpness", "sparse_sharpness", "smooth_sharpness", "random_sharpness"]
    wide = table[table["features"] > table["samples"]]
    solutions = wide[["sparse_sharpness", "smooth_sharpness"]].min(axis=1)
    two = table[table["depth"] == 2]
    ratio = minimal / table["connected_sharpness"]
    tall = table["features"] <= table["samples"]
    return [
        judge_cases(
            "diagonal_minimal_sharpness", "this study", "no minimiser is flatter than S_min",
            "smallest S found / S_min - 1", table[others].min(axis=1) / minimal - 1,
            tolerance=ROUNDING,
        ),
        judge_cases(
            "diagonal_minimal_sharpness_certified", "this study",
            "S_min is attained: a network and a dual certificate meet", "-gap between the two",
            -wide["certificate_gap"], regime="fewer samples than features", tolerance=CERTIFIED,
        ),
        judge_cases(
            "diagonal_flow_sharpness", "this study",
            "the flow ends at most 2 Lambda max Delta above the flattest with its weights",
            "1 - S / bound", 1 - two["flow_sharpness"] / two["flow_bound"], regime="L = 2",
            tolerance=ROUNDING,
        ),
        judge_cases(
            "diagonal_norms_are_not_flattest", "this study",
            "neither the smallest l1 nor the smallest l2 norm is flattest, balanced as they are",
            f"S / S_min - {1 + SHARPER}", solutions / minimal[wide.index] - 1 - SHARPER,
            regime="fewer samples than features",
        ),
        judge_cases(
            "diagonal_flatter_than_connected", "this study",
            "the minimal sharpness is at most that of fully connected layers",
            "1 - ratio", 1 - ratio[table["orthogonal"] & tall],
            regime="Sigma diagonal", tolerance=ROUNDING,
        ),
        judge_cases(
            "diagonal_sharper_than_connected", "this study",
            "with correlated features it can be larger", "largest ratio - 1",
            np.array([ratio[(table["correlation"] > 0) & tall].max() - 1]),
            regime="correlated features",
        ),
    ]  # fmt: skip
