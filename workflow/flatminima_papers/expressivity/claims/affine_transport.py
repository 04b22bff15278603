"""What is claimed of transport along an affine drift."""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

EXACT = 1e-10
"""Absolute: rounding, and what is left of the error of the reference of order 4."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `affine_transport`."""
    del reduced
    regime = "u_0 = max, drifts on a ring"
    return [
        judge_cases(
            "affine_transport_parameters", "this study",
            "along an affine drift the solution takes as many parameters as the start",
            "parameters of the start - parameters",
            table["start_parameters"] - table["parameters"], regime=regime,
        ),
        judge_cases(
            "affine_transport_exact", "this study", "and has no error", "-largest error",
            -table["error"], regime=regime, tolerance=EXACT,
        ),
    ]  # fmt: skip
