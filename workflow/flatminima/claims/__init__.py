"""Verdicts on statements, from the numbers that were measured.

A claim says that a number, its margin, is not below minus a tolerance.  Where the margin is
computed, its worst case decides.  Where it is estimated, the ends of its 95 % interval do:

    holds      the whole interval is on the right side,
    fails      the whole interval is on the wrong side,
    undecided  the interval contains the edge.

These verdicts are each at 95 %.  A paper has many claims, and some of many intervals miss by
chance.  So the column ``verdict_together`` repeats the verdict at a level at which all intervals of
a paper are right together with 95 % (Bonferroni): each is widened about its estimate by the ratio
of the quantiles of the normal distribution.  What is the same in both columns does not rest on how
many claims there are.

A claim is of one of the `KINDS`.  Only where the kind is ``paper`` does a claim that fails
contradict what a paper states in its own regime.

A margin without statistics is an interval of length zero and never undecided.  A tolerance covers
rounding, or is the stated meaning of "tends to" or "does not grow".  It belongs to the claim.  The
regime in which a claim is asserted is a column.

The module ``flow`` judges measurements of the kind ``flow``.  Its function ``claims`` takes their
concatenated tables and the table to which they are reduced, and returns one row per claim.
"""

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from flatminima.core.columns import Column, Words, typed
from flatminima.core.kinds import modules
from flatminima.summaries.growth import growth_exponent
from flatminima.summaries.statistics import probability

__all__ = [
    "CLAIM_COLUMNS",
    "FACTOR",
    "GROUP",
    "GROWTH",
    "KINDS",
    "ROUNDING",
    "WIDE",
    "depths",
    "deviation_margin",
    "extrapolate_to_zero",
    "growth_claims",
    "judge",
    "judge_cases",
    "judge_interval",
    "margin_above",
    "margin_below",
    "scales",
    "share_margin",
    "worst_margin",
]

CLAIM_COLUMNS = (
    Column("claim", "str"),
    Column("paper", "str"),
    Column("kind", "str"),
    Column("source", "str"),
    Column("statement", "str"),
    Column("measured", "str"),
    Column("regime", "str"),
    Column("cases", "int64"),
    Column("margin"),
    Column("margin_low", words=Words("margin, 95 % interval, low")),
    Column("margin_high", words=Words("margin, 95 % interval, high")),
    Column("tolerance"),
    Column("verdict", "str"),
    Column("verdict_together", "str", words=Words("verdict, all claims of the paper together")),
)
"""The columns of the table of claims; a verdict is ``holds``, ``fails`` or ``undecided``."""

KINDS = {
    "paper": "a statement of a paper, in its regime",
    "reading": "how this study reads a paper: with its own constants, or beyond the paper's regime",
    "this study": "a statement of this study",
    "control": "what should differ where a statement is right; nobody claims it",
    "estimator": "an inequality that is certain; it tests how the numbers are computed",
}
"""The kinds of claims. A claim names its kind before the colon of its source."""

ROUNDING = 1e-8
"""The relative accuracy of a sharpness that is an eigenvalue of a Hessian."""

WIDE = 16
"""The smallest width d for which the paper's Lemma 3 is judged."""

GROWTH = 0.05
"""What "does not grow" means: the exponent of a power law is at most this."""

FACTOR = 2
"""What "uniformly" means in Lemma 3: within this factor of the limit of wide and deep products."""

GROUP = ["experiment", "dataset", "initialisation", "depth", "width"]
"""The columns that rows of the same network share."""


