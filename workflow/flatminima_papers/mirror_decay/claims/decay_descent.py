"""What is claimed of gradient descent under schedules of one dose."""

import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

ORDER = 0.1
"""How near the fitted order is to one."""

CONVERGED = 1e-10
"""The largest risk of a run that counts as converged."""

STEP = 1e-12
"""Rounding of one step."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `decay_descent`."""
    del reduced
    keys = ["problem", "depth"]
    done = table[table.groupby(keys)["risk"].transform("max") <= CONVERGED]
    orders = [
        log_log_regression(
            rows["learning_rate"].to_numpy(), rows["schedule_effect"].to_numpy()
        ).slope
        for _, rows in done.groupby(keys)
    ]
    return [
        judge_interval(
            "decay_descent_order", "this study",
            "the dose theorem holds of descent up to order eta", "-|mean fitted order - 1|",
            deviation_margin(*mean_interval(orders), 1), len(orders),
            regime="problems that converged at every rate", tolerance=ORDER,
        ),
        judge_cases(
            "decay_descent_step", "this study",
            "a step multiplies u^2 - v^2 by (1 - eta lambda)^2 - eta^2 g^2",
            "-deviation over the largest square",
            -table.loc[table["depth"] == 2, "step_defect"], regime="L = 2", tolerance=STEP,
        ),
    ]  # fmt: skip
