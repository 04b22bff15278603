"""The claims about all minimisers, tested at random ones."""

import pandas as pd

from flatminima.claims import ROUNDING, depths, judge_cases

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `random_minimisers`."""
    del reduced
    sharpness = table["sharpness"]
    regime = f"random minimisers, {depths(table)}"
    return [
        judge_cases(
            "minimiser_hessian", "this study",
            "at a minimiser S = 2 lambda_max(Sigma^1/2 M Sigma^1/2)",
            "-|brute-force S / closed form - 1|",
            -(sharpness / table["minimiser_sharpness"] - 1).abs(), tolerance=ROUNDING,
            regime=regime,
        ),
        judge_cases(
            "theorem_1", "paper: Theorem 1",
            "2cLa <= S of every minimiser", "S / bound - 1",
            sharpness / table["lower_bound"] - 1, tolerance=ROUNDING, regime=regime,
        ),
        judge_cases(
            "no_minimiser_is_flatter", "this study",
            "S_min <= S of every minimiser", "S / S_min - 1",
            sharpness / table["minimal_sharpness"] - 1, tolerance=ROUNDING, regime=regime,
        ),
        judge_cases(
            "layer_norms_below", "this study: from the paper's remark to Theorem 1",
            "2 w*^T Sigma w* sum_k ||W_k||^-2 <= S of every minimiser", "S / bound - 1",
            sharpness / table["layer_norm_bound"] - 1, tolerance=ROUNDING, regime=regime,
        ),
        judge_cases(
            "layer_norms_above", "this study",
            "S <= 2 Lambda ||p||^2 sum_k prod_{j != k} ||W_j||^2 at every minimiser",
            "1 - S / bound",
            1 - sharpness / table["upper_layer_norm_bound"], tolerance=ROUNDING,
            regime=regime,
        ),
    ]  # fmt: skip
