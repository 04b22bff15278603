"""Colours can be told apart, also in grey, and values have words."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from flatminima.plotting.style import colours_of, label_of, name_of, style, values_of
from tests.flatminima.figures.tables import SWEEP, WORDS, sweep_tables


def brightness(colour) -> float:
    """Return the relative luminance, from 0 (black) to 1 (white)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


def lightness(colour) -> float:
    """Return L* of CIE Lab, from 0 (black) to 100 (white)."""
    return 116 * np.cbrt(brightness(colour)) - 16


def test_black_and_white_have_their_lightness():
    assert lightness("white") == pytest.approx(100)
    assert lightness("#777777") == pytest.approx(50, abs=1)


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        ("learning_rate", (0.005, 0.02, 0.07, 0.1, 0.2)),
        ("learning_rate", (0.001, 0.004, 0.01)),
        ("depth", (5, 10, 20, 40)),
        ("depth", (2, 5, 10)),
        ("width", (4, 8, 16, 32, 64)),
    ],
)
def test_neighbours_can_be_told_apart_in_grey(axis, values):
    greys = [lightness(colour) for colour in colours_of(axis, values).values()]
    assert min(np.diff(greys)) > 8


@pytest.mark.parametrize(
    ("axis", "values"), [("learning_rate", range(9)), ("depth", range(9)), ("dataset", "abcdefg")]
)
def test_no_colour_has_a_contrast_to_white_below_three(axis, values):
    for colour in colours_of(axis, values).values():
        assert 1.05 / (brightness(colour) + 0.05) >= 3


def test_colours_without_an_order_differ():
    colours = colours_of("dataset", "abcdefg").values()
    assert len(set(colours)) == 7
    assert len(colours_of("dataset", range(20))) == 20


def test_colours_are_spread_over_the_values_that_are_there():
    few, many = (list(colours_of("depth", range(number)).values()) for number in (3, 5))
    assert (few[0], few[-1]) == (many[0], many[-1])


def test_drawing_leaves_no_style_behind():
    before = dict(mpl.rcParams)
    with style():
        assert mpl.rcParams["font.size"] == 8
    SWEEP.draw(sweep_tables(), WORDS)
    assert dict(mpl.rcParams) == before


def test_a_value_is_called_by_its_symbol_or_its_words():
    assert label_of(WORDS, "depth", 10) == "$L$ = 10"
    assert label_of(WORDS, "learning_rate", 0.1) == r"$\eta$ = 0.1"
    assert label_of(WORDS, "dataset", "my_data") == "my data"
    words = {"dataset": WORDS["dataset"] | {"values": {"mine": "prices"}}}
    assert label_of(words, "dataset", "mine") == "prices"


def test_a_symbol_is_not_alone():
    words = {"bound": {"words": "bound", "label": "$2cLa$"}, "risk": {"label": "the risk"}}
    words["risk"]["words"] = "risk"
    assert name_of(words, "bound") == "bound, $2cLa$"
    assert name_of(words, "risk") == "the risk"


def test_values_are_sorted_and_those_that_are_missing_left_out():
    table = pd.DataFrame({"axis": [3.0, None, 1.0, 3.0]})
    assert values_of(table, "axis") == [1.0, 3.0]
