"""What is claimed of the range that weight decay shrinks.

"Paper" is Jacobs, Zhou and Burkholz 2025, arXiv:2504.12883, of which the abstract was read.
"""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

ROUNDING = 1e-6
"""What the solver is good for where a layer reaches zero, relative to its start."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `decay_range`."""
    del reduced
    runs = table.groupby("problem")
    room = np.minimum(table["dual"] - table["lower_end"], table["upper_end"] - table["dual"])
    regime = "w = log u - log v"
    return [
        judge_cases(
            "decay_range_shrinks", "reading: the ends are ours",
            "the dual variable is confined to an interval that shrinks with the dose",
            "distance from its nearer end", room, regime=regime, tolerance=1e-4,
        ),
        judge_cases(
            "decay_range_identity", "this study",
            "u^2 and v^2 are linear in the dual variable and the dose", "-relative deviation",
            -runs["identity_defect"].max(), regime=regime, tolerance=ROUNDING,
        ),
        judge_cases(
            "decay_range_ends", "this study",
            "the flow breaks, at the latest when an interval is empty",
            "latest dose / dose - 1, -1 where it did not break",
            np.where(runs["broke"].all(), runs["latest_dose"].first() / runs["dose"].max() - 1, -1),
            regime=regime, tolerance=ROUNDING,
        ),
    ]  # fmt: skip
