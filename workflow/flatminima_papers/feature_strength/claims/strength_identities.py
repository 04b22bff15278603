"""What is claimed of runs that are the same run."""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

IDENTITY = 1e-9
"""Relative; rounding grows along training."""

SEEN = 0.01
"""A deviation from which on two runs are not the same."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `strength_identities`."""
    del reduced
    by_rate = table[table["identity"] == "rate"]
    by_start = table[table["identity"] == "start"]
    homogeneous = by_start[by_start["activation"] != "gelu"]
    other = by_start[(by_start["activation"] == "gelu") & (by_start["strength"] != 1)]
    batches = "descent and SGD"
    return [
        judge_cases(
            "strength_is_rate_and_targets", "this study",
            "gamma is a change of units: rate eta / gamma^2 and targets gamma y",
            "-deviation over the path, relative", -by_rate["deviation"],
            tolerance=IDENTITY, regime=f"any activation, {batches}",
        ),
        judge_cases(
            "strength_is_scale_of_start", "this study",
            "gamma is the scale of the start: rate eta gamma^(-2/L), start gamma^(-1/L) W_0",
            "-deviation over the path, relative", -homogeneous["deviation"],
            tolerance=IDENTITY, regime=f"linear and ReLU networks, {batches}",
        ),
        judge_cases(
            "strength_is_no_scale_for_gelu", "this study",
            "for networks that are not homogeneous it is not", f"deviation - {SEEN}",
            other["deviation"] - SEEN, regime=f"GELU networks, gamma not 1, {batches}",
        ),
    ]  # fmt: skip
