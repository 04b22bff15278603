"""What is claimed of the angle in wide random perceptrons."""

import pandas as pd

from flatminima.claims import deviation_margin, judge_interval, worst_margin
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

NEAR = 0.01
"""Of a cosine: how near means over draws come to infinite width."""

LAST = 40
"""The last layer of which that is asserted: depth has to be small beside width."""

WIDE = 400
"""The smallest width of which it is."""

DEEP = 10
"""The first layer from which exponents are taken."""

ORDER = 0.1
"""How near they are to -1/2."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `speed_depth`, of the widest networks."""
    del reduced
    width = table["width"].max()
    wide = table[(table["width"] == width) & (width >= WIDE)]
    rows = []
    for activation, words in (("identity", "linear"), ("relu", "ReLU")):
        some = wide[wide["activation"] == activation]
        early = some[some["layer"] <= LAST]
        deviations = [
            deviation_margin(*mean_interval(group["cosine"].to_numpy()), group["predicted"].iloc[0])
            for _, group in early[early["layer"] > 1].groupby("layer")
        ]
        deep = some[some["layer"] >= DEEP]
        exponents = [
            log_log_regression(group["layer"].to_numpy(float), group["cosine"].to_numpy()).slope
            for _, group in deep.groupby("repetition")
        ]
        start = f"{words} perceptrons of width {width}, one sample, random starts"
        rows += [
            judge_interval(
                f"speed_perceptron_{activation}", "this study",
                "the cosine at layer l is (1 + c (l-1)(2l-1) / 6l)^(-1/2)",
                "-|mean - predicted|, worst layer", worst_margin(deviations), len(early),
                tolerance=NEAR, regime=f"{start}, layers 2 to {early['layer'].max()}",
            ),
            judge_interval(
                f"speed_exponent_{activation}", "paper",
                "the cosine falls as the inverse root of the layer", "-|mean exponent + 1/2|",
                deviation_margin(*mean_interval(exponents), -0.5), len(exponents),
                tolerance=ORDER, regime=f"{start}, from layer {DEEP} on",
            ),
        ]  # fmt: skip
    return rows
