"""What is claimed of the largest learning rate that converges across gamma."""

import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

NEAR = 0.02
"""How near the rate comes to 2/S_min, relative."""

LARGE = {"plain": 3.0, "centred": 100.0}
"""The smallest gamma at which it is claimed to."""

OSCILLATION = 1e-3
"""How far above 2/S_min, relative, a run may oscillate at a risk that passes for converged."""

RICH = 100.0
"""The smallest gamma of the law of large ones."""

SMALL = 1e-2
"""The largest gamma of the law of small ones."""

ORDER = 0.05
"""How near an exponent is to what it is claimed to be."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `strength_critical`."""
    del reduced
    large = table[table["strength"] >= table["output"].map(LARGE)]
    groups = ["dataset", "depth", "output", "repetition"]
    lazy = _exponents(table[table["strength"] <= SMALL], groups)
    rich = _exponents(table[table["strength"] >= RICH], groups)
    mild = table[(table["strength"] >= 0.3) & (table["strength"] <= 3)]
    between = _exponents(mild, groups)
    linear = "linear networks"
    return [
        judge_cases(
            "strength_critical_bound", "this study",
            "no rate above 2/S_min converges, at any gamma", "1 - rate / (2/S_min)",
            1 - table["over_minimal"], tolerance=OSCILLATION,
            regime=f"{linear}; targets shifted by F_0 / gamma if the output is centred",
        ),
        judge_cases(
            "strength_critical_rate", "this study",
            "at large gamma the largest rate that converges is 2/S_min",
            "rate / (2/S_min) - 1", large["over_minimal"] - 1, tolerance=NEAR,
            regime=f"{linear}; gamma >= {LARGE['plain']:g}, or {LARGE['centred']:g} if centred",
        ),
        judge_interval(
            "strength_small_exponent", "paper",
            "at small gamma the largest rate grows as gamma^2", "-|mean exponent - 2|",
            deviation_margin(*mean_interval([slope for _, slope in lazy]), 2), len(lazy),
            tolerance=ORDER, regime=f"{linear}, gamma <= {SMALL:g}",
        ),
        judge_interval(
            "strength_large_exponent", "paper",
            "at large gamma it grows as gamma^(2/L)", "-|mean exponent - 2/L|",
            deviation_margin(*mean_interval([slope - 2 / depth for depth, slope in rich]), 0),
            len(rich), tolerance=ORDER, regime=f"{linear}, gamma >= {RICH:g}",
        ),
        *_neither(between),
    ]  # fmt: skip


def _exponents(table: pd.DataFrame, groups: list[str]) -> list[tuple[int, float]]:
    """Return the depth of each start, with its exponent of the rate in gamma."""
    return [
        (depth, log_log_regression(group["strength"], group["converges"]).slope)
        for (_, depth, *_), group in table.groupby(groups)
        if group["strength"].nunique() >= 3
    ]


def _neither(between: list[tuple[int, float]]) -> list[dict]:
    """Return the claim that gamma of order one obeys neither law, if there are gammas for it."""
    if not between:
        return []
    return [
        judge_cases(
            "strength_between", "this study",
            "at gamma of order one it obeys neither law",
            f"distance of the exponent from 2 and 2/L - {ORDER}",
            [min(2 - slope, slope - 2 / depth) - ORDER for depth, slope in between],
            regime="linear networks, gamma = 0.3 to 3",
        )
    ]  # fmt: skip
