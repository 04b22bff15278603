"""The claims about the mean end of long epochs."""

import pandas as pd

from flatminima.claims import deviation_margin, judge_interval, margin_above, worst_margin

__all__ = ["claims"]

NEAR = 0.1
"""The distance of the measured bias from the formula, over the size of its two parts."""

FAR = 0.3
"""The distance at which a formula is off, over the same size."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `long_epochs`, at the largest number of samples.

    What the formula leaves is of order eta, that is, of order one over the number of steps.
    """
    del reduced
    longest = table[table["samples"] == table["samples"].max()]
    cubic = longest[longest["problem"] != "perceptron"]
    regime = f"eta k = {longest['epoch_time'].max():g}, {longest['samples'].max()} samples"
    rows = [
        judge_interval(
            f"long_epoch_bias_{name}", "this study",
            f"the mean of a long epoch {sampling} is that of the formula for any length",
            "-|bias - formula| over the size of its parts, the worst of all cases",
            worst_margin(_distances(cases, "predicted_bias")), len(cases), tolerance=NEAR,
            regime=regime,
        )
        for name, sampling in (
            ("without_replacement", "without replacement"), ("with_replacement", "with replacement")
        )
        for cases in [longest[longest["sampling"] == sampling]]
    ]  # fmt: skip
    if len(cubic):
        far = [
            margin_above((-estimate, -high, -low), FAR)
            for estimate, low, high in _distances(cubic, "short_epoch_bias")
        ]
        rows.append(
            judge_interval(
                "short_epoch_formula_is_off_in_long_epochs", "control",
                "the formula at a fixed number of steps is not the bias of a long epoch",
                f"|bias - this formula| over the size, less {FAR:g}, the worst of all cases",
                worst_margin(far), len(cubic), regime=f"{regime}, cubic risks",
            )
        )  # fmt: skip
    return rows


def _distances(cases: pd.DataFrame, formula: str) -> list[tuple[float, float, float]]:
    """Return -|bias - formula| of each case, with the ends of its interval."""
    return [
        deviation_margin(row.bias, row.bias_low, row.bias_high, getattr(row, formula))
        for row in cases.itertuples()
    ]
