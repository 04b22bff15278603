"""The claims about the minimal sharpness and its bounds."""

import pandas as pd

from flatminima.claims import depths, judge_cases

__all__ = ["claims"]

CERTIFIED = 1e-12
"""The largest relative gap between the two bounds of S_min."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `certificates`."""
    del reduced
    smallest = table["minimal_sharpness"]
    below, above = table["certified_below"], table["certified_above"]
    regime = f"{table['dataset'].nunique()} data, {depths(table)}"
    moments, paper = table["second_moment_bound"], table["lower_bound"]
    return [
        judge_cases(
            "minimal_sharpness_certified", "this study",
            "the bounds of S_min from below (dual) and from above (primal) meet",
            "-|bound from above / bound from below - 1|",
            -table["certificate_gap"].abs(), tolerance=CERTIFIED, regime=regime,
        ),
        judge_cases(
            "minimal_sharpness_between", "this study",
            "S_min by another solver lies between the two",
            "the smaller of S_min / bound from below - 1 and 1 - S_min / bound from above",
            pd.concat([smallest / below - 1, 1 - smallest / above], axis=1).min(axis=1),
            tolerance=CERTIFIED, regime=regime,
        ),
        judge_cases(
            "second_moment_bound", "this study: sharper than the paper's Theorem 1",
            "2cLa <= 2L (w*^T Sigma^2 w*)^(1/L) (w*^T Sigma w*)^(1 - 2/L) <= S_min",
            "the smaller of bound / (2cLa) - 1 and S_min / bound - 1",
            pd.concat([moments / paper - 1, smallest / moments - 1], axis=1).min(axis=1),
            tolerance=CERTIFIED, regime=regime,
        ),
    ]  # fmt: skip
