"""What is claimed of the potential after doses of weight decay.

"Paper" is Jacobs, Zhou and Burkholz 2025, arXiv:2504.12883, of which the abstract was read.
"""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

TOLERANCE = 1e-9
"""Rounding of an exponent."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `decay_potential`."""
    del reduced
    ends = table[table["weight"] == table["weight"].max()].sort_values("dose")
    drops = -ends.groupby("depth")["exponent"].diff().dropna()
    between = pd.concat([table["exponent"] - 1, 2 - table["exponent"]])
    return [
        judge_cases(
            "decay_exponent_between", "this study",
            "the potential grows between |w| and w^2", "distance of its exponent from 1 or 2",
            between, tolerance=TOLERANCE,
        ),
        judge_cases(
            "decay_exponent_falls", "paper",
            "with the dose the potential changes from that of l2 to that of l1",
            "drop of the exponent at w = 1 from one dose to the next", drops,
        ),
    ]  # fmt: skip
