"""What is claimed of what two and three layers without biases can fit."""

import pandas as pd

from flatminima.claims import judge_cases
from flatminima_papers.bias_free.claims import IDENTITY

__all__ = ["claims"]

INTERPOLATES = 1e-20
"""Of a risk over the mean square of the targets: their relative error is below 1e-10."""

ATTAINED = 1e-9
"""Relative: least squares on as many neurons loses some digits."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `bias_free_capacity`."""
    del reduced
    return [
        judge_cases(
            "bias_free_odd_is_linear", "paper",
            "the odd part of a two-layer network without biases is linear",
            "-what the best line leaves of it, relative", -table["odd_rest"],
            tolerance=IDENTITY, regime="random networks",
        ),
        judge_cases(
            "bias_free_floor_attained", "this study",
            "two layers fit as well as the best line fits the odd part of the targets, not better",
            "-|risk / floor - 1|", -table["two_layer_excess"].abs(),
            tolerance=ATTAINED, regime="mirrored points on distinct lines, any targets",
        ),
        judge_cases(
            "bias_free_three_layers_interpolate", "this study",
            "three layers interpolate any targets on distinct rays",
            "-risk / mean square of the targets", -table["three_layer_risk"],
            tolerance=INTERPOLATES, regime="mirrored points, any targets",
        ),
    ]  # fmt: skip
