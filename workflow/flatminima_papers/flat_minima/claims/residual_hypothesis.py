"""The claims about residual flows on both sides of the hypothesis of Theorem 4."""

import numpy as np
import pandas as pd

from flatminima.claims import ROUNDING, judge_cases, judge_interval, scales, share_margin

__all__ = ["claims"]

PROBABLE = 0.9
"""The share of flows that means "with high probability"."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `residual_hypothesis`."""
    del reduced
    allowed = table["hypothesis_share"] < 1
    rows = []
    if allowed.any():
        rows += _inside(table[allowed])
    if not allowed.all():
        rows += _beyond(table[~allowed])
    return rows


def _inside(flows: pd.DataFrame) -> list[dict]:
    regime = f"R(0) - R_min up to {flows['hypothesis_share'].max():.2g} of what is allowed, "
    regime += scales(flows)
    source = "reading: Theorem 4, with this study's constants"
    return [
        judge_cases(
            "theorem_4_convergence", source,
            "if R(0) - R_min < C lambda^2 ||p||^2 / Lambda the flow converges",
            "0 if it did, -1 if not", np.where(flows["outcome"] == "converged", 0.0, -1.0),
            regime=regime,
        ),
        judge_cases(
            "theorem_4_deviation", source,
            "max_k ||theta_k||_F <= (N / nu^2) sqrt(Lambda (R(0) - R_min)) / (lambda ||p||)",
            "1 - deviation / bound", 1 - flows["deviation"] / flows["deviation_bound"],
            tolerance=ROUNDING, regime=regime,
        ),
        judge_cases(
            "theorem_4_lojasiewicz", source,
            "||grad R||^2 >= 4 lambda ||p||^2 L nu^2 (R - R_min) along the flow",
            "infimum of the ratio along the path / bound - 1",
            flows["lojasiewicz_constant"] / flows["lojasiewicz_bound"] - 1,
            tolerance=ROUNDING, regime=regime,
        ),
        judge_cases(
            "corollary_3", "paper: Corollary 3, with the constant of Corollary 2",
            "S at the end <= 4 (Lambda / a) S_min", "1 - S / bound",
            1 - flows["sharpness_ratio"] / flows["corollary_bound_ratio"], regime=regime,
        ),
    ]  # fmt: skip


def _beyond(flows: pd.DataFrame) -> list[dict]:
    furthest = flows[flows["distance"] == flows["distance"].max()]
    ratio = furthest["lojasiewicz_constant"] / furthest["lojasiewicz_bound"]
    lowest = ratio.groupby([furthest["depth"], furthest["width"]]).min()
    least = flows["hypothesis_share"].min()
    return [
        judge_interval(
            "theorem_4_convergence_beyond", "reading: Theorem 4, beyond its hypothesis",
            f"the flow converges all the same, with a probability of at least {PROBABLE}",
            f"share of the flows - {PROBABLE}",
            share_margin(flows["outcome"] == "converged", PROBABLE),
            len(flows), regime=f"R(0) - R_min from {least:.2g} times what is allowed, "
            f"{scales(flows)}",
        ),
        judge_cases(
            "theorem_4_inequality_is_lost_beyond", "this study: to the paper's Theorem 4",
            "too far from w* the inequality of the theorem is lost on the way",
            "1 - smallest infimum of the ratio along a path / bound, of each depth and width",
            1 - lowest,
            regime=f"||w(0) - w*|| = {furthest['distance'].max():g} ||w(0)||, R(0) - R_min from "
            f"{furthest['hypothesis_share'].min():.2g} times what is allowed",
        ),
    ]  # fmt: skip
