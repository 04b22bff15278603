"""What is claimed of the sharpness of minimisers.

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

import numpy as np
import pandas as pd

from flatminima.claims import ROUNDING, verdict

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `minimal_sharpness`."""
    del reduced
    smallest, balanced = table["minimal_sharpness"], table["balanced_sharpness"]
    searched = (table["searched_sharpness"] / smallest - 1).dropna()
    rows = [
        verdict(
            "theorem_1", "paper, Theorem 1",
            "2cLa <= S of every minimiser",
            "S of the flattest minimiser built / bound - 1",
            table["built_sharpness"] / table["lower_bound"] - 1, tolerance=ROUNDING,
        ),
        verdict(
            "theorem_2", "paper, Theorem 2",
            "S_min <= 2c sqrt((2L-1) Lambda^2 + (L-1)^2 a^2)",
            "1 - S of the flattest minimiser built / bound",
            1 - table["built_sharpness"] / table["upper_bound"], tolerance=ROUNDING,
        ),
        verdict(
            "minimal_sharpness_attained", "ours",
            "S_min in closed form is the sharpness of a minimiser",
            "-|brute-force S of the network built / S_min - 1|",
            -(table["built_sharpness"] / smallest - 1).abs(), tolerance=ROUNDING,
        ),
        verdict(
            "balanced_sharpness_order", "ours",
            "S_min <= S_balanced <= upper bound",
            "the smaller of S_balanced / S_min - 1 and 1 - S_balanced / upper bound",
            np.minimum(balanced / smallest - 1, 1 - balanced / table["upper_bound"]),
            tolerance=ROUNDING,
        ),
    ]  # fmt: skip
    if len(searched):
        rows += [
            verdict(
                "minimal_sharpness_not_beaten", "ours",
                "no minimiser is flatter than S_min",
                "smallest S found by search / S_min - 1",
                searched, tolerance=ROUNDING, regime="small sizes",
            ),
            verdict(
                "minimal_sharpness_found", "ours",
                "a search over all minimisers ends at S_min",
                "-|smallest S found by search / S_min - 1|",
                -searched.abs(), tolerance=ROUNDING, regime="small sizes",
            ),
        ]  # fmt: skip
    return rows
