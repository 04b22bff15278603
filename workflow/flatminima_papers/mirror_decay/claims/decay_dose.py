"""What is claimed of the l1 norm where a dose of weight decay leads.

"Paper" is Jacobs, Zhou and Burkholz 2025, arXiv:2504.12883, of which the abstract was read.
"""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

AGREE = 1e-6
"""How near the norms are of the flow under decay and of the smaller start."""

SPARSE = 0.05
"""By how much the l1 norm is above the smallest at most, after the largest dose."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `decay_dose`."""
    del reduced
    ordered = table.sort_values("dose")
    drops = -ordered.groupby(["problem", "depth"])["start_norm_ratio"].diff().dropna()
    followed = table[table["norm_ratio"].notna()]
    by_depth = table[table["dose"] > 0].pivot(
        index=["problem", "dose"], columns="depth", values="start_norm_ratio"
    )
    last = table[table["dose"] == table["dose"].max()]
    return [
        judge_cases(
            "decay_type", "paper", "the larger the dose, the nearer the l1 norm is to the smallest",
            "drop of the l1 norm over the smallest from one dose to the next", drops,
            regime="equal starts",
        ),
        judge_cases(
            "decay_type_in_the_end", "reading: how near is ours",
            "after a large dose the end is nearly that of smallest l1 norm",
            f"{1 + SPARSE} - l1 norm over the smallest", 1 + SPARSE - last["start_norm_ratio"],
            regime=f"equal starts, A = {last['dose'].max():g}",
        ),
        judge_cases(
            "decay_type_depth", "this study", "at one dose more layers are nearer to it",
            "ratio of one depth minus that of the next",
            -np.diff(by_depth.sort_index(axis=1).to_numpy(), axis=1).ravel(),
            regime="equal starts, positive doses",
        ),
        judge_cases(
            "decay_dose_followed", "this study",
            "the flow under decay has the l1 norm that the dose theorem says",
            "-|ratio of the two - 1|",
            -np.abs(followed["norm_ratio"] / followed["start_norm_ratio"] - 1),
            regime="doses that were followed", tolerance=AGREE,
        ),
    ]  # fmt: skip
