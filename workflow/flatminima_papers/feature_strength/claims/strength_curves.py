"""What is claimed of loss curves at large gamma."""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

NEAR = 0.02
"""How near the time of the plateau is to the blow-up time at the largest gamma, relative."""

SAME = 0.01
"""A difference of two curves, of the risk over that of zero, up to which they are the same."""

OTHER = 0.05
"""One from which on they are not."""

STEPS = 0.1
"""How near the steps for a decade of gamma come to those predicted."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `strength_curves`."""
    del reduced
    firsts = table.groupby(["dataset", "depth", "strength"]).first().reset_index()
    largest = firsts[firsts["strength"] == firsts["strength"].max()]
    deep = largest[largest["depth"] > 2]
    two = firsts[firsts["depth"] == 2].sort_values("strength").tail(2)
    decades = two["half_steps"].diff().iloc[-1:] - two["steps_a_decade"].iloc[-1:]
    shifted, stretched = (_differences(table, name) for name in ("risk_share", "stretched_share"))
    last = shifted.groupby("depth").last()
    first = shifted.groupby("depth").first()
    past = stretched[stretched.index.get_level_values("depth") > 2].groupby("depth").last()
    data = "linear networks, one start, a tenth of 2/S_min"
    return [
        judge_cases(
            "strength_plateau", "this study",
            "the plateau lasts T* gamma / eta steps, with the blow-up time T* of the start",
            "-|steps eta / gamma / T* - 1|", -(deep["half_time"] / deep["blow_up_time"] - 1).abs(),
            tolerance=NEAR, regime=f"{data}, L > 2, gamma = {largest['strength'].max():g}",
        ),
        judge_cases(
            "strength_plateau_of_two_layers", "this study",
            "with two layers it lasts some steps more for each decade of gamma",
            "-|steps more - predicted|", -decades.abs(), tolerance=STEPS,
            regime=f"{data}, L = 2, the largest two gammas",
        ),
        judge_cases(
            "strength_collapse", "paper", "curves at large gamma are the same but for a shift",
            "-largest difference of the last two gammas", -last, tolerance=SAME, regime=data,
        ),
        judge_cases(
            "strength_collapse_improves", "this study", "the more so the larger gamma",
            "largest difference of the first two gammas - that of the last two", first - last,
            regime=data,
        ),
        judge_cases(
            "strength_stretching_fails", "this study",
            "they are not the same but for a stretch of time",
            f"largest difference of the last two gammas - {OTHER}", past - OTHER,
            regime=f"{data}, L > 2",
        ),
    ]  # fmt: skip


def _differences(table: pd.DataFrame, column: str) -> pd.Series:
    """Return the largest difference of the curves of neighbouring gammas, by depth and gamma."""
    curves = table.pivot_table(index=["depth", "strength"], columns="shift", values=column)
    return curves.groupby("depth").diff().abs().max(axis=1).dropna()
