"""The claims about what holds along gradient flow, and about its end.

Claims of the paper are judged where its assumptions A1 and A2 hold, and a second time, with
``_beyond`` in their names, where they do not.
"""

import numpy as np
import pandas as pd

from flatminima.claims import (
    GROUP,
    ROUNDING,
    depths,
    deviation_margin,
    judge_cases,
    judge_interval,
    scales,
)
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

ORDER = 0.1
"""The distance of an order in the scale, fitted to the smallest scales, from the claimed one."""

SMALL_SCALES = 5
"""The number of smallest scales to which an order is fitted."""

DECAY = 1e-3
"""The relative accuracy of the rate at which the excess risk falls.  Away from its end, the
flow is linear up to about the square root of the level at which the rate is measured."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `flow_laws`."""
    del reduced
    inside = table["assumption_1"] & table["assumption_2"]
    smallest = table["init_scale"] == table.groupby(GROUP)["init_scale"].transform("min")
    rows = []
    for suffix, cases, source, regime in (
        ("", inside, "paper", "A1 and A2 hold"),
        ("_beyond", ~inside, "reading", "A1 or A2 does not hold"),
    ):
        if cases.any():
            rows += _theorem_3(table[cases], suffix, source, regime)
        if (cases & smallest).any():
            regime = f"{regime}, the smallest scale of each network"
            rows += _corollaries(table[cases & smallest], suffix, source, regime)
    return rows + _lemma_2(table) + _orders(table) + _ends(table)


def _theorem_3(flows: pd.DataFrame, suffix: str, source: str, regime: str) -> list[dict]:
    constant = flows["lojasiewicz_constant"]
    return [
        judge_cases(
            f"theorem_3{suffix}", f"{source}: Theorem 3",
            "the flow converges to a global minimiser",
            "0 if it did, -1 if not", np.where(flows["outcome"] == "converged", 0.0, -1.0),
            regime=f"{regime}; ||grad R||^2 / (R - R_min) from time 1 on is at least "
            f"{constant.min():.1e} to {constant.max():.1e}",
        ),
        judge_cases(
            f"theorem_3_rate{suffix}", f"{source}: Theorem 3, with the constant of its proof",
            "from time 1 on the excess risk falls at a rate of at least 4 lambda inf ||u_1||^2",
            "mean rate to the end / 4 lambda inf ||u_1||^2 - 1",
            flows["mean_rate"] / flows["first_layer_constant"] - 1, regime=regime,
        ),
    ]  # fmt: skip


def _corollaries(flows: pd.DataFrame, suffix: str, source: str, regime: str) -> list[dict]:
    return [
        judge_cases(
            f"corollary_2{suffix}", f"{source}: Corollary 2",
            "S at the end <= 4 (Lambda / a) S_min", "1 - S / bound",
            1 - flows["final_sharpness"] / flows["corollary_2_bound"], regime=regime,
        ),
        judge_cases(
            f"balanced_limit{suffix}", "this study",
            "S at the end tends to S_balanced <= (1 + (Lambda / a - 1) / L) S_min",
            "-|S / S_balanced - 1|",
            -(flows["final_sharpness"] / flows["balanced_sharpness"] - 1).abs(),
            tolerance=1e-3, regime=regime,
        ),
    ]  # fmt: skip


def _lemma_2(table: pd.DataFrame) -> list[dict]:
    texts = {
        "rest_share": "||W_k||_F^2 - sigma_k^2 <= E along the flow",
        "spread_share": "|sigma_j^2 - sigma_k^2| <= D along the flow",
        "misalignment_share": "1 - (v_{k+1} . u_k)^2 <= (E + 2D) / sigma_{k+1}^2 along the flow",
        "davis_kahan_share": (
            "1 - (v_{k+1} . u_k)^2 <= 4 ||D_k||^2 / (sigma_k^2 - E)^2 once sigma_k^2 > E"
        ),
    }
    regime = f"{depths(table)}, {scales(table)}"
    sources = dict.fromkeys(texts, "reading: Lemma 2, with this study's constants")
    sources["davis_kahan_share"] = "this study: sharper than the paper's Lemma 2"
    return [
        judge_cases(
            f"lemma_2_{column.removesuffix('_share')}", sources[column], statement,
            "1 - largest share of the bound along the path", 1 - table[column],
            tolerance=ROUNDING, regime=regime,
        )
        for column, statement in texts.items()
    ]  # fmt: skip


def _orders(table: pd.DataFrame) -> list[dict]:
    """Return the claims on the orders in the scale, fitted to each network and repetition."""
    texts = {
        "rest": (2, "||W_k||_F^2 - sigma_k^2 at the end is of order s^2"),
        "spread": (2, "|sigma_j^2 - sigma_k^2| at the end is of order s^2"),
        "misalignment": (4, "1 - (v_{k+1} . u_k)^2 at the end is of order s^4"),
    }
    small = []
    for _, group in table.groupby([*GROUP, "repetition"]):
        small.append(group.nsmallest(SMALL_SCALES, "init_scale"))
    largest = max(group["init_scale"].max() for group in small)
    rows = []
    for column, (order, statement) in texts.items():
        orders = [_order_in_scale(group, column) for group in small]
        mean = mean_interval(orders)
        rows.append(
            judge_interval(
                f"corollary_1_{column}", "reading: Corollary 1, with the order of this study",
                statement, f"-|mean of the orders fitted to multiples of one start - {order}|",
                deviation_margin(*mean, order), len(orders),
                tolerance=ORDER, regime=f"scales s up to {largest:g}",
            )
        )  # fmt: skip
    shares = [
        _order_in_scale(group, "lojasiewicz_constant") / (2 * group["depth"].iloc[0] - 2)
        for group in small
    ]
    rows.append(
        judge_interval(
            "theorem_3_order", "this study: to the paper's Theorem 3",
            "mu is of order s^(2L - 2): on the plateau ||grad R|| is of order s^(L - 1)",
            "-|mean of the fitted orders / (2L - 2) - 1|",
            deviation_margin(*mean_interval(shares), 1), len(shares),
            tolerance=ORDER, regime=f"scales s up to {largest:g}",
        )
    )  # fmt: skip
    return rows


def _order_in_scale(group: pd.DataFrame, column: str) -> float:
    """Return the fitted order; NaN if flows failed, which leaves a claim undecided."""
    usable = group[group[column] > 0]
    if len(usable) < 3:
        return np.nan
    return log_log_regression(usable["init_scale"], usable[column]).slope


def _ends(table: pd.DataFrame) -> list[dict]:
    regime = f"{depths(table)}, {scales(table)}"
    return [
        judge_cases(
            "layer_norms_bound", "this study",
            "S <= 2 Lambda sum_k prod_{j != k} ||W_j||^2 at the end, from any scale",
            "1 - S / bound", 1 - table["final_sharpness"] / table["layer_norms_bound"],
            tolerance=ROUNDING, regime=regime,
        ),
        judge_cases(
            "decay_rate", "this study",
            "late on its path the excess risk falls as in the linear flow with the end's Hessian",
            "-|rate / that of the linear flow - 1|",
            -(table["decay_rate"] / table["predicted_decay_rate"] - 1).abs(), tolerance=DECAY,
            regime=regime,
        ),
    ]  # fmt: skip
