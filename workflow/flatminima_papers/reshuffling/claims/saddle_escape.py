"""The claims about how runs leave a strict saddle.

The paper's escape in expectation is a statement about the mean. Single runs behave differently, and
both are judged.
"""

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, judge_interval, worst_margin

__all__ = ["claims"]

NEAR = 0.25
"""The relative distance of the mean after one epoch from its leading order."""

LEAVING = (0.1, 0.9)
"""Runs are leaving while the share of runs with replacement outside is between these."""

CASE = ["experiment", "saddle", "samples", "learning_rate", "epoch"]
"""The columns that rows of the same time at the same saddle share."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `saddle_escape`."""
    del reduced
    without = table[table["sampling"] == "without replacement"]
    others = table[table["sampling"] != "without replacement"]
    both = others.merge(without, on=CASE, suffixes=("_other", ""))
    first = without[without["epoch"] == 1]
    first = first[
        first["learning_rate"] == first.groupby("saddle")["learning_rate"].transform("min")
    ]
    epochs = f"each of {table['epoch'].max()} epochs, {table['runs'].min()} runs or more"
    rows = [
        judge_interval(
            "saddle_mean_formula", "this study: to the paper's escape in expectation",
            f"after one epoch the mean without replacement is within {NEAR:.0%} of the "
            "second-order formula",
            "-|mean / formula - 1|",
            worst_margin(
                deviation_margin(
                    row.mean / row.predicted_mean,
                    row.mean_low / row.predicted_mean,
                    row.mean_high / row.predicted_mean,
                    target=1,
                )
                for row in first.itertuples()
            ),
            len(first), tolerance=NEAR, regime="one epoch, the smallest rate of each saddle",
        ),
        judge_interval(
            "saddle_mean_escapes", "paper",
            "without replacement the mean leaves the saddle, ahead of sampling with replacement "
            "and of Gaussian noise",
            "(mean without - mean of the other) / mean without",
            worst_margin(_lead(row) for row in both.itertuples()), len(both), regime=epochs,
        ),
        judge_interval(
            "saddle_smaller_variance", "paper",
            "runs spread less without replacement",
            "standard deviation of the other / standard deviation without - 1",
            worst_margin(
                (
                    row.spread_other / row.spread - 1,
                    row.spread_low_other / row.spread_high - 1,
                    row.spread_high_other / row.spread_low - 1,
                )
                for row in both.itertuples()
            ),
            len(both), regime=epochs,
        ),
    ]  # fmt: skip
    return rows + _single_runs(table, both)


def _lead(row) -> tuple[float, float, float]:
    """Return the relative lead of the mean without replacement, with its interval."""
    difference = row.mean - row.mean_other
    width = np.hypot(row.mean_high - row.mean_low, row.mean_high_other - row.mean_low_other) / 2
    ends = np.array([difference, difference - width, difference + width])
    return tuple(ends / abs(row.mean))


def _single_runs(table: pd.DataFrame, both: pd.DataFrame) -> list[dict]:
    """Judge whether single runs leave sooner, and whether they leave later."""
    drawn = table[table["sampling"] == "with replacement"]
    leaving = drawn.loc[drawn["share_outside"].between(*LEAVING), CASE]
    both = both.merge(leaving, on=CASE)
    if both.empty:
        return []
    later = [
        (
            row.share_outside_other - row.share_outside,
            row.share_low_other - row.share_high,
            row.share_high_other - row.share_low,
        )
        for row in both.itertuples()
    ]
    sooner = [(-middle, -high, -low) for middle, low, high in later]
    regime = "while {:.0%} to {:.0%} of the runs with replacement are outside".format(*LEAVING)
    return [
        judge_interval(
            "saddle_single_runs_leave_sooner", "reading: of single runs",
            "single runs leave sooner without replacement than with it, or with Gaussian noise",
            "share outside without - share outside of the other",
            worst_margin(sooner), len(both), regime=regime,
        ),
        judge_interval(
            "saddle_single_runs_leave_later", "this study",
            "single runs leave later without replacement than with it, or with Gaussian noise",
            "share outside of the other - share outside without",
            worst_margin(later), len(both), regime=regime,
        ),
    ]  # fmt: skip
