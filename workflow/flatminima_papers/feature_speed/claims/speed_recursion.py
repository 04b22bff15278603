"""What is claimed of residual networks of infinite width and depth."""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

NEAR = 0.02
"""How near t cos theta comes to its conjectured limit, relative."""

LARGE = 4.0
"""The factor t that counts as large."""

EXTRAPOLATED = 0.02
"""Relative: what extrapolation from two depths is good for."""

MORE = 1.1
"""By how much linear networks are clearly above ReLU networks."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `speed_recursion`, of the deepest networks."""
    del reduced
    deepest = table[table["depth"] == table["depth"].max()]
    relu, linear = (deepest[deepest["activation"] == name] for name in ("relu", "identity"))
    large = relu[relu["factor"] >= LARGE]
    both = relu.merge(linear, on="factor", suffixes=("_relu", "_linear"))
    both = both[both["factor"] >= LARGE]
    limit = "infinite width and depth, branch scale t / sqrt(L)"
    return [
        judge_cases(
            "speed_conjecture", "this study",
            "t cos theta tends to 1 for ReLU, as the authors conjecture in a notebook",
            "-|t cos theta - 1|", -(large["scaled_limit"] - 1).abs(),
            tolerance=NEAR, regime=f"{limit}, t >= {LARGE:g}",
        ),
        judge_cases(
            "speed_linear_limit", "this study",
            "for linear networks cos theta is (1 + 2 t^2 / 3)^(-1/2)",
            "-|extrapolated / closed form - 1|",
            -(linear["limit"] / linear["free_limit"] - 1).abs(),
            tolerance=EXTRAPOLATED, regime=limit,
        ),
        judge_cases(
            "speed_linear_is_more_aligned", "this study",
            "linear networks are more aligned than ReLU networks, at last by the factor sqrt(3/2)",
            f"cosine of linear / cosine of ReLU - {MORE}",
            both["limit_linear"] / both["limit_relu"] - MORE, regime=f"{limit}, t >= {LARGE:g}",
        ),
    ]  # fmt: skip
