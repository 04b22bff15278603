"""The claims about the drift along a valley of minimisers.

Drifts are compared in units of the speed with replacement, in every flat direction.
"""

import numpy as np
import pandas as pd

from flatminima.claims import (
    ROUNDING,
    deviation_margin,
    judge_interval,
    margin_above,
    worst_margin,
)

__all__ = ["claims"]

NEAR = 0.1
"""Relative to the speed; the distance of a drift from its leading order at these rates."""

ALIKE = 0.05
"""Relative to the speed; the meaning of "alike"."""

APART = 5.0
"""In degrees; the meaning of "in different directions"."""

DEGREES = 3.0
"""The distance of an angle from the predicted one."""

SHORT, LONG = 0.1, 5.0
"""eta k lambda_max is at most the first in short epochs and at least the second in long ones."""

CASE = ["experiment", "network", "learning_rate", "samples"]
"""The columns that rows of one valley and one length of epochs share."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `flat_drift`."""
    del reduced
    rates = f"eta <= {table['learning_rate'].max():g}"
    drawn = table[table["sampling"] == "with replacement"]
    reshuffled = table[table["sampling"] == "without replacement"]
    short = reshuffled[reshuffled["epoch_time"] <= SHORT]
    short_epochs = f"{rates}, eta k lambda_max <= {SHORT:g}"
    lengths = f"eta k lambda_max from {table['epoch_time'].min():.2g} to " + (
        f"{table['epoch_time'].max():.2g}"
    )
    rows = [
        _near(
            "flat_drift_with_replacement", "this study",
            "with replacement the drift is -2 eta^2 P E_i[T_i V J_i] a step",
            drawn, "predicted_drift", rates,
        ),
        _near(
            "flat_drift_without_replacement", "this study",
            "without replacement the drift is that of the formula for epochs of any length",
            reshuffled, "predicted_drift", f"{rates}, {lengths}",
        ),
    ]  # fmt: skip
    if len(short):
        rows.append(
            _near(
                "flat_drift_down_the_trace", "paper",
                "in short epochs sampling without replacement drifts down the trace of the "
                "noise's covariance",
                short, "trace_drift", short_epochs,
            )
        )  # fmt: skip
        rows += _brackets(_differences(drawn, short), short_epochs)
        rows += _angles(short, short_epochs)
    apart = drawn[drawn["predicted_angle"] >= APART].drop_duplicates(CASE)
    if len(apart):
        rows.append(
            judge_interval(
                "flat_drift_angle", "this study",
                "the angle between the two drifts is the predicted one",
                "-|angle - predicted angle|, in degrees",
                worst_margin(
                    deviation_margin(row.angle, row.angle_low, row.angle_high, row.predicted_angle)
                    for row in apart.itertuples()
                ),
                len(apart), tolerance=DEGREES, regime=f"{rates}, {lengths}",
            )
        )  # fmt: skip
    return rows + _long_epochs(drawn)


def _near(claim: str, source: str, statement: str, rows: pd.DataFrame, column: str, regime: str):
    """Judge whether each drift is close to a column."""
    margins = (
        np.array(deviation_margin(row.drift, row.drift_low, row.drift_high, getattr(row, column)))
        / row.speed
        for row in rows.itertuples()
    )
    return judge_interval(
        claim, source, statement, "-|drift - predicted| / speed, in each flat direction",
        worst_margin(margins), len(rows), tolerance=NEAR, regime=regime,
    )  # fmt: skip


def _differences(drawn: pd.DataFrame, short: pd.DataFrame) -> pd.DataFrame:
    """Return the drift with replacement minus that without, with its interval."""
    both = drawn.merge(short, on=[*CASE, "direction"], suffixes=("", "_other"))
    widths = ((both[f"drift_high{end}"] - both[f"drift_low{end}"]) / 2 for end in ("", "_other"))
    difference, width = both["drift"] - both["drift_other"], np.hypot(*widths)
    return both.assign(
        drift=difference, drift_low=difference - width, drift_high=difference + width
    )


def _brackets(differences: pd.DataFrame, regime: str) -> list[dict]:
    """Judge the law of the brackets, and whether drifts are alike where these vanish."""
    rows = [
        _near(
            "flat_drift_brackets", "this study",
            "the drift with replacement minus that without is a sum of Lie brackets of the "
            "outputs' gradients",
            differences, "bracket_difference", regime,
        )
    ]  # fmt: skip
    size = (differences["bracket_difference"].abs() / differences["speed"]).groupby(
        [differences[key] for key in CASE]
    )
    commuting = differences[size.transform("max") <= ROUNDING]
    if len(commuting):
        margins = (
            np.array(deviation_margin(row.drift, row.drift_low, row.drift_high, 0.0)) / row.speed
            for row in commuting.itertuples()
        )
        rows.append(
            judge_interval(
                "flat_drift_alike", "this study",
                "where the brackets vanish along the valley both samplings drift alike",
                "-|difference of the drifts| / speed, in each flat direction",
                worst_margin(margins), len(commuting), tolerance=ALIKE,
                regime=f"{', '.join(commuting['network'].unique())}; {regime}",
            )
        )  # fmt: skip
    return rows


def _angles(short: pd.DataFrame, regime: str) -> list[dict]:
    """Judge, network by network, the paper's statement that the samplings drift apart."""
    rows = []
    for network, group in short.drop_duplicates(CASE).groupby("network"):
        margins = [
            margin_above((row.angle, row.angle_low, row.angle_high), APART)
            for row in group.itertuples()
        ]
        rows.append(
            judge_interval(
                f"flat_drift_apart_{network.replace(' ', '_')}",
                # Where theory says that the two drift alike, nobody claims it.
                "control" if (group["predicted_angle"] < APART).all() else "paper",
                f"the two samplings drift in directions at least {APART:g} degrees apart",
                "angle between the two drifts, minus that, in degrees",
                worst_margin(margins), len(group), regime=f"{network}; {regime}",
            )
        )  # fmt: skip
    return rows


def _long_epochs(drawn: pd.DataFrame) -> list[dict]:
    """Judge whether the difference between the samplings fades as epochs become long."""
    margins = []
    for _, group in drawn.drop_duplicates(CASE).groupby(CASE[:-1]):
        group = group.sort_values("epoch_time")
        first, last = group.iloc[0], group.iloc[-1]
        if first["epoch_time"] <= SHORT and last["epoch_time"] >= LONG:
            angles = (first["angle"] / 2, first["angle_low"] / 2, first["angle_high"] / 2)
            others = (last["angle"], last["angle_high"], last["angle_low"])
            margins.append(tuple(np.subtract(angles, others)))
    if not margins:
        return []
    return [
        judge_interval(
            "flat_drift_long_epochs", "this study",
            "in long epochs both samplings drift nearly alike",
            "half the angle in short epochs minus the angle in long ones, in degrees",
            worst_margin(margins), len(margins),
            regime=f"eta k lambda_max <= {SHORT:g} against >= {LONG:g}",
        )
    ]  # fmt: skip