def judge(
    paper: str, tables: dict[str, pd.DataFrame], reduced: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """Judge all measurements of a paper.

    Args:
        paper: Its name.
        tables: The concatenated measurements of each kind.
        reduced: For each kind the table to which its tables are reduced, if any.

    Returns:
        One row per claim, in the order of the kinds.
    """
    rows = [
        row | {"paper": paper}
        for kind, table in tables.items()
        if kind in modules("claims")
        for row in import_module(modules("claims")[kind]).claims(table, reduced.get(kind))
    ]
    estimated = sum(row["margin_low"] != row["margin_high"] for row in rows)
    widening = norm.isf(0.025 / max(estimated, 1)) / norm.isf(0.025)
    rows = [row | _kind(row) | {"verdict_together": _widened(row, widening)} for row in rows]
    types = typed(CLAIM_COLUMNS)
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _kind(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the kind of a claim, and what else its source says."""
    kind, _, source = row["source"].partition(": ")
    if kind not in KINDS:
        raise ValueError(f"claim {row['claim']} is of the kind {kind!r}; allowed: {[*KINDS]}")
    return {"kind": kind, "source": source or kind}


def _widened(row: Mapping[str, Any], widening: float) -> str:
    """Return the verdict on a claim whose interval is widened about its estimate."""
    if np.isnan(row["margin"]):
        return row["verdict"]
    low, high = (
        row["margin"] + widening * (row[end] - row["margin"])
        for end in ("margin_low", "margin_high")
    )
    return _verdict(low, high, row["tolerance"])


def _verdict(low: float, high: float, tolerance: float) -> str:
    """Return the verdict on a margin between two ends; an end that is NaN leaves it undecided."""
    if low >= -tolerance:
        return "holds"
    return "fails" if high < -tolerance else "undecided"


def judge_cases(
    claim: str,
    source: str,
    statement: str,
    measured: str,
    margins: Sequence[float] | np.ndarray | pd.Series,
    *,
    regime: str = "all cases",
    tolerance: float = 0.0,
) -> dict:
    """Judge a claim about every case by its worst case.

    Args:
        claim: Its identifier.
        source: Its kind (see `KINDS`), and where it is stated after a colon: ``paper: Lemma 1``.
        statement: What is claimed.
        measured: The meaning of the margin.
        margins: One per case, negative on the wrong side. NaN means that a measurement is
            missing, and fails.
        regime: The cases for which it is asserted.
        tolerance: How far on the wrong side still holds: rounding, or the stated meaning of
            "tends to".

    Returns:
        A row of the table of claims, without the paper.

    Raises:
        ValueError: If there is no case.

    Examples:
        >>> row = judge_cases("c", "this study", "x >= 1", "x - 1", [0.5, 0.1, -0.2])
        >>> row["verdict"], row["margin"], row["cases"]
        ('fails', -0.2, 3)
    """
    margins = np.asarray(margins, dtype=np.float64)
    if len(margins) == 0:
        raise ValueError(f"claim {claim} has no case")
    worst = float(margins.min())  # NaN if any is
    return {
        "claim": claim,
        "source": source,
        "statement": statement,
        "measured": measured,
        "regime": regime,
        "cases": len(margins),
        "margin": worst,
        "margin_low": worst,
        "margin_high": worst,
        "tolerance": tolerance,
        "verdict": "holds" if worst >= -tolerance else "fails",
    }


def judge_interval(
    claim: str,
    source: str,
    statement: str,
    measured: str,
    margin: tuple[float, float, float],
    cases: int,
    *,
    regime: str = "all cases",
    tolerance: float = 0.0,
) -> dict:
    """Judge a claim about an estimate by the ends of its interval.

    Args:
        claim: Its identifier.
        source: Its kind (see `KINDS`), and where it is stated after a colon: ``paper: Lemma 1``.
        statement: What is claimed.
        measured: The meaning of the margin.
        margin: Its estimate and the ends of its 95 % interval, low and high. Ends that are
            NaN (too few cases for an interval) leave the claim undecided.
        cases: The number of cases from which it is estimated.
        regime: As for `judge_cases`.
        tolerance: As for `judge_cases`.

    Returns:
        A row of the table of claims, without the paper.

    Raises:
        ValueError: If there is no case.

    Examples:
        The claim is that an exponent, estimated as 0.02, is at most 0.05.  Known to 0.02, it is.

        >>> texts = ("c", "this study", "x does not grow", "-exponent")
        >>> judge_interval(*texts, (-0.02, -0.04, 0.0), 9, tolerance=0.05)["verdict"]
        'holds'
        >>> judge_interval(*texts, (-0.02, -0.30, 0.26), 9, tolerance=0.05)["verdict"]
        'undecided'
    """
    if cases == 0:
        raise ValueError(f"claim {claim} has no case")
    estimate, low, high = map(float, margin)
    return {
        "claim": claim,
        "source": source,
        "statement": statement,
        "measured": measured,
        "regime": regime,
        "cases": cases,
        "margin": estimate,
        "margin_low": low,
        "margin_high": high,
        "tolerance": tolerance,
        "verdict": _verdict(low, high, tolerance),
    }


def deviation_margin(
    estimate: float, low: float, high: float, target: float
) -> tuple[float, float, float]:
    """Return the margin -|x - target| of an estimate x, with the ends of its interval.

    Args:
        estimate: x.
        low: The lower end of its interval.
        high: The upper end.
        target: The claimed value.

    Examples:
        >>> [round(end, 9) for end in deviation_margin(2.1, 1.9, 2.3, target=2.5)]
        [-0.4, -0.6, -0.2]
    """
    ends = np.abs(np.array([low, high]) - target)
    nearest = 0.0 if low <= target <= high else ends.min()
    return -abs(estimate - target), -float(ends.max()), -float(nearest)


def margin_above(interval: Sequence[float], least: float) -> tuple[float, float, float]:
    """Return the margin x - least of an estimate x, with the ends of its interval.

    Args:
        interval: x and the lower and upper end of its interval.
        least: The claimed lower bound of x.

    Examples:
        >>> margin_above((2.0, 1.5, 2.5), 1.0)
        (1.0, 0.5, 1.5)
    """
    estimate, low, high = interval
    return estimate - least, low - least, high - least


def margin_below(interval: Sequence[float], most: float) -> tuple[float, float, float]:
    """Return the margin most - x of an estimate x, with the ends of its interval.

    Examples:
        >>> margin_below((2.0, 1.5, 2.5), 3.0)
        (1.0, 0.5, 1.5)
    """
    estimate, low, high = interval
    return most - estimate, most - high, most - low


def share_margin(true: Sequence[bool], least: float) -> tuple[float, float, float]:
    """Return the margin of the claim that something is true of at least a share of all cases.

    Args:
        true: Whether it is true of each case.
        least: The share that is claimed.
    """
    share = probability(int(np.sum(true)), len(true))
    return margin_above((share["mean"], share["low"], share["high"]), least)


def extrapolate_to_zero(places: Sequence[float], values: Sequence[float]) -> float:
    """Return the value at zero of the line through two points (Richardson).

    Examples:
        >>> extrapolate_to_zero((1.0, 2.0), (5.0, 7.0))
        3.0
    """
    (first, second), (one, other) = places, values
    return float((second * one - first * other) / (second - first))


def worst_margin(margins: Iterable[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Return the margin of a claim about every case, each an estimate with its interval.

    It holds if all intervals are on the right side, and fails if one is on the wrong side.

    Examples:
        >>> worst_margin([(0.2, 0.1, 0.3), (0.3, -0.1, 0.7)])
        (0.2, -0.1, 0.3)
    """
    estimates, lows, highs = zip(*margins, strict=True)
    return min(estimates), min(lows), min(highs)


def growth_claims(
    table: pd.DataFrame,
    column: str,
    texts: tuple[str, str, str],
    shared: Sequence[str],
    *,
    tolerance: float,
    regime: str = "",
) -> list[dict]:
    """Return the claims that a column grows neither with the depth nor with the width.

    Each is judged if there are at least three depths, or widths.

    Args:
        table: One row per draw.
        column: The positive quantity that might grow.
        texts: The beginning of the claim's name, its source, and the meaning of the column.
        shared: The columns, besides depth and width, in which compared rows must agree.
        tolerance: "Does not grow" means that the exponent of a power law is at most this.
        regime: As for `judge_cases`; the judged sizes and scales are added.
    """
    claim, source, name = texts
    rows = []
    for axis, other in (("depth", "width"), ("width", "depth")):
        groups = [*shared, other]
        several = table[table.groupby(groups)[axis].transform("nunique") >= 3]
        if len(several):
            growth = growth_exponent(several, column, axis, groups)
            parts = [regime, _values(several, axis), scales(several)]
            rows.append(
                judge_interval(
                    f"{claim}_{axis}", source, f"{name} does not grow with the {axis}",
                    f"-exponent of its growth, over the larger half of the {axis}s",
                    (-growth.exponent, -growth.high, -growth.low), growth.cases,
                    tolerance=tolerance, regime=", ".join(filter(None, parts)),
                )
            )  # fmt: skip
    return rows


def scales(table: pd.DataFrame) -> str:
    """Say which scales of the initialisation a table has."""
    lowest, highest = table["init_scale"].min(), table["init_scale"].max()
    return f"scales {lowest:g} to {highest:g}" if lowest < highest else f"scale {lowest:g}"


def depths(table: pd.DataFrame) -> str:
    """Say which depths a table has."""
    return _values(table, "depth")


def _values(table: pd.DataFrame, axis: str) -> str:
    lowest, highest = table[axis].min(), table[axis].max()
    symbol = {"depth": "L", "width": "d"}[axis]
    return f"{symbol} = {lowest} to {highest}" if lowest < highest else f"{symbol} = {lowest}"
