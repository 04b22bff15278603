"""What is claimed of two layers under weight decay that is kept on."""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

SLACK = 0.02
"""Entries nearer to being active than this decay too slowly to be judged."""

NEAR = 1e-4
"""How near the end is to the Lasso."""

APART = 0.01
"""How far it is from the solution of smallest l1 norm at least."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `decay_lasso`."""
    del reduced
    clear = table[table["slack"] >= SLACK]
    regime = f"L = 2, no inactive entry within {SLACK} of being active"
    return [
        judge_cases(
            "decay_lasso", "this study", "the flow ends at the Lasso", "-distance from it",
            -clear["lasso_distance"], regime=regime, tolerance=NEAR,
        ),
        judge_cases(
            "decay_lasso_biased", "this study", "so it does not fit the data",
            f"distance from the smallest l1 norm - {APART}",
            clear["interpolator_distance"] - APART, regime=regime,
        ),
    ]  # fmt: skip
