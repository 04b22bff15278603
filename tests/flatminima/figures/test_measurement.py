import numpy as np
import pandas as pd
import pytest

from flatminima.core.columns import described
from flatminima.core.kinds import restore
from flatminima.figures import MeasurementView
from flatminima.figures.measurement import MeasurementFigure, Part
from flatminima_papers.flat_minima.measurements.flow import Flow
from tests.flatminima.figures.tables import assert_refused, legend_of, points_of, written_on

WORDS = described(Flow.columns)
VIEW = MeasurementView("m", Flow.columns)
FIGURE = MeasurementFigure("m", "depth", ("final_sharpness",))


def measured_table() -> dict[str, pd.DataFrame]:
    table = pd.DataFrame(
        {
            "depth": [2, 2, 4, 4],
            "initialisation": ["a", "b"] * 2,
            "final_sharpness": [2.0, 3.0, 4.0, 6.0],
            "minimal_sharpness": [1.0, 1.0, 2.0, 2.0],
            "lower_bound": [0.5, 0.5, 1.0, 1.0],
        }
    )
    return {"table": table}


def joined(axes) -> list:
    return [line for line in axes.lines if line.get_linestyle() != "None" and len(line.get_xdata())]


def test_a_measurement_is_drawn_relative_to_a_column():
    figure = MeasurementFigure(
        "m", "depth", ("final_sharpness",), curves=("lower_bound",),
        relative_to="minimal_sharpness", colours="initialisation",
    )  # fmt: skip
    (axes,) = figure.draw(measured_table(), WORDS).axes
    assert sorted(points_of(axes)) == [(2, 2), (2, 3), (4, 2), (4, 3)]  # on their curve
    assert [list(line.get_ydata()) for line in axes.lines[:2]] == [[1, 1], [0.5, 0.5]]
    beside = figure.replaced(curves=()).draw(measured_table(), WORDS).axes[0]
    first, second = sorted(points_of(beside))[:2]
    assert 2 - 0.1 < first[0] < 2 < second[0] < 2 + 0.1


def test_negative_numbers_are_drawn_where_they_are():
    table = measured_table()["table"].assign(final_sharpness=[-2.0, 3.0, 4.0, -6.0])
    (axes,) = FIGURE.draw({"table": table}, WORDS).axes
    assert sorted(y for _, y in points_of(axes)) == [-6, -2, 3, 4]


def test_a_measurement_has_a_panel_a_value():
    figure = MeasurementFigure(
        "m", "depth", ("final_sharpness",), panels="initialisation", only={"depth": [2]}
    )
    drawn = figure.draw(measured_table(), WORDS)
    assert [axes.get_title() for axes in drawn.axes] == ["a", "b"]
    assert [len(points_of(axes)) for axes in drawn.axes] == [1, 1]


def test_a_closed_form_that_differs_has_the_colour_of_its_group():
    tables = measured_table()
    same = FIGURE.replaced(curves=("lower_bound",), colours="initialisation")
    (axes,) = same.draw(tables, WORDS).axes
    assert {line.get_color() for line in joined(axes)} == {"black"}
    tables["table"]["lower_bound"] = [0.5, 0.6, 1.0, 1.1]
    (axes,) = same.draw(tables, WORDS).axes
    assert len({line.get_color() for line in joined(axes)}) == 2


def test_an_interval_is_a_bar_on_each_marker():
    figure = FIGURE.replaced(interval=("lower_bound", "minimal_sharpness"))
    (axes,) = figure.draw(measured_table(), WORDS).axes
    segments = np.concatenate(
        [c.get_segments() for c in axes.collections if hasattr(c, "get_segments")]
    )
    assert segments[:, :, 1].tolist() == [[0.5, 1], [0.5, 1], [1, 2], [1, 2]]


def test_several_columns_have_a_marker_each():
    figure = FIGURE.replaced(y=("final_sharpness", "minimal_sharpness"), y_label="both")
    assert legend_of(figure.draw(measured_table(), WORDS)) == [
        "sharpness at the end",
        r"minimal sharpness, $S_{\min}$",
    ]


def test_an_excess_is_how_far_a_ratio_is_from_one_and_not_below_its_floor():
    figure = MeasurementFigure(
        "m", "depth", ("final_sharpness",), curves=("lower_bound",), y_scale="log",
        relative_to="minimal_sharpness", excess=True, floor=1.5,
    )  # fmt: skip
    (axes,) = figure.draw(measured_table(), WORDS).axes
    assert sorted({height for _, height in points_of(axes)}) == [1.5, 2]
    assert axes.get_ylabel() == r"sharpness over $S_{\min}$, distance from 1"
    assert written_on(axes) == ["below rounding"]
    assert figure.describe(WORDS).endswith(
        "; how far all over minimal sharpness is from 1; what is below 1.5 is rounding, drawn at "
        "that level; where four or more runs share a place, their median with 5 % and 95 %"
    )


