import numpy as np
import pandas as pd
import pytest

from flatminima.core.columns import described
from flatminima.figures import MeasurementView
from flatminima.figures.heat_map import HeatMap
from flatminima_papers.support_learning.measurements.first_layer_gram import FirstLayerGram
from tests.flatminima.figures.tables import assert_refused

WORDS = described(FirstLayerGram.columns)
VIEW = MeasurementView("m", FirstLayerGram.columns)
FIGURE = HeatMap("m", "column", "row", "value", "batch_size")
MATRICES = {1: [[4, 0, -1], [0, 1, 0]], 60: [[2, 1, 0], [1, -3, 0]]}


def table():
    return pd.DataFrame(
        [
            {"batch_size": size, "row": row + 1, "column": column + 1, "value": value}
            for size, matrix in MATRICES.items()
            for (row, column), value in np.ndenumerate(matrix)
        ]
    )


def panels(figure):
    return {axes.get_title(): axes for axes in figure.axes if axes.get_title()}


def test_each_panel_is_a_matrix_on_one_scale_of_colours():
    found = panels(FIGURE.draw({"table": table()}, WORDS))
    assert list(found) == ["$b$ = 1", "$b$ = 60"]
    for axes, matrix in zip(found.values(), MATRICES.values(), strict=True):
        (image,) = axes.collections
        assert image.get_array().tolist() == matrix
        assert image.get_clim() == (-4, 4)


def test_the_first_row_is_at_the_top_and_places_are_named():
    axes = panels(FIGURE.draw({"table": table()}, WORDS))["$b$ = 1"]
    bottom, top = axes.get_ylim()
    assert bottom > top
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1", "2", "3"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["1", "2"]


def test_some_rows_may_be_left_out():
    figure = FIGURE.replaced(only={"batch_size": (60,)}).draw({"table": table()}, WORDS)
    ((title, axes),) = panels(figure).items()
    assert title == "$b$ = 60"
    assert axes.collections[0].get_clim() == (-3, 3)


@pytest.mark.parametrize(
    ("change", "key", "problem"),
    [
        ({"x": "columns"}, "x", "did you mean column?"),
        ({"y": "line"}, "y", "is 'line'"),
        ({"value": "values"}, "value", "did you mean value?"),
        ({"panels": "batch"}, "panels", "is 'batch'"),
        ({"only": {"size": (1,)}}, "only", "is 'size'"),
    ],
)
def test_what_is_not_there_is_refused(change, key, problem):
    FIGURE.check(VIEW)
    assert_refused(FIGURE.replaced(**change), VIEW, key, problem)


def test_it_names_its_table_and_columns():
    assert FIGURE.tables() == {"table": ("measurement", "m")}
    assert FIGURE.shown() == ["column", "row", "value", "batch_size"]
    assert FIGURE.describe(WORDS) == (
        "entry of the first layer's Gram matrix for each input and other input; a panel for each "
        "batch size, with one scale of colours"
    )
