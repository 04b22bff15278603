"""Figures are drawn in one style, with the same bytes every time."""

import matplotlib as mpl
import pandas as pd
import pytest

from flatminima.drawing import colour_of, draw_beside, label_of, save_figure, style, values_of

from .figures.tables import SWEEP, WORDS, sweep_tables


def test_a_learning_rate_has_one_colour_whatever_else_is_drawn():
    alone = colour_of("learning_rate", 0.02, 0)
    assert alone == colour_of("learning_rate", 0.02, 7)
    assert alone != colour_of("learning_rate", 0.1, 0)


@pytest.mark.parametrize("ending", ["pdf", "png"])
def test_two_builds_have_the_same_bytes(tmp_path, ending):
    for name in ("a", "b"):
        save_figure(SWEEP.draw(sweep_tables(), WORDS), tmp_path / f"{name}.{ending}")
    first = (tmp_path / f"a.{ending}").read_bytes()
    assert first == (tmp_path / f"b.{ending}").read_bytes()
    assert b"CreationDate" not in first


def test_fonts_are_truetype(tmp_path):
    save_figure(SWEEP.draw(sweep_tables(), WORDS), tmp_path / "a.pdf")
    assert b"/Type3" not in (tmp_path / "a.pdf").read_bytes()


def test_drawing_leaves_no_style_behind():
    before = dict(mpl.rcParams)
    with style():
        assert mpl.rcParams["font.size"] == 8
    SWEEP.draw(sweep_tables(), WORDS)
    assert dict(mpl.rcParams) == before


def test_a_value_is_called_by_its_symbol_if_it_has_one():
    assert label_of(WORDS, "depth", 10) == "$L$ = 10"
    assert label_of(WORDS, "dataset", "mine") == "mine"
    assert label_of(WORDS, "learning_rate", 0.1) == r"$\eta$ = 0.1"


def test_values_are_sorted_and_those_that_are_missing_left_out():
    table = pd.DataFrame({"axis": [3.0, None, 1.0, 3.0]})
    assert values_of(table, "axis") == [1.0, 3.0]


def test_parts_are_drawn_side_by_side():
    drawn = []
    figure = draw_beside([drawn.append] * 3, width=2, height=1)
    assert tuple(figure.get_size_inches()) == (6, 1)
    assert len(set(map(id, drawn))) == 3
    assert figure not in drawn
    assert draw_beside([drawn.append], 2, 1) is drawn[-1]
