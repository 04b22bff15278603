"""The claims about how stochastic gradient descent forgets irrelevant inputs."""

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval
from flatminima.summaries.statistics import mean_interval
from flatminima_papers.support_learning.claims._limits import at_rate_zero

__all__ = ["claims"]

NEAR = 0.1
"""The distance of the measured rate from the predicted one (relative), and of an exponent."""

EXACT = 0.03
"""The distance from one of a ratio that "tends to one"."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `support_law`."""
    del reduced
    noisy, plain = table[table["noise"] == "fresh"], table[table["noise"] == "none"]
    regime = "two linear layers from a minimum, Sigma = I, fresh label noise, no clipping"
    ratios = [
        (deviation_margin(*mean_interval(group["ratio"]), 1), len(group))
        for _, group in noisy.groupby(["dataset", "batch_size", "learning_rate"])
    ]
    worst, cases = min(ratios, key=lambda item: item[0][1])
    starts = [group for _, group in noisy.groupby(["dataset", "repetition"])]
    in_the_rate, in_the_batch_size = np.transpose([_exponents(start) for start in starts])
    limits = [
        (deviation_margin(*at_rate_zero(group), 1), len(group))
        for _, group in noisy.groupby(["dataset", "batch_size"])
        if group["learning_rate"].nunique() > 1
    ]
    rows = [
        judge_interval(
            "irrelevant_columns_decay_at_the_rate_of_the_law", "this study",
            "at a minimum the irrelevant columns shrink by 2 eta^2 s^2 / b a step",
            "-|mean of measured over predicted rate - 1|, the worst of all batch sizes and rates",
            worst, cases, tolerance=NEAR, regime=regime,
        ),
        *(
            judge_interval(
                claim, "paper", f"the rate goes like {law}",
                f"-|fitted exponent - ({power})|, its interval over the starts",
                deviation_margin(*mean_interval(exponents), power), len(exponents),
                tolerance=NEAR, regime=regime,
            )
            for claim, law, power, exponents in (
                ("decay_is_of_second_order", "eta^2", 2, in_the_rate),
                ("decay_is_inverse_to_the_batch_size", "1 / b", -1, in_the_batch_size),
            )
        ),
        judge_cases(
            "gradient_descent_keeps_irrelevant_columns", "control",
            "without noise the same starts stay where they are: the gradient is zero at a minimum",
            "-|change of the logarithm of their norm|",
            -np.abs(plain["rate"] * plain["steps"]), tolerance=1e-9,
            regime="two linear layers from a minimum",
        ),
    ]  # fmt: skip
    if limits:
        limit, runs = min(limits, key=lambda item: item[0][1])
        rows.append(
            judge_interval(
                "law_of_the_decay_is_exact_as_the_rate_vanishes", "this study",
                "the measured over the predicted rate of decay tends to 1 as eta tends to 0",
                "-|line through the ratios at eta = 0, less 1|, the worst of all batch sizes",
                limit, runs, tolerance=EXACT, regime=regime,
            )
        )  # fmt: skip
    return rows


def _exponents(runs: pd.DataFrame) -> np.ndarray:
    """Return the p and q of rate ~ eta^p b^q, fitted to the runs from one start."""
    powers = np.log(runs[["learning_rate", "batch_size"]].to_numpy(dtype=np.float64))
    design = np.column_stack([powers, np.ones(len(runs))])
    return np.linalg.lstsq(design, np.log(runs["rate"].to_numpy()), rcond=None)[0][:2]
