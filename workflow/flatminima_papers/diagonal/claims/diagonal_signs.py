"""What is claimed of starts that break the paper's assumption."""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

NEAR = 1e-5
"""How near an end is to what it is claimed to be; weights reach zero as a power of time."""

APART = 0.01
"""How far an end is from w* at least where the best weights of the signs are so far from it."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `diagonal_signs`."""
    del reduced
    balanced, beside = table[table["imbalance"] == 0], table[table["imbalance"] > 0]
    wrong = balanced[balanced["signs_apart"] > 2 * APART]
    return [
        judge_cases(
            "diagonal_balanced_signs", "this study",
            "balanced layers end at the least-squares solution among the signs of the start",
            "-distance to it", -balanced["distance_signs"], regime="L >= 3, balanced starts",
            tolerance=NEAR,
        ),
        judge_cases(
            "diagonal_assumption_is_needed", "this study",
            "so without the assumption the flow does not reach the least-squares solution",
            f"distance to it - {APART}", wrong["distance_best"] - APART,
            regime="L >= 3, balanced starts of other signs",
        ),
        judge_cases(
            "diagonal_assumption_suffices", "this study",
            "a small imbalance lets the flow reach it", "-distance to it",
            -beside["distance_best"], regime="L >= 3, one layer slightly smaller",
            tolerance=NEAR,
        ),
    ]  # fmt: skip
