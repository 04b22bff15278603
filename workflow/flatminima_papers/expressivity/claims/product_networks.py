"""What is claimed of products to an accuracy."""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

ORDER = (5.0, 10.0)
"""Between which M / (d log2(d / eps)) lies."""

ROUNDING = 1e-13
"""Absolute, of values up to 1."""

NEAR = 0.02
"""Relative: how near to the node error a search has to come."""

HIGH = 32
"""From this d on uniform points are taken to miss the error."""

MISSED = 10
"""By this factor at least."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `product_networks`."""
    del reduced
    whole = table[(table["budget"] == "whole") & (table["radius"] == 1)]
    searched = whole.dropna(subset="ascent_error")
    large = whole[(whole["dimension"] >= 4) & (whole["squarings"] > 2)]
    by_node = table[
        (table["budget"] == "node") & (table["radius"] == 1) & (table["dimension"] >= 4)
    ].dropna(subset="ascent_error")
    high = searched[searched["dimension"] >= HIGH]
    counts = ("parameters", "nonzeros", "hidden_layers")
    low, most = ORDER
    cube = "factors in [-1, 1]"
    rows = [
        judge_cases(
            "product_counts", "this study",
            "the product takes 16m(d - 1) + 20d - 34 non-zero parameters, and as many in all as "
            "its widths say",
            "-difference from the formulas",
            -sum(np.abs(table[name] - table[f"predicted_{name}"]) for name in counts),
            regime="d = 2^m",
        ),
        judge_cases(
            "product_certified", "this study", "the certified error is at most the accuracy",
            "1 - certified / accuracy", 1 - whole["certified"] / whole["accuracy"], regime=cube,
        ),
        judge_cases(
            "product_found", "this study", "no search finds a larger error than the certified one",
            "certified - found", searched["certified"] - searched["ascent_error"],
            regime=cube, tolerance=ROUNDING,
        ),
        judge_cases(
            "product_error_of_a_node", "this study",
            "the product is at least as wrong as one of its nodes", "found / node error - 1",
            searched["ascent_error"] / searched["node_error"] - 1, regime=cube, tolerance=NEAR,
        ),
        judge_cases(
            "product_order", "this study",
            f"non-zero parameters are {low:g} to {most:g} times d log2(d / eps)",
            "distance from the ends of that range",
            np.minimum(large["nonzeros_over_order"] - low, most - large["nonzeros_over_order"]),
            regime=f"{cube}, d = 2^m >= 4, more than two squarings",
        ),
        judge_cases(
            "product_corners", "this study", "the product is right at every corner of the cube",
            "-largest error at corners", -searched["corner_error"], regime=cube,
            tolerance=ROUNDING,
        ),
    ]  # fmt: skip
    if len(by_node):
        rows.append(
            judge_cases(
                "product_accuracy_of_nodes", "this study",
                "nodes that have the accuracy that the product is to have are not enough",
                "found / accuracy - 1", by_node["ascent_error"] / by_node["accuracy"] - 1,
                regime=f"{cube}, d >= 4",
            )
        )  # fmt: skip
    if len(high):
        rows.append(
            judge_cases(
                "product_uniform_points", "this study",
                f"uniform points show less than a {MISSED}th of the error that ascent finds",
                f"ascent / ({MISSED} uniform) - 1",
                high["ascent_error"] / (MISSED * high["uniform_error"]) - 1,
                regime=f"{cube}, d >= {HIGH}",
            )
        )  # fmt: skip
    return rows