def test_a_guide_shows_the_order_of_a_measured_column():
    figure = FIGURE.replaced(slopes=(2.0,), x_scale="log", y_scale="log")
    drawn = figure.draw(measured_table(), WORDS)
    np.testing.assert_allclose(drawn.axes[0].lines[0].get_ydata(), [2.5, 10])
    assert "slope 2" in legend_of(drawn)
    assert "; dashed grey guides of slope 2" in figure.describe(WORDS)


def test_the_points_of_one_start_are_joined():
    figure = FIGURE.replaced(joined=("initialisation",))
    lines = joined(figure.draw(measured_table(), WORDS).axes[0])
    assert [list(line.get_ydata()) for line in lines] == [[2, 4], [3, 6]]
    assert "; the points of one start are joined" in figure.describe(WORDS)


def test_depths_have_ticks_at_their_values():
    (axes,) = FIGURE.replaced(x_scale="log").draw(measured_table(), WORDS).axes
    assert axes.get_xticks().tolist() == [2, 4]


BESIDE = FIGURE.replaced(
    relative_to="minimal_sharpness",
    beside=(Part(measurement="other", y=("lower_bound",), y_label="bound"), Part(y_scale="log")),
)


def test_further_panels_differ_in_what_they_say():
    other = measured_table()["table"].assign(lower_bound=8.0)
    figure = BESIDE.draw(measured_table() | {"table_1": other}, WORDS)
    first, second, third = figure.axes
    assert {height for _, height in points_of(first)} == {2, 3}
    assert {height for _, height in points_of(second)} == {8, 4}
    assert second.get_ylabel() == "bound"
    assert (first.get_yscale(), third.get_yscale()) == ("linear", "log")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["a", "b", "c"]


def test_further_panels_say_which_tables_they_need_and_come_back_from_plain_values():
    assert BESIDE.tables() == {"table": ("measurement", "m"), "table_1": ("measurement", "other")}
    assert [part.measurement for part in BESIDE.parts()] == ["m", "other", "m"]
    assert restore("figures", BESIDE.plain()) == BESIDE
    assert BESIDE.plain()["beside"][1] == {"y_scale": "log"}
    assert BESIDE.describe(WORDS).startswith("(a) sharpness at the end against depth; all over")


@pytest.mark.parametrize(
    ("change", "key", "problem"),
    [
        ({"excess": True}, "excess", "allowed: where relative_to is given"),
        ({"beside": (Part(x="width"),), "panels": "depth"}, "beside", "panels is not given"),
        ({"x": "dept"}, "x", "did you mean depth?"),
        ({"y": ("final_sharpness", "sharpness")}, "y[1]", "is 'sharpness'"),
        ({"curves": ("bound",)}, "curves[0]", "is 'bound'"),
        ({"interval": ("lower_bound", "bound")}, "interval[1]", "is 'bound'"),
        ({"colours": "bound"}, "colours", "is 'bound'"),
        ({"panels": "bound"}, "panels", "is 'bound'"),
        ({"relative_to": "bound"}, "relative_to", "is 'bound'"),
        ({"only": {"bound": [1]}}, "only", "is 'bound'"),
        ({"joined": ("bound",)}, "joined[0]", "is 'bound'"),
        ({"slopes": (2.0,)}, "slopes", "allowed: where x_scale and y_scale are log"),
        ({"slopes": (2.0, 1.0), "x_scale": "log", "y_scale": "log"}, "slopes", "allowed: 1, one"),
        ({"x_range": (1.0, 1.0)}, "x_range", "the lower end first"),
    ],
)
def test_what_is_not_there_is_refused(change, key, problem):
    FIGURE.check(VIEW)
    assert_refused(FIGURE.replaced(**change), VIEW, key, problem)


def test_it_names_its_table_and_columns():
    figure = FIGURE.replaced(
        curves=("lower_bound",), colours="initialisation", panels="width",
        relative_to="minimal_sharpness",
    )  # fmt: skip
    assert figure.tables() == {"table": ("measurement", "m")}
    assert figure.shown() == [
        "depth", "final_sharpness", "lower_bound", "initialisation", "width", "minimal_sharpness"
    ]  # fmt: skip
    assert figure.describe(WORDS) == (
        "sharpness at the end against depth; closed forms: lower bound; all over minimal "
        "sharpness; where four or more runs share a place, their median with 5 % and 95 %; a "
        "colour for each initialisation; a panel for each width"
    )
