"""The claims about the products of layers at initialisation.

Lemma 3 of the paper is about widths above some constant, and is judged from the width `WIDE` on.
"""

import numpy as np
import pandas as pd

from flatminima.claims import FACTOR, GROWTH, WIDE, growth_claims, judge_cases, scales

__all__ = ["claims"]

NEAR = 0.1
"""The distance of logarithms, for the widest and deepest products, that means "tends to"."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `products`."""
    del reduced
    high, low = table[table["quantile"] == 0.95], table[table["quantile"] == 0.05]
    low = low.assign(shrinkage=1 / low["smallest_singular_value"])
    wide = table[table["width"] >= WIDE]
    most, least = wide[wide["quantile"] == 1], wide[wide["quantile"] == 0]
    largest = (table["width"] == table["width"].max()) & (table["depth"] == table["depth"].max())
    middle = table[largest & (table["quantile"] == 0.5)]
    regime = scales(table)
    rows = []
    for quantile, column, claim, name in (
        (high, "largest_singular_value", "lemma_3_largest",
         "the 95 % quantile of the largest singular value of partial products"),
        (low, "shrinkage", "lemma_3_smallest",
         "one over the 5 % quantile of the smallest singular value of partial products"),
    ):  # fmt: skip
        texts = (claim, "paper: Lemma 3", name)
        rows += growth_claims(quantile, column, texts, ["init_scale"], tolerance=GROWTH)
    stretch = most["largest_singular_value"] / most["limiting_largest"]
    shrinkage = least["limiting_smallest"] / least["smallest_singular_value"]
    if len(wide):
        rows.append(
            judge_cases(
                "lemma_3_uniform", "this study: to the paper's Lemma 3",
                "partial products stretch and shrink by at most twice the limit",
                "1 - stretch / (2 limit) and 1 - shrinkage / (2 limit), the smallest of all draws",
                np.minimum(1 - stretch.to_numpy() / FACTOR, 1 - shrinkage.to_numpy() / FACTOR),
                regime=f"d >= {WIDE}, {regime}",
            )
        )  # fmt: skip
    rows.append(
        judge_cases(
            "lemma_3_limit", "this study",
            f"in the largest products the extreme singular values are within about {NEAR:.0%} of "
            "those of free multiplicative Brownian motion, their limit",
            "-|log(median of the extreme / limit)|, the larger of the two",
            -np.maximum(
                np.abs(np.log(middle["largest_singular_value"] / middle["limiting_largest"])),
                np.abs(np.log(middle["smallest_singular_value"] / middle["limiting_smallest"])),
            ),
            tolerance=NEAR, regime=f"the widest and deepest products, {regime}",
        )
    )  # fmt: skip
    return rows
