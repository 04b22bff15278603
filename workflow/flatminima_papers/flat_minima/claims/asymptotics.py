"""The claims about the end of gradient flow as the network gets deeper."""

import numpy as np
import pandas as pd

from flatminima.claims import depths, judge_cases

__all__ = ["claims"]

RATIO_ROUNDING = 1e-10
"""The accuracy of S_balanced / S_min - 1, the difference of two numbers known to 1e-13."""

LIMIT = 1e-3
"""The distance of the extrapolated limit that still means "tends to"."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `asymptotics`.

    The limit is extrapolated (Richardson) from the two largest depths, L' < L: if the scaled
    excess is its limit plus a term in 1 / L, then (L e(L) - L' e(L')) / (L - L') is the limit.
    White data have no excess and are not judged.
    """
    del reduced
    deviations = []
    for _, group in table[table["moment_ratio"] > 1 + RATIO_ROUNDING].groupby("dataset"):
        deepest = group.sort_values("depth").tail(2)
        if len(deepest) < 2:
            continue
        L, e = deepest["depth"].to_numpy(), deepest["scaled_excess"].to_numpy()
        extrapolated = (L[1] * e[1] - L[0] * e[0]) / (L[1] - L[0])
        deviations.append(-np.abs(extrapolated / deepest["limiting_excess"].iloc[0] - 1))
    rows = [
        judge_cases(
            "balanced_excess_bound", "this study: sharper than the paper's Corollary 2",
            "1 <= S_balanced / S_min <= 1 + (Lambda / a - 1) / L",
            "the smaller of the ratio - 1 and the bound - the ratio",
            np.minimum(
                table["ratio_excess"], table["ratio_excess_bound"] - table["ratio_excess"]
            ),
            tolerance=RATIO_ROUNDING, regime=depths(table),
        )
    ]  # fmt: skip
    if deviations:
        rows.append(
            judge_cases(
                "balanced_excess_limit", "this study",
                "L (S_balanced / S_min - 1) tends to x - 1 - log x as the network deepens",
                "-|value extrapolated from the two largest depths / limit - 1|",
                deviations, tolerance=LIMIT, regime=depths(table),
            )
        )  # fmt: skip
    return rows
