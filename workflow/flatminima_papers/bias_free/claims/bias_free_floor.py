"""What is claimed of descent on mirrored data with odd targets that are not linear."""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

ROUNDING = 1e-9
"""Relative to the risk of the best line."""

LEARNED = 0.01
"""The share of the risk of the best line below which the targets count as learned."""

BELOW = 0.9
"""The share that is clearly below the best line."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `bias_free_floor`."""
    del reduced
    odd = table[table["data"] == "odd"]
    shallow, deep = odd[odd["depth"] == 2], odd[odd["depth"] > 2]
    controls = table[(table["depth"] == 2) & (table["data"] != "odd")]
    last = controls.groupby("data")["relative_risk"].last()
    return [
        judge_cases(
            "bias_free_floor", "paper",
            "on odd data two layers never do better than the best line",
            "risk / linear risk - 1, at all steps", shallow["relative_risk"] - 1,
            tolerance=ROUNDING, regime="mirrored points, odd targets, L = 2",
        ),
        judge_cases(
            "bias_free_deeper_is_richer", "paper",
            "deeper networks do better than the best line",
            f"{LEARNED} - risk / linear risk at the end",
            LEARNED - deep.groupby("depth")["relative_risk"].last(),
            regime="mirrored points, odd targets, L > 2",
        ),
        judge_cases(
            "bias_free_floor_needs_symmetry", "this study",
            "two layers do better than the best line on even targets, and without mirrors",
            f"{BELOW} - risk / linear risk at the end", BELOW - last,
            regime="even targets, or the odd ones on half of the points; L = 2",
        ),
    ]  # fmt: skip
