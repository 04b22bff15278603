"""A verdict is that of the worst case, or of the ends of an interval."""

import types

import numpy as np
import pandas as pd
import pytest

from flatminima.claims import (
    depths,
    deviation_margin,
    extrapolate_to_zero,
    growth_claims,
    judge,
    judge_cases,
    judge_interval,
    margin_above,
    margin_below,
    scales,
    share_margin,
    worst_margin,
)

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


def judged_together(margins, monkeypatch):
    """Judge a paper whose only kind of claims has these margins, with sources of their own."""
    rows = [
        judge_interval(f"c{i}", source, "statement", "measured", margin, 4)
        for i, (source, margin) in enumerate(margins)
    ]
    module = types.SimpleNamespace(claims=lambda table, reduced: rows)
    monkeypatch.setattr("flatminima.claims.import_module", lambda name: module)
    return judge("a_paper", {"flow": pd.DataFrame()}, {}).set_index("claim")


@pytest.mark.parametrize(
    ("count", "low", "expected"), [(1, 0.1, "holds"), (20, 0.1, "undecided"), (20, 0.5, "holds")]
)
def test_many_intervals_are_judged_together_at_one_level(count, low, expected, monkeypatch):
    """Of 20 intervals each is 1.54 times as wide: z(1 - 0.025 / 20) / z(1 - 0.025)."""
    margins = [("paper", (1.0, low, 1.9))] + [("paper", (9.0, 8.0, 10.0))] * (count - 1)
    claims = judged_together(margins, monkeypatch)
    assert claims.loc["c0", "verdict"] == "holds"
    assert claims.loc["c0", "verdict_together"] == expected


def test_the_worst_of_computed_margins_is_the_same_together(monkeypatch):
    exact = [("paper", (x, x, x)) for x in (-1.0, 0.0, 1.0)]
    claims = judged_together([*exact, *[("paper", (9.0, 8.0, 10.0))] * 50], monkeypatch)
    assert (claims["verdict"] == claims["verdict_together"]).all()


def test_a_claim_names_its_kind_before_a_colon(monkeypatch):
    margin = (1.0, 1.0, 1.0)
    sources = ["this study", "paper: Lemma 1", "control"]
    claims = judged_together([(source, margin) for source in sources], monkeypatch)
    assert claims["kind"].tolist() == ["this study", "paper", "control"]
    assert claims["source"].tolist() == ["this study", "Lemma 1", "control"]
    with pytest.raises(ValueError, match="claim c0 is of the kind 'Lemma 1'; allowed: "):
        judged_together([("Lemma 1", margin)], monkeypatch)


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


def test_margins_of_intervals_keep_their_order():
    assert margin_above((2.0, 1.5, 3.0), 1.0) == (1.0, 0.5, 2.0)
    assert margin_below((2.0, 1.5, 3.0), 1.0) == (-1.0, -2.0, -0.5)
    assert worst_margin([(0.2, 0.1, 0.3), (0.3, -0.1, 0.7)]) == (0.2, -0.1, 0.3)
    assert extrapolate_to_zero((1.0, 2.0), (5.0, 7.0)) == 3.0


def test_a_share_is_known_as_well_as_its_cases_allow():
    """Of no success in n trials Wilson's interval ends at z^2 / (n + z^2)."""
    z = 1.959963984540054
    expected = (-0.25, -0.25, z**2 / (20 + z**2) - 0.25)
    assert share_margin([False] * 20, 0.25) == pytest.approx(expected)
    margin, low, high = share_margin([True] * 15 + [False] * 5, 0.5)
    assert margin == pytest.approx(0.25)
    assert 0 < low < margin < high < 0.5


def grown(depth=0.0, width=0.0, widths=(4, 8, 16, 32, 64)):
    """Return draws of what grows with these exponents, at five depths."""
    generator = np.random.default_rng(0)
    rows = [(L, d, 0.5) for L in (2, 4, 8, 16, 32) for d in widths for _ in range(4)]
    table = pd.DataFrame(rows, columns=["depth", "width", "init_scale"])
    noise = np.exp(0.01 * generator.standard_normal(len(table)))
    return table.assign(x=table["depth"] ** depth * table["width"] ** width * noise)


def growth(table, tolerance=0.1):
    texts = ("x_growth", "this study", "x")
    rows = growth_claims(table, "x", texts, ["init_scale"], tolerance=tolerance, regime="here")
    return {row["claim"]: row for row in rows}


def test_growth_is_judged_along_each_axis():
    for own, other in (("depth", "width"), ("width", "depth")):
        rows = growth(grown(**{own: 0.3, other: -0.3}))
        assert rows[f"x_growth_{own}"]["verdict"] == "fails"
        assert rows[f"x_growth_{other}"]["verdict"] == "holds"
        row = rows[f"x_growth_{own}"]
        assert row["margin_low"] < row["margin"] < row["margin_high"] < -0.28
        assert row["margin"] == pytest.approx(-0.3, abs=0.01)
        assert row["cases"] == 60  # of three sizes of five
    assert rows["x_growth_depth"]["regime"] == "here, L = 2 to 32, scale 0.5"
    assert rows["x_growth_width"]["regime"] == "here, d = 4 to 64, scale 0.5"


def test_growth_needs_three_sizes():
    assert set(growth(grown(widths=(4, 8)))) == {"x_growth_depth"}
    assert set(growth(grown(widths=(4, 8, 16)))) == {"x_growth_depth", "x_growth_width"}


def test_a_regime_names_its_ends():
    table = pd.DataFrame({"depth": [3, 2, 5], "init_scale": [0.3, 0.2, 0.1]})
    assert (depths(table), scales(table)) == ("L = 2 to 5", "scales 0.1 to 0.3")
    assert (depths(table[:1]), scales(table[:1])) == ("L = 3", "scale 0.3")
