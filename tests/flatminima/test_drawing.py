"""Figures are drawn in one style, with the same bytes every time."""

import pytest

from flatminima.drawing import colour_of, save_figure

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
