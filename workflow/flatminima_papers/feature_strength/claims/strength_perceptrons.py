"""What is claimed of the largest learning rate at which perceptrons learn."""

import pandas as pd

from flatminima.claims import deviation_margin, judge_cases, judge_interval, margin_above
from flatminima.summaries.statistics import log_log_regression, mean_interval

__all__ = ["claims"]

SMALLEST = 1e-4
"""The largest gamma at which the headroom of catapults is claimed to be gone."""

NEAR = 0.1
"""How near the rate is to 2/S of the start there."""

LINEAR = 1.5
"""How much of 2/S of the start linear networks are clearly above."""

SMALL, LARGE = 0.1, 10.0
"""The gammas that count as small, and as large."""

ORDER = 0.05
"""How near an exponent is to what it is claimed to be."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `strength_perceptrons`."""
    del reduced
    full = table[table["batch_size"] == table["batch_size"].max()]
    small, large = full[full["strength"] <= SMALL], table[table["strength"] >= LARGE]
    bent = small[small["activation"] != "identity"]
    linear = small[small["activation"] == "identity"]
    groups = ["activation", "depth", "batch_size", "repetition"]
    start = "centred perceptrons"
    rows = []
    if len(bent):
        excess = [slope - 2 for _, slope in _exponents(bent, groups)]
        tiny = bent[bent["strength"] <= SMALLEST]
        rows += [
            judge_cases(
                "strength_no_headroom", "this study",
                "as gamma vanishes perceptrons learn up to 2/S of the start and not further",
                "-|rate / (2/S) - 1|", -(tiny["over_start"] - 1).abs(),
                tolerance=NEAR, regime=f"{start}, ReLU and GELU, gamma <= {SMALLEST:g}",
            ),
            judge_interval(
                "strength_exponent_above_two", "this study",
                "so their largest rate grows faster than gamma^2", "mean exponent - 2",
                margin_above(mean_interval(excess), 0.0), len(excess),
                regime=f"{start}, ReLU and GELU, gamma <= {SMALL:g}",
            ),
            judge_cases(
                "strength_linear_headroom", "this study",
                "linear networks catapult at every small gamma", f"rate / (2/S) - {LINEAR}",
                linear["over_start"] - LINEAR, regime=f"{start}, linear, gamma <= {SMALL:g}",
            ),
        ]  # fmt: skip
    if len(large):
        found = [slope - 2 / depth for depth, slope in _exponents(large, groups)]
        rows.append(
            judge_interval(
                "strength_large_exponent_of_perceptrons", "paper",
                "at large gamma the largest rate grows as gamma^(2/L), at every batch size",
                "-|mean exponent - 2/L|", deviation_margin(*mean_interval(found), 0), len(found),
                tolerance=ORDER, regime=f"{start}, ReLU, gamma >= {LARGE:g}",
            )
        )  # fmt: skip
        sizes = large.pivot_table(
            index=["activation", "depth", "strength", "repetition"],
            columns="batch_size",
            values="learns",
        )
        falls = sizes.div(sizes.shift(1, axis=1)).iloc[:, 1:].to_numpy().ravel()
        rows.append(
            judge_cases(
                "strength_small_batches", "this study",
                "smaller batches allow smaller rates", "rate / rate of the next smaller batch - 1",
                falls - 1, regime=f"{start}, ReLU, gamma >= {LARGE:g}",
            )
        )  # fmt: skip
    return rows


def _exponents(table: pd.DataFrame, groups: list[str]) -> list[tuple[int, float]]:
    """Return the depth of each case, with its exponent of the rate in gamma."""
    return [
        (depth, log_log_regression(group["strength"], group["learns"]).slope)
        for (_, depth, *_), group in table.groupby(groups)
    ]
