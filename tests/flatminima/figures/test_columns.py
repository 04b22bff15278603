import numpy as np
import pandas as pd
import pytest

from flatminima.core.columns import described
from flatminima.figures import MeasurementView
from flatminima.figures.columns import ColumnsFigure
from flatminima_papers.reshuffling.measurements.saddle_escape import SaddleEscape
from tests.flatminima.figures.tables import assert_refused, legend_of, lines_of

WORDS = described(SaddleEscape.columns)
VIEW = MeasurementView("m", SaddleEscape.columns)
FIGURE = ColumnsFigure(
    "m", "epoch", ("mean", "share_outside"), ("mean_low", "share_low"),
    ("mean_high", "share_high"), "sampling", curves=("predicted_mean",),
)  # fmt: skip


def table() -> dict[str, pd.DataFrame]:
    rows = [
        {
            "saddle": saddle, "sampling": sampling, "epoch": epoch,
            "mean": epoch, "mean_low": epoch - 0.5, "mean_high": epoch + 1.0,
            "share_outside": 0.1 * epoch, "share_low": 0.0, "share_high": 0.3,
            "predicted_mean": 2.0 * epoch,
        }
        for saddle in ("quadratics", "deep linear")
        for sampling in ("with", "without")
        for epoch in (2, 1)
    ]  # fmt: skip
    return {"table": pd.DataFrame(rows)}


def test_a_column_has_a_panel_with_a_line_and_a_band_for_each_value():
    drawn = FIGURE.replaced(only={"saddle": ["quadratics"]}).draw(table(), WORDS)
    left, right = drawn.axes
    assert [axes.get_ylabel().replace("\n", " ") for axes in drawn.axes] == [
        WORDS[name]["label"] for name in FIGURE.y
    ]
    for axes, values in ((left, [1, 2]), (right, [0.1, 0.2])):
        lines = lines_of(axes)
        for sampling in ("with", "without"):
            np.testing.assert_allclose(lines[sampling].get_ydata(), values)
        assert len(axes.collections) == 2
    (band, _) = left.collections
    assert band.get_paths()[0].get_extents().get_points().tolist() == [[1, 0.5], [2, 3]]
    assert legend_of(drawn) == ["with", "without", WORDS["predicted_mean"]["label"]]


def test_a_curve_is_drawn_in_the_panel_of_its_place():
    left, right = FIGURE.draw(table(), WORDS).axes
    label = WORDS["predicted_mean"]["label"]
    assert lines_of(left)[label].get_ydata().tolist() == [2, 4]
    assert label not in lines_of(right)


@pytest.mark.parametrize(
    ("change", "key", "problem"),
    [
        ({"x": "epochs"}, "x", "did you mean epoch?"),
        ({"colours": "bound"}, "colours", "is 'bound'"),
        ({"y": ("mean", "share")}, "y[1]", "is 'share'"),
        ({"low": ("mean_low", "share")}, "low[1]", "is 'share'"),
        ({"low": ("mean_low",)}, "low", "holds 1 columns; allowed: 2"),
        ({"high": ("mean_high",) * 3}, "high", "holds 3 columns; allowed: 2"),
        ({"curves": ("predicted_mean",) * 3}, "curves", "holds 3 columns; allowed: 2"),
        ({"curves": ("bound",)}, "curves[0]", "is 'bound'"),
        ({"only": {"bound": [1]}}, "only", "is 'bound'"),
    ],
)
def test_what_is_not_there_is_refused(change, key, problem):
    FIGURE.check(VIEW)
    assert_refused(FIGURE.replaced(**change), VIEW, key, problem)


def test_it_names_its_table_and_columns():
    assert FIGURE.tables() == {"table": ("measurement", "m")}
    assert FIGURE.shown() == ["epoch", "mean", "share_outside", "predicted_mean", "sampling"]
    assert FIGURE.describe(WORDS) == (
        "mean, share outside against epoch, with 95 % intervals; closed forms: mean without "
        "replacement as predicted; a line for each sampling"
    )
