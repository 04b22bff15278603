"""What is claimed of the path of diagonal networks under weight decay.

"Paper" is Jacobs, Zhou and Burkholz 2025, arXiv:2504.12883, of which the abstract was read.
"""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

ROUNDING = 1e-8
"""What the solver of the flow is good for, relative to the way in the dual."""

APART = 0.01
"""By how much the identity is missed at least if the clock is left out."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `decay_identity`."""
    del reduced
    two, deep = table[table["depth"] == 2], table[table["depth"] >= 3]
    return [
        judge_cases(
            "decay_mirror_flow_two_layers", "paper",
            "under weight decay the weights follow a time-dependent mirror flow",
            "-deviation over the way in the dual", -two["defect"], regime="L = 2, swinging decay",
            tolerance=ROUNDING,
        ),
        judge_cases(
            "decay_mirror_flow", "this study", "so they do with more layers, by another clock",
            "-deviation over the way in the dual", -deep["defect"],
            regime="L >= 3, swinging decay", tolerance=ROUNDING,
        ),
        judge_cases(
            "decay_clock", "this study", "with more layers the clock is needed",
            f"deviation without it - {APART}", deep["defect_without_clock"] - APART,
            regime="L >= 3, swinging decay",
        ),
    ]  # fmt: skip
