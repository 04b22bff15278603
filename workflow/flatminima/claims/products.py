"""What is claimed of the products of layers at initialisation.

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

import numpy as np
import pandas as pd

from flatminima.claims import growth_claims, scales, verdict

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `products`."""
    del reduced
    table = table.assign(experiment="", dataset="", initialisation="residual")
    high, low = table[table["quantile"] == 0.95], table[table["quantile"] == 0.05]
    wide = table["width"] == table["width"].max()
    deep = table["depth"] == table["depth"].max()
    middle = table[wide & deep & (table["quantile"] == 0.5)]
    regime = scales(table)
    return [
        *growth_claims(
            high, "largest_singular_value", "lemma_3_largest", "paper, Lemma 3",
            "the 95 % quantile of the largest singular value of partial products", regime,
        ),
        *growth_claims(
            low.assign(shrinkage=1 / low["smallest_singular_value"]), "shrinkage",
            "lemma_3_smallest", "paper, Lemma 3",
            "one over the 5 % quantile of the smallest singular value of partial products",
            regime,
        ),
        verdict(
            "lemma_3_uniform", "ours, to the paper's Lemma 3",
            "partial products stretch and shrink by at most twice the limit, however small",
            "the smaller of 1 - largest / (2 limit) and smallest / (limit / 2) - 1 "
            "(95 % and 5 % quantiles)",
            np.minimum(
                1 - (high["largest_singular_value"] / high["limiting_largest"]).to_numpy() / 2,
                2 * (low["smallest_singular_value"] / low["limiting_smallest"]).to_numpy() - 1,
            ),
            regime=regime,
        ),
        verdict(
            "lemma_3_limit", "ours",
            "the extreme singular values tend to those of free multiplicative Brownian motion",
            "-|log(median of the extreme / limit)|, the larger of the two",
            -np.maximum(
                np.abs(np.log(middle["largest_singular_value"] / middle["limiting_largest"])),
                np.abs(np.log(middle["smallest_singular_value"] / middle["limiting_smallest"])),
            ),
            tolerance=0.1, regime=f"the widest and deepest products, {regime}",
        ),
    ]  # fmt: skip
