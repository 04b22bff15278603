"""Figures are drawn with the same bytes every time, and every point where it is."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.lines import Line2D

from flatminima.plotting.drawing import (
    add_legend,
    add_letters,
    clipped,
    draw_beside,
    draw_points,
    draw_probabilities,
    end_of,
    save_figure,
    set_axes,
    shifted,
)
from tests.flatminima.figures.tables import SWEEP, WORDS, legend_of, sweep_tables


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


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


def test_parts_are_drawn_side_by_side():
    drawn = []
    figure = draw_beside([drawn.append] * 3, width=2, height=1)
    assert tuple(figure.get_size_inches()) == (6, 1)
    assert len(set(map(id, drawn))) == 3
    assert figure not in drawn
    assert draw_beside([drawn.append], 2, 1) is drawn[-1]


def test_what_is_below_rounding_is_drawn_at_its_level():
    assert clipped(np.array([1e-31, 1e-3]), 1e-28).tolist() == [1e-28, 1e-3]
    assert clipped(np.array([-1.0, 0.5]), 0.0).tolist() == [-1.0, 0.5]


def test_places_are_moved_as_far_on_either_scale():
    values = pd.Series([1.0, 10.0, 100.0])
    np.testing.assert_allclose(shifted(values, 0.5, "log"), [10, 100, 1000])
    np.testing.assert_allclose(shifted(values, 0.1, "linear"), values + 9.9)


def test_a_probability_is_a_point_with_the_bar_of_its_interval(axes):
    table = pd.DataFrame({"x": [0.0, 1.0], "mean": [0.5, 1.0], "low": [0.3, 0.8]})
    draw_probabilities(axes, table.assign(high=[0.8, 1.0]), "x", "red", "o", "a line", 0.01)
    np.testing.assert_allclose(axes.lines[0].get_xdata(orig=False), [0.01, 1.01])
    segments = np.array(axes.collections[0].get_segments())
    np.testing.assert_allclose(segments[:, :, 1], [[0.3, 0.8], [0.8, 1.0]])


def test_points_of_one_place_stand_beside_each_other_at_their_heights(axes):
    table = pd.DataFrame({"x": [1.0] * 5 + [2.0] * 5, "y": np.arange(10.0)})
    for slot in (0, 1):
        draw_points(axes, table, "x", "y", slot, 2, None, marker="o", color="red")
    first, second = (line.get_xdata() for line in axes.lines)
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), table["y"])
    assert len(set(first[:5])) == 5
    assert max(np.abs(first - table["x"])) < 0.1
    assert max(first[:5]) < min(second[:5])


def test_points_without_a_grid_stay_where_they_are(axes):
    table = pd.DataFrame({"x": np.geomspace(1, 9, 50), "y": 1.0})
    draw_points(axes, table, "x", "y", 0, 3, None, marker="o", color="red")
    np.testing.assert_array_equal(axes.lines[0].get_xdata(), table["x"])


def test_a_line_ends_at_its_last_point():
    end = end_of(Line2D([1, 2, 3], [4, 5, np.nan], label="a line", color="red"))
    assert (end.text, end.x, end.y, end.colour) == ("a line", 2, 5, "red")
    assert end_of(Line2D([], [], label="of a legend")) is None
    assert end_of(Line2D([1], [1], label="_hidden")) is None


def test_the_level_of_rounding_is_shaded_where_it_is_reached(axes):
    axes.set(yscale="log", ylim=(1e-28, 1))
    set_axes(axes, None, floor=1e-28)
    assert [text.get_text() for text in axes.texts] == ["below rounding"]
    (shade,) = axes.patches
    bottom, top = axes.get_ylim()
    assert shade.get_y() == bottom
    assert shade.get_height() == pytest.approx(1e-28 - bottom, rel=1e-9, abs=0)
    assert (shade.get_x(), shade.get_width()) == (0, 1)  # all of the panel's width
    assert 1e-33 < bottom < 1e-28
    assert top == 1
    axes.set_ylim(1e-3, 1)
    axes.texts[0].remove()
    set_axes(axes, None, floor=1e-28)
    assert list(axes.texts) == []


def test_several_panels_have_letters():
    _, grid = plt.subplots(1, 2)
    add_letters(grid)
    assert [axes.get_title(loc="left") for axes in grid] == ["a", "b"]
    _, axes = plt.subplots()
    add_letters([axes])
    assert axes.get_title(loc="left") == ""
    plt.close("all")


def test_a_legend_names_each_label_once_but_what_is_named_elsewhere():
    figure, grid = plt.subplots(1, 2)
    for axes in grid:
        for name in ("one", "two", "three"):
            axes.plot([0], [0], label=name)
    add_legend(figure, without=["two"])
    assert legend_of(figure) == ["one", "three"]
    plt.close(figure)
