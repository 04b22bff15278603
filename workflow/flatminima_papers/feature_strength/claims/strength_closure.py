"""What is claimed of where a budget of steps closes the region of rates that learn."""

import numpy as np
import pandas as pd

from flatminima.claims import depths, judge_cases

__all__ = ["claims"]

ALIVE, DEAD = 0.6, 1.0
"""Strengths over the closing one, up to which some rate learns, and from which on none does."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `strength_closure`."""
    del reduced
    alive = table[table["relative_strength"] <= ALIVE * (1 + 1e-9)]
    dead = table[table["relative_strength"] >= DEAD * (1 - 1e-9)]
    budgets = ", ".join(f"{budget}" for budget in sorted(table["budget"].unique()))
    regime = f"linear networks, {depths(table)}, budgets of {budgets} steps"
    return [
        judge_cases(
            "strength_closure_alive", "this study",
            "below the gamma at which the region closes some rate learns",
            "1 where one does, else -1", np.where(alive["learns"], 1.0, -1.0),
            regime=f"{regime}, up to {ALIVE} of that gamma",
        ),
        judge_cases(
            "strength_closure_dead", "this study", "from there on none does",
            "1 where none does, else -1", np.where(dead["learns"], -1.0, 1.0), regime=regime,
        ),
    ]  # fmt: skip
