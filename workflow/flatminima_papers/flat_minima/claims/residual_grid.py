"""The claims about residual networks of all depths and widths.

The starts are farther from w* than Theorem 4 of the paper allows (`claims.residual_hypothesis`).
So its statements are judged here beyond the paper.
"""

import numpy as np
import pandas as pd

from flatminima.claims import (
    GROWTH,
    growth_claims,
    judge_cases,
    judge_interval,
    scales,
    share_margin,
)

__all__ = ["claims"]

PROBABLE = 0.9
"""The share of draws that means "with high probability"."""

SAME = 1e-6
"""The relative accuracy of the flow, to which numbers are the same at all widths."""

QUANTITIES = {
    "deviation": (
        "theorem_4_deviation", "reading: Theorem 4, beyond its hypothesis", "max_k ||theta_k||_F",
    ),
    "sharpness_ratio": (
        "corollary_3_ratio", "reading: Corollary 3, beyond its hypothesis", "S / S_min at the end",
    ),
    "largest_singular_value": (
        "lemma_3_after_training_largest", "reading: Lemma 3, after training",
        "the largest singular value of partial products at the end",
    ),
    "shrinkage": (
        "lemma_3_after_training_smallest", "reading: Lemma 3, after training",
        "one over the smallest singular value of partial products at the end",
    ),
}  # fmt: skip


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `residual_grid`."""
    del reduced
    random = table[table["init_scale"] > 0]
    random = random.assign(shrinkage=1 / random["smallest_singular_value"])
    risks = table["initial_excess_risk"]
    data = f"white data, p orthogonal to w*, R(0) - R_min = {risks.min():.2g} to {risks.max():.2g}"
    rows = [
        judge_interval(
            "theorem_4_convergence_white", "reading: Theorem 4, beyond its hypothesis",
            f"the flow converges to a global minimiser, with a probability of at least {PROBABLE}",
            f"share of the flows - {PROBABLE}",
            share_margin(table["outcome"] == "converged", PROBABLE),
            len(table), regime=f"{data}, {scales(table)}",
        ),
        judge_cases(
            "corollary_3_white",
            "reading: Corollary 3, beyond its hypothesis, with the constant of Corollary 2",
            "S at the end <= 4 (Lambda / a) S_min", "1 - S / bound",
            1 - table["sharpness_ratio"] / table["corollary_bound_ratio"],
            regime=f"{data}, {scales(table)}",
        ),
    ]  # fmt: skip
    exact = table[table["init_scale"] == 0]
    if len(exact):
        spread = exact.groupby("depth")["deviation"].agg(lambda x: np.ptp(x) / x.mean())
        rows.append(
            judge_cases(
                "theorem_4_width_free", "this study",
                "without noise max_k ||theta_k||_F is the same at every width",
                "-relative spread over the widths of each depth", -spread, tolerance=SAME,
                regime=f"{data}, scale 0",
            )
        )  # fmt: skip
    if len(random):
        for column, texts in QUANTITIES.items():
            rows += growth_claims(
                random, column, texts, ["init_scale"], tolerance=GROWTH, regime=data
            )
    return rows
