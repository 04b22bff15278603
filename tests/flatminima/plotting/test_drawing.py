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
    draw_line,
    draw_order,
    draw_points,
    draw_probabilities,
    draw_runs,
    end_of,
    save_figure,
    set_axes,
    shifted,
    title_height,
)
from flatminima.plotting.labels import overlaps, texts
from flatminima.plotting.style import COLUMN_WIDTH
from tests.flatminima.figures.tables import SWEEP, WORDS, legend_of, sweep_tables


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.mark.parametrize("ending", ["pdf", "png", "svg"])
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
    draw_probabilities(axes, table.assign(high=[0.8, 1.0]), "x", "red", "o", "a line")
    np.testing.assert_allclose(axes.lines[0].get_xdata(orig=False), [0, 1])
    segments = np.array(axes.collections[0].get_segments())
    np.testing.assert_allclose(segments[:, :, 1], [[0.3, 0.8], [0.8, 1.0]])


def test_of_four_runs_at_a_place_there_is_the_median_with_a_bar_from_5_to_95_per_cent(axes):
    table = pd.DataFrame({"x": [1.0] * 5 + [2.0] * 5, "y": [0, 1, 2, 3, 10] * 2})
    draw_points(axes, table, "x", "y", marker="o", color="red")
    runs, middle = axes.lines[:2]
    np.testing.assert_array_equal(runs.get_xdata(), table["x"])
    np.testing.assert_array_equal(runs.get_ydata(), table["y"])
    assert runs.get_alpha() < 0.5
    np.testing.assert_array_equal(middle.get_ydata(), [2, 2])
    bars = np.array(axes.collections[-1].get_segments())
    np.testing.assert_allclose(bars[:, :, 1], [np.quantile([0, 1, 2, 3, 10], [0.05, 0.95])] * 2)


def test_fewer_runs_and_runs_without_a_grid_are_drawn_alone(axes):
    few = pd.DataFrame({"x": [1.0, 1.0, 1.0, 2.0], "y": 1.0})
    spread = pd.DataFrame({"x": np.geomspace(1, 9, 50), "y": 1.0})
    for table in (few, spread):
        draw_points(axes, table, "x", "y", marker="o", color="red")
        np.testing.assert_array_equal(axes.lines[-1].get_xdata(), table["x"])
    assert len(axes.lines) == 2


def test_groups_may_stand_side_by_side(axes):
    table = pd.DataFrame({"x": [1.0, 2.0], "y": 1.0})
    draw_points(axes, table, "x", "y", 0.1, marker="o", color="red")
    np.testing.assert_allclose(axes.lines[0].get_xdata(), [1.1, 2.1])


def test_a_guide_has_its_slope_and_starts_at_the_points(axes):
    table = pd.DataFrame({"x": [0.0, 1.0, 1.0, 1.0, 10.0], "y": [1.0, 2.0, 3.0, 4.0, 7.0]})
    draw_order(axes, table, "x", "y", 2)
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [3, 300])


def test_a_line_leaves_out_cells_with_few_survivors(axes):
    rows = pd.DataFrame(
        {"x": [1, 2, 3], "runs": [20, 20, 4], "count": [5, 4, 4], "diverged": [15, 16, 0]}
    )
    rows = rows.assign(mean=1.0, low=0.5, high=2.0)
    draw_line(axes, rows, "x", "mean", "red", "o", "a line", of_survivors=True)
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [1, np.nan, 1])


def test_each_of_few_runs_is_a_line_and_one_of_them_has_the_label(axes):
    table = pd.DataFrame({"repetition": [0, 0, 1, 1], "step": [0, 1] * 2, "y": [1.0, 2, 3, 1e-9]})
    draw_runs(axes, table, "step", "y", "batches", "red", floor=1e-3)
    assert [list(line.get_ydata()) for line in axes.lines] == [[1, 2], [3, 1e-3]]
    assert axes.get_legend_handles_labels()[1] == ["batches"]


def test_a_finding_is_written_in_bold_on_as_many_lines_as_it_needs():
    title = "a finding " * 9
    figure = SWEEP.replaced(title=title.strip()).draw(sweep_tables(), WORDS)
    (text,) = [text for text in texts(figure) if text.get_text().startswith("a finding")]
    assert text.get_fontweight() == "bold"
    assert " ".join(text.get_text().split()) == title.strip()
    assert overlaps(texts(figure)) == []
    assert figure.get_size_inches()[1] == SWEEP.page({})[1] + title_height(title, COLUMN_WIDTH)


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
