"""The claims about how much flatter than gradient flow descent ends, to first order."""

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, extrapolate_to_zero, judge_cases, judge_interval
from flatminima.summaries.statistics import mean_interval

__all__ = ["claims"]

EXACT = 0.001
"""The distance from one of a ratio that tends to one: the order eta^2 at the rates of the study."""

ORDER = 0.1
"""The distance of the mean order of what is left from the claimed one."""

START = ["width", "init_scale", "repetition"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `shallow_coefficient`, by the two smallest rates of a start.

    No start is left out; one that has not converged fails.
    """
    del reduced
    pairs = [rows.nsmallest(2, "learning_rate") for _, rows in table.groupby(START)]
    limits = {
        column: np.array(
            [extrapolate_to_zero(rows["learning_rate"], rows[column]) for rows in pairs]
        )
        for column in ("flattening_ratio", "sharpness_ratio")
    }
    orders = []
    for rows in pairs:
        small, large = np.abs(rows["flattening_ratio"] - 1)
        first, second = rows["learning_rate"]
        orders.append(float(np.log(large / small) / np.log(second / first)))
    rates = table["relative_rate"].drop_duplicates().nsmallest(2).max()
    regime = f"{len(pairs)} starts, rates up to {rates:g} times 2/S of the flow's end"
    return [
        judge_cases(
            "shallow_flattening_coefficient", "this study",
            "log(Q_0 / Q) = eta Psi + O(eta^2) with an explicit integral Psi",
            "-|log(Q_0 / Q) / (eta Psi), extrapolated to eta = 0, less 1|",
            -np.abs(limits["flattening_ratio"] - 1), tolerance=EXACT, regime=regime,
        ),
        judge_cases(
            "shallow_sharpness_coefficient", "this study",
            "descent ends at 1 - K eta + O(eta^2) times the sharpness of the flow, K explicit",
            "-|drop of the sharpness / (K eta), extrapolated to eta = 0, less 1|",
            -np.abs(limits["sharpness_ratio"] - 1), tolerance=EXACT, regime=regime,
        ),
        judge_interval(
            "shallow_coefficient_order", "this study",
            "what eta Psi leaves of log(Q_0 / Q) is of order eta^2",
            "-|mean order of the relative difference between the two smallest rates - 1|",
            deviation_margin(*mean_interval(orders), 1), len(orders), tolerance=ORDER,
            regime=regime,
        ),
    ]  # fmt: skip
