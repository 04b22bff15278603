"""A verdict is that of the worst case, or of the ends of an interval."""

import numpy as np
import pandas as pd
import pytest

from flatminima.claims import deviation_margin, judge_cases, judge_interval

TEXTS = ("c", "this study", "statement", "measured")


@pytest.mark.parametrize(
    ("margins", "tolerance", "expected"),
    [
        ([0.5, 0.0], 0, "holds"),
        ([0.5, -1e-9], 1e-8, "holds"),
        ([0.5, -1e-9], 0, "fails"),
        ([0.5, np.nan], 1, "fails"),
        ([-np.inf], 1, "fails"),
    ],
)
def test_the_worst_case_decides(margins, tolerance, expected):
    row = judge_cases(*TEXTS, pd.Series(margins), tolerance=tolerance)
    assert row["verdict"] == expected
    assert row["cases"] == len(margins)
    np.testing.assert_equal(row["margin"], np.min(margins))
    assert str(row["margin_low"]) == str(row["margin"]) == str(row["margin_high"])


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.1, 0.3, "holds"),
        (-0.05, 0.3, "holds"),
        (-0.06, 0.3, "undecided"),
        (-0.3, -0.05, "undecided"),
        (-0.3, -0.06, "fails"),
        (np.nan, np.nan, "undecided"),
    ],
)
def test_the_ends_of_the_interval_decide(low, high, expected):
    row = judge_interval(*TEXTS, (0.0, low, high), 4, tolerance=0.05)
    assert row["verdict"] == expected
    assert (row["margin"], row["cases"]) == (0.0, 4)


@pytest.mark.parametrize("target", np.linspace(-1, 4, 26))
def test_a_deviation_is_as_large_and_small_as_in_the_interval(target):
    grid = np.linspace(1, 2, 10001)
    estimate, low, high = deviation_margin(1.3, 1.0, 2.0, target)
    assert estimate == -abs(1.3 - target)
    assert low == -np.abs(grid - target).max()
    assert high == pytest.approx(-np.abs(grid - target).min(), abs=1e-4)


def test_no_case_is_no_verdict():
    with pytest.raises(ValueError, match="has no case"):
        judge_cases(*TEXTS, [])
    with pytest.raises(ValueError, match="has no case"):
        judge_interval(*TEXTS, (0.0, 0.0, 0.0), 0)
