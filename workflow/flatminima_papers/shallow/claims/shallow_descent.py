"""The claims about descent on two layers and one feature.

"Paper" is Beneventano and Woodworth 2025, arXiv:2501.09137.
"""

import numpy as np
import pandas as pd

from flatminima.claims import ROUNDING, judge_cases, judge_interval
from flatminima.summaries.statistics import mean_interval

__all__ = ["claims"]

RECURSION = 1e-13
"""Relative to the squared norms: some hundred roundings."""

RATE = 1e-5
"""The effect of a late error of at most 1e-5 on the linear rate."""

PRODUCT = 1e-10
"""Relative to Q at the start: the rounding of some thousand factors."""

SMALL_MOVE = 0.2
"""The largest eta |epsilon| of a small step."""

SMALL_ORDER = 0.03
"""The relative distance of the flattening by small steps from eta^2 sum epsilon^2."""

LARGEST_MOVE = 2**0.5
"""The eta |epsilon| below which a step decreases Q."""

BEYOND = 1.5
"""Relative to 2/S of the flow's limit; up to this rate descent still converges."""

BELOW_MINIMAL = 0.9
"""Relative to 2/S_min, above which no rate converges."""

FEWEST_RATES = 4
"""The smallest number of rates of one start from which a correlation is judged."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `shallow_descent`."""
    del reduced
    converged = table[table["outcome"] == "converged"]
    return [*_recursions(table), *_ends(table, converged), *_speed(table, converged)]


def _recursions(table: pd.DataFrame) -> list[dict]:
    statements = {
        "error": "epsilon <- epsilon (1 - eta lambda + eta^2 epsilon (epsilon + Phi))",
        "norm": "lambda <- (1 + eta^2 epsilon^2) lambda - 4 eta epsilon (epsilon + Phi)",
        "imbalance": "Q <- |1 - eta^2 epsilon^2| Q",
        "feature": "each a_i^2 - b_i^2 is multiplied by 1 - eta^2 epsilon^2",
    }
    return [
        judge_cases(
            f"shallow_{name}_recursion", "paper", f"a step of gradient descent is {statement}",
            "-the largest relative difference of all steps", -table[f"{name}_defect"],
            tolerance=RECURSION, regime="all steps of all runs, diverging ones too",
        )
        for name, statement in statements.items()
    ]  # fmt: skip


def _ends(table: pd.DataFrame, converged: pd.DataFrame) -> list[dict]:
    below = converged["flow_sharpness"] / converged["limit_sharpness"] - 1
    contracting = converged["largest_move"] < LARGEST_MOVE
    edge = converged["two_over_learning_rate"] / converged["limit_sharpness"] - 1
    rows = [
        judge_cases(
            "shallow_flow_conserves", "paper",
            "gradient flow ends at the sharpness sqrt(Q_0^2 + 4 Phi^2)",
            "-|S at the end of the flow / closed form - 1|",
            -(table["flow_end_sharpness"] / table["flow_sharpness"] - 1).abs(),
            tolerance=ROUNDING,
        ),
        judge_cases(
            "shallow_sharpness_at_the_end", "paper",
            "at the end of descent the sharpness is the squared norm, sqrt(Q^2 + 4 Phi^2)",
            "-the larger of |S / squared norm - 1| and |S / closed form - 1|",
            -np.maximum(
                (converged["final_sharpness"] / converged["final_squared_norm"] - 1).abs(),
                (converged["final_sharpness"] / converged["limit_sharpness"] - 1).abs(),
            ),
            tolerance=ROUNDING, regime="runs that converge",
        ),
        judge_cases(
            "shallow_below_the_flow", "paper",
            "descent ends at a flatter minimum, of smaller norm, than the flow from the same start",
            "S of the flow / S of descent - 1", below[contracting],
            regime="runs that converge with eta |epsilon| < sqrt(2), so that Q falls, at each step",
        ),
        judge_cases(
            "shallow_edge_of_stability", "paper", "descent ends at a sharpness of at most 2/eta",
            "2 / (eta S) - 1", edge, regime="runs that converge",
        ),
    ]  # fmt: skip
    if not contracting.all():
        rows.append(
            judge_cases(
                "shallow_below_the_flow_beyond", "reading: beyond the regime in which Q falls",
                "descent ends at a flatter minimum than the flow from the same start",
                "S of the flow / S of descent - 1", below[~contracting],
                regime="runs that converge with eta |epsilon| >= sqrt(2) at some step",
            )
        )  # fmt: skip
    return rows


