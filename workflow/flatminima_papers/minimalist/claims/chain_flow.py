"""The claims about where gradient flow of chains of one neuron per layer ends.

"Paper" is Yoo, Song and Yun 2025, arXiv:2506.06940.
"""

import numpy as np
import pandas as pd

from flatminima.claims import ROUNDING, judge_cases, judge_interval, margin_above

__all__ = ["claims"]

SMALL = 1e-3
"""The relative effect of a small but finite scale on the sharpness at the end."""

CONSERVED = 1e-9
"""Relative; the accuracy of the flow's solver."""

CORRELATION = 0.9
"""The smallest correlation of logarithms that counts as a prediction."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `chain_flow`."""
    del reduced
    scale = table["init_scale"].min()
    small = table[table["init_scale"] == scale]
    end, exact = table["final_sharpness"], table["balanced_sharpness"]
    between = np.minimum(exact / table["lower_bound"], table["upper_bound"] / exact) - 1
    measured = small["final_sharpness"]
    around = np.minimum(measured / small["lower_bound"], small["upper_bound"] / measured) - 1
    regime = f"scale {scale:g}"
    return [
        judge_cases(
            "minimalist_bounds", "paper",
            "the sharpness of the balanced minimiser is between the bounds by data and difficulty",
            "the smaller of S / lower bound and upper bound / S, - 1", between, tolerance=ROUNDING,
        ),
        judge_cases(
            "minimalist_flow_bounds", "paper", "gradient flow ends between the same bounds",
            "the smaller of S / lower bound and upper bound / S, - 1", around, tolerance=SMALL,
            regime=regime,
        ),
        judge_cases(
            "minimalist_flow_end", "this study",
            "gradient flow ends at the sharpness of the balanced minimiser in closed form",
            "-|S at the end / closed form - 1|", -(end / exact - 1).abs()[small.index],
            tolerance=SMALL, regime=regime,
        ),
        judge_cases(
            "minimalist_conserved", "paper",
            "gradient flow conserves the differences of the layers' squared norms",
            "-the largest change over the sum of squared norms", -table["balance_change"],
            tolerance=CONSERVED,
        ),
        judge_cases(
            "minimalist_progressive_sharpening", "paper",
            "from a small start gradient flow ends sharper than it starts",
            "S at the end / S at the start - 1", measured / small["initial_sharpness"] - 1,
            regime=regime,
        ),
        _prediction(small, regime),
    ]  # fmt: skip


def _prediction(small: pd.DataFrame, regime: str) -> dict:
    """Judge the prediction over the data, at the depth with the smallest correlation."""
    margins = []
    for _, group in small.groupby("depth"):
        means = np.log(group.groupby("dataset")[["predicted_sharpness", "final_sharpness"]].mean())
        margins.append(_correlation_margin(*means.to_numpy().T))
    return judge_interval(
        "minimalist_prediction", "paper",
        "(2/n) sigma_1^2 Q^(1-1/L) predicts the sharpness at the end over data of all difficulties",
        f"correlation of the logarithms over the data - {CORRELATION:g}, the worst depth's",
        min(margins, key=lambda margin: margin[1]), small["dataset"].nunique(), regime=regime,
    )  # fmt: skip


def _correlation_margin(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """Return the excess of a correlation over the required one, with Fisher's 95 % interval."""
    from scipy.stats import pearsonr

    if len(x) < 4:
        return (np.nan,) * 3
    found = pearsonr(x, y)
    interval = found.confidence_interval(0.95)
    return margin_above((float(found.statistic), *map(float, interval)), CORRELATION)
