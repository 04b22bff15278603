"""What is claimed of how the sensitivity of features depends on the output scale."""

import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

IDENTITY = 1e-12
"""Relative; what an identity is good for in float64."""

ORDER = 0.1
"""How near an exponent is to what it is claimed to be."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `speed_rules`."""
    del reduced
    rows = [
        judge_cases(
            "speed_sensitivity", "this study",
            "features move by 1 / (sqrt(m) ||b|| cos theta) while the loss falls by one",
            "-|sensitivity / formula - 1|", -(table["sensitivity"] / table["formula"] - 1).abs(),
            tolerance=IDENTITY, regime="ReLU perceptrons, rates 1 / (L ||g_k||^2)",
        )
    ]  # fmt: skip
    for output, exponent, words in (
        ("mean_field", 0.5, "with the output 1/m it grows as the root of the depth"),
        ("standard", 0.5, "with the output 1/sqrt(m) as well"),
        ("rescaled", 0, "with the output 1 / (m cos theta) it does not depend on the depth"),
    ):
        some = table[table["output"] == output]
        found = [
            log_log_regression(
                group["depth"].to_numpy(float), group["sensitivity"].to_numpy()
            ).slope
            for _, group in some.groupby("repetition")
        ]
        rows.append(
            judge_interval(
                f"speed_sensitivity_{output}", "this study", words,
                f"-|mean exponent - {exponent}|", deviation_margin(*mean_interval(found), exponent),
                len(found), tolerance=ORDER, regime="ReLU perceptrons, random starts",
            )
        )  # fmt: skip
    return rows
