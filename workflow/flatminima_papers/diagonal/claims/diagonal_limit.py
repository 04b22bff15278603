"""What is claimed of where gradient flow of diagonal networks ends.

"Paper" is Labarrière and others 2024, arXiv:2412.16765, of which the abstract was read.
"""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

ROUNDING = 1e-8
"""What the solver of the flow, at a relative tolerance of 1e-12 a step, is good for at its end."""

LEAST_CHANGE = 0.1
"""How far apart ends from different scales are at least; the minimum-norm solution has norm 1."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `diagonal_limit`."""
    del reduced
    starts = table.groupby(["samples", "features", "problem", "depth", "start"])["distance_moved"]
    return [
        judge_cases(
            "diagonal_conservation", "this study",
            "gradient flow conserves the differences of squares of the layers",
            "-largest change over the largest square", -table["conservation_defect"],
            regime="always", tolerance=ROUNDING,
        ),
        judge_cases(
            "diagonal_mirror_flow", "reading: the dual variable is ours",
            "the weights follow a mirror flow", "-deviation over the way in the dual",
            -table["dual_defect"], regime="one layer strictly smallest", tolerance=ROUNDING,
        ),
        judge_cases(
            "diagonal_limit_is_projection", "this study",
            "the flow ends where the potential of the start is smallest among all that fit",
            "-distance from the projection", -table["limit_defect"],
            regime="one layer strictly smallest", tolerance=ROUNDING,
        ),
        judge_cases(
            "diagonal_limit_depends_on_the_start", "paper",
            "where the flow ends depends on the start",
            f"spread of the distances from the minimum-norm solution - {LEAST_CHANGE}",
            starts.max() - starts.min() - LEAST_CHANGE,
            regime="fewer samples than features, several scales",
        ),
    ]  # fmt: skip
