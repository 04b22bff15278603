import numpy as np
import pandas as pd
import pytest

from flatminima.columns import described
from flatminima.figures import MeasurementView
from flatminima.figures.measurement import MeasurementFigure
from flatminima.measurements.flow import Flow

from .tables import assert_refused, legend_of

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


def test_a_measurement_is_drawn_relative_to_a_column():
    figure = MeasurementFigure(
        "m", "depth", ("final_sharpness",), curves=("lower_bound",),
        relative_to="minimal_sharpness", colours="initialisation",
    )  # fmt: skip
    (axes,) = figure.draw(measured_table(), WORDS).axes
    points = np.concatenate([c.get_offsets() for c in axes.collections])
    assert sorted(map(tuple, points.tolist())) == [(2, 2), (2, 3), (4, 2), (4, 3)]
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [0.5, 0.5])


def test_a_measurement_has_a_panel_a_value():
    figure = MeasurementFigure(
        "m", "depth", ("final_sharpness",), panels="initialisation", only={"depth": [2]}
    )
    drawn = figure.draw(measured_table(), WORDS)
    assert [axes.get_title() for axes in drawn.axes] == ["a", "b"]
    assert [len(axes.collections[0].get_offsets()) for axes in drawn.axes] == [1, 1]


def test_a_closed_form_that_differs_has_the_colour_of_its_group():
    tables = measured_table()
    same = FIGURE.replaced(curves=("lower_bound",), colours="initialisation")
    (axes,) = same.draw(tables, WORDS).axes
    assert {line.get_color() for line in axes.lines if len(line.get_xdata())} == {"black"}
    tables["table"]["lower_bound"] = [0.5, 0.6, 1.0, 1.1]
    (axes,) = same.draw(tables, WORDS).axes
    assert len({line.get_color() for line in axes.lines if len(line.get_xdata())}) == 2


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
        WORDS[name]["label"] for name in ("final_sharpness", "minimal_sharpness")
    ]


@pytest.mark.parametrize(
    ("change", "key", "problem"),
    [
        ({"x": "dept"}, "x", "did you mean depth?"),
        ({"y": ("final_sharpness", "sharpness")}, "y[1]", "is 'sharpness'"),
        ({"curves": ("bound",)}, "curves[0]", "is 'bound'"),
        ({"interval": ("lower_bound", "bound")}, "interval[1]", "is 'bound'"),
        ({"colours": "bound"}, "colours", "is 'bound'"),
        ({"panels": "bound"}, "panels", "is 'bound'"),
        ({"relative_to": "bound"}, "relative_to", "is 'bound'"),
        ({"only": {"bound": [1]}}, "only", "is 'bound'"),
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
        "sharpness; a colour for each initialisation; a panel for each width"
    )