def _speed(table: pd.DataFrame, converged: pd.DataFrame) -> list[dict]:
    near = table[table["first_move"] < LARGEST_MOVE]
    below = near[near["relative_rate"] < 1]
    beyond = near[
        near["relative_rate"].between(1, BEYOND, inclusive="right")
        & (near["learning_rate"] * near["minimal_sharpness"] < 2 * BELOW_MINIMAL)
    ]
    timed = converged.dropna(subset="rate")
    small = converged[converged["largest_move"] <= SMALL_MOVE]
    lost = converged["initial_imbalance"] * np.exp(-converged["path_flattening"])
    start = "eta |epsilon| < sqrt(2) at the start"
    return [
        judge_cases(
            "shallow_converges", "paper", "descent converges at rates below 2/S of the flow's end",
            "-|epsilon| at the end", -below["final_error"].abs(), tolerance=1e-12,
            regime=f"rates below 2/S, {start}",
        ),
        judge_cases(
            "shallow_converges_beyond", "reading: the bounds are this study's",
            "descent converges at rates above 2/S of the flow's end",
            "-|epsilon| at the end", -beyond["final_error"].abs(), tolerance=1e-12,
            regime=f"rates up to {BEYOND:g} of 2/S and {BELOW_MINIMAL:g} of 2/S_min, {start}",
        ),
        judge_cases(
            "shallow_linear_rate", "reading: the linearisation at the end",
            "at last each step multiplies the error by |1 - eta S| with S at the end of descent",
            "-|measured factor - |1 - eta S||", -(timed["rate"] - timed["predicted_rate"]).abs(),
            tolerance=RATE, regime="runs that converge, errors from 1e-5 to 1e-9",
        ),
        judge_cases(
            "shallow_trade_off", "paper",
            "log(Q_0 / Q) at the end is -sum of log|1 - eta^2 epsilon^2| over the steps",
            "-|difference of Q at the end| / Q_0",
            -(converged["final_imbalance"] - lost).abs() / converged["initial_imbalance"],
            tolerance=PRODUCT, regime="runs that converge",
        ),
        judge_cases(
            "shallow_trade_off_small_rates", "paper",
            "log(Q_0 / Q) at the end is about eta^2 times the sum of epsilon^2",
            "-|ratio - 1|", -(small["small_flattening"] / small["flattening"] - 1).abs(),
            tolerance=SMALL_ORDER, regime=f"eta |epsilon| <= {SMALL_MOVE:g} at each step",
        ),
        _slower_is_flatter(converged),
    ]  # fmt: skip


def _slower_is_flatter(converged: pd.DataFrame) -> dict:
    """Judge whether, among overshooting rates of one start, slower ones flatten more."""
    overshooting = converged[
        (converged["rate_of_the_limit"] > 1)
        & (converged["relative_rate"] < 1)
        & (converged["largest_move"] < LARGEST_MOVE)
    ]
    correlations = [
        group["steps_to_converge"].corr(group["flattening"], method="spearman")
        for _, group in overshooting.groupby(["width", "init_scale", "repetition"])
        if len(group) >= FEWEST_RATES
    ]
    return judge_interval(
        "shallow_slower_is_flatter", "paper",
        "of rates that overshoot, those that converge slower end flatter",
        "mean rank correlation of the steps with log(Q_0 / Q), over the starts",
        mean_interval(correlations), len(correlations),
        regime="eta S > 1 at the end, rates below 2/S of the flow's end",
    )  # fmt: skip
