"""Three verdicts: a claim holds, fails, or is undecided by its numbers.

A claim says that a number, its margin, is not below minus a tolerance.  Where the margin is
computed, its worst case decides.  Where it is estimated, the ends of its 95 % interval do:

    holds      the whole interval is on the right side,
    fails      the whole interval is on the wrong side,
    undecided  the interval contains the edge.

A margin without statistics is an interval of no length, never undecided.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from flatminima.statistics import CONFIDENCE

__all__ = [
    "CLAIM_COLUMNS",
    "ROUNDING",
    "claims_table",
    "deviation_margin",
    "judge_cases",
    "judge_interval",
    "mean_interval",
]

CLAIM_COLUMNS = {
    "claim": "str",
    "source": "str",
    "statement": "str",
    "measured": "str",
    "regime": "str",
    "cases": "int64",
    "margin": "float64",
    "margin_low": "float64",
    "margin_high": "float64",
    "tolerance": "float64",
    "verdict": "str",
}
"""The columns of a table of claims."""

ROUNDING = 1e-8
"""Relative; what the sharpness of a network, by an eigenvalue of its Hessian, is good for."""


def judge_cases(
    claim: str,
    source: str,
    statement: str,
    measured: str,
    margins: Sequence[float] | np.ndarray | pd.Series,
    *,
    tolerance: float = 0.0,
    regime: str = "all cases",
) -> dict:
    """Judge a claim about every case by its worst case.

    Args:
        claim: Its identifier.
        source: The paper's statement, or ``this study``.
        statement: What is claimed.
        measured: What the margin is.
        margins: One a case, negative on the wrong side; NaN (nothing to measure where there
            should be something) fails.
        tolerance: How far on the wrong side still holds: rounding, or the stated meaning of
            "tends to".
        regime: For which cases it is asserted.

    Returns:
        A row with `CLAIM_COLUMNS`.

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
    tolerance: float = 0.0,
    regime: str = "all cases",
) -> dict:
    """Judge a claim about an estimate by the ends of its interval.

    Args:
        claim: Its identifier.
        source: The paper's statement, or ``this study``.
        statement: What is claimed.
        measured: What the margin is.
        margin: Its estimate and the ends of its 95 % interval, low and high. Ends that are
            NaN (too few cases for an interval) leave the claim undecided.
        cases: From how many cases it is estimated.
        tolerance: As for `judge_cases`.
        regime: As for `judge_cases`.

    Returns:
        A row with `CLAIM_COLUMNS`.

    Raises:
        ValueError: If there is no case.

    Examples:
        A growth exponent of 0.02 may be at most 0.05: so it is, if it is known to 0.02.

        >>> texts = ("c", "this study", "x does not grow", "-exponent")
        >>> judge_interval(*texts, (-0.02, -0.04, 0.0), 9, tolerance=0.05)["verdict"]
        'holds'
        >>> judge_interval(*texts, (-0.02, -0.30, 0.26), 9, tolerance=0.05)["verdict"]
        'undecided'
    """
    if cases == 0:
        raise ValueError(f"claim {claim} has no case")
    estimate, low, high = map(float, margin)
    verdict = "undecided"
    if low >= -tolerance:
        verdict = "holds"
    elif high < -tolerance:
        verdict = "fails"
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
        "verdict": verdict,
    }


def deviation_margin(
    estimate: float, low: float, high: float, target: float
) -> tuple[float, float, float]:
    """Return the margin -|x - target| of an estimate x, with the ends of its interval.

    Args:
        estimate: x.
        low: The lower end of its interval.
        high: The upper end.
        target: What it is claimed to be.

    Examples:
        >>> [round(end, 9) for end in deviation_margin(2.1, 1.9, 2.3, target=2.5)]
        [-0.4, -0.6, -0.2]
    """
    ends = np.abs(np.array([low, high]) - target)
    nearest = 0.0 if low <= target <= high else ends.min()
    return -abs(estimate - target), -float(ends.max()), -float(nearest)


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Return a mean with its 95 % interval by Student's t; NaN what too few values leave open.

    Args:
        values: The sample.

    Examples:
        >>> [round(end, 6) for end in mean_interval([1.0, 2.0, 3.0])]
        [2.0, -0.484138, 4.484138]
    """
    if len(values) < 2:
        return (float(values[0]) if len(values) else np.nan), np.nan, np.nan
    mean = float(np.mean(values))
    quantile = stats.t.ppf((1 + CONFIDENCE) / 2, len(values) - 1)
    half_width = float(quantile * stats.sem(values))
    return mean, mean - half_width, mean + half_width


def claims_table(rows: Sequence[Mapping]) -> pd.DataFrame:
    """Join rows of `judge_cases` and `judge_interval` to a table with `CLAIM_COLUMNS`."""
    return pd.DataFrame(list(rows), columns=list(CLAIM_COLUMNS)).astype(CLAIM_COLUMNS)
