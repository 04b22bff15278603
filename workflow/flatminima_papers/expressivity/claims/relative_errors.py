"""What is claimed of constructed, trained and linear methods."""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

USELESS = 0.9
"""A relative error beyond which a method is hardly better than the mean; 1 is the mean's."""

SMALL = 0.05
"""A relative error of this size is still seen in a figure; set after a first look."""

HIGH = 8
"""From this d on the curse is seen by kernels."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `relative_errors` by their medians."""
    del table
    high = reduced[reduced["dimension"] >= HIGH]
    kernels = high[(high["function"] == "product") & high["method"].isin(["kernel", "features"])]
    constructed = reduced[reduced["method"] == "constructed"]
    rates = reduced[
        (reduced["method"] == "trained")
        & (reduced["function"] == "maximum")
        & (reduced["width_factor"] == 1)
        & (reduced["dimension"] >= 4)
    ]
    best = rates.groupby("dimension")["median_error"].min()
    return [
        judge_cases(
            "kernels_fail_on_products", "this study",
            f"kernel and random features explain nothing of a product: errors above {USELESS:g}",
            f"error - {USELESS:g}", kernels["median_error"] - USELESS,
            regime=f"d >= {HIGH}, the coefficients given, best ridge and length",
        ),
        judge_cases(
            "construction_is_accurate", "this study",
            f"constructed networks have errors below {SMALL:g}", f"{SMALL:g} - error",
            SMALL - constructed["median_error"], regime="all dimensions",
        ),
        judge_cases(
            "training_misses", "this study",
            "training from random weights at the constructed widths does not find the maximum",
            f"median error at the best rate - {SMALL:g}", best - SMALL,
            regime="d >= 4, these rates and numbers of steps; the threshold was set after a look",
        ),
    ]  # fmt: skip
