import numpy as np
import pandas as pd

from flatminima.columns import described
from flatminima.figures.measurement import MeasurementFigure
from flatminima.measurements.flow import Flow

WORDS = described(Flow.columns)


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
