"""The claims about products of layers in a ball around the residual initialisation.

Lemma 3 of the paper is about widths above some constant, and is judged from the width `WIDE` on.
"""

import numpy as np
import pandas as pd

from flatminima.claims import (
    FACTOR,
    ROUNDING,
    WIDE,
    judge_cases,
    judge_interval,
    margin_below,
    scales,
    share_margin,
)
from flatminima.summaries.growth import growth_exponent

__all__ = ["claims"]

PROBABLE = 0.95
"""The share of draws that means "with high probability"."""

CELL = ["depth", "width", "init_scale"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `perturbed_products`."""
    del reduced
    largest, smallest = table["largest_bound"], table["smallest_bound"]
    inside = np.minimum(
        1 - table["largest_found"] / largest, 1 - smallest / table["smallest_found"]
    )
    uniform = (largest <= FACTOR * table["limiting_largest_bound"]) & (
        smallest >= table["limiting_smallest_bound"] / FACTOR
    )
    wide = table["width"] >= WIDE
    regime = f"||theta_k|| <= {table['radius'].max():g}, {scales(table)}"
    rows = [
        judge_cases(
            "lemma_3_ball_bounds", "this study: to the paper's Lemma 3",
            "in a ball of theta W_k ... W_1 stretches by at most ||A_k|| prod (1 + kappa_j r / L), "
            "and shrinks likewise",
            "the smaller of 1 - largest found / bound and 1 - bound / smallest found",
            inside, tolerance=ROUNDING, regime=regime,
        )
    ]  # fmt: skip
    for claim, statement, holds in (
        (
            "lemma_3_ball",
            "in all of a ball of theta partial products stretch and shrink by at most twice what "
            "the bound tends to, free of L and d",
            uniform[wide],
        ),
        (
            "theorem_4_constant",
            "the constant C of Theorem 4 is at least its limit, free of L and d",
            (table["constant"] >= table["limiting_constant"])[wide],
        ),
    ):
        if len(holds):
            rows.append(_probable(claim, statement, holds, f"d >= {WIDE}, {regime}"))
    return rows + _concentration(table, regime)


def _probable(claim: str, statement: str, holds: pd.Series, regime: str) -> dict:
    """Return the claim that something holds for most draws."""
    paper = "Lemma 3" if claim.startswith("lemma") else "Theorem 4"
    return judge_interval(
        claim, f"reading: {paper}, with this study's constants",
        f"{statement}, with a probability of at least {PROBABLE}",
        f"share of the draws - {PROBABLE}",
        share_margin(holds, PROBABLE),
        len(holds), regime=regime,
    )  # fmt: skip


def _concentration(table: pd.DataFrame, regime: str) -> list[dict]:
    """Return the claim about the law of the draws, if there are at least three widths."""
    spreads = [
        np.log(table[column]).groupby([table[name] for name in CELL]).std().rename("spread")
        for column in ("largest_start", "smallest_start")
    ]
    names = ("largest", "smallest")
    spread = pd.concat(dict(zip(names, spreads, strict=True)), names=["end"]).reset_index()
    groups = ["end", "depth", "init_scale"]
    several = spread[spread.groupby(groups)["width"].transform("nunique") >= 3]
    if several.empty:
        return []
    growth = growth_exponent(several, "spread", "width", groups)
    return [
        judge_interval(
            "lemma_3_concentration", "this study: to the paper's Lemma 3",
            "the extremes of partial products scatter as 1 / sqrt(d) at most, whence a probability "
            "of exp(-C d) to be off",
            "-1/2 - exponent of the standard deviation of their logarithms in d",
            margin_below((growth.exponent, growth.low, growth.high), -0.5),
            growth.cases, regime=regime,
        )
    ]  # fmt: skip
