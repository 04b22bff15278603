import pandas as pd
import pytest

from flatminima.core.columns import described
from flatminima.figures import MeasurementView
from flatminima.figures.map import MapFigure
from flatminima.plotting.style import name_of
from flatminima_papers.shallow.measurements.shallow_outcomes import ShallowOutcomes
from tests.flatminima.figures.tables import assert_refused, legend_of

WORDS = described(ShallowOutcomes.columns)
VIEW = MeasurementView("m", ShallowOutcomes.columns)
FIGURE = MapFigure("m", "relative_rate", "imbalance", "outcome", curves=("flow_edge",))


def table():
    places = [(x, y) for x in (0.1, 0.2, 0.4) for y in (1.0, 2.0)]
    return pd.DataFrame(places, columns=["relative_rate", "imbalance"]).assign(
        outcome=["converged", "converged", "converged", "diverged", "diverged", "diverged"],
        flow_edge=[0.2, 0.1] * 3,
    )


def test_each_place_has_the_colour_of_its_outcome():
    (axes,) = FIGURE.draw({"table": table()}, WORDS).axes
    (mesh,) = axes.collections
    assert mesh.get_array().tolist() == [[0, 0, 1], [0, 1, 1]]  # a row for each imbalance
    assert axes.lines[0].get_xdata().tolist() == [0.2, 0.1]
    assert axes.lines[0].get_ydata().tolist() == [1, 2]


def test_the_legend_names_outcomes_and_lines():
    figure = FIGURE.draw({"table": table()}, WORDS)
    assert legend_of(figure) == [name_of(WORDS, "flow_edge"), "converged", "diverged"]


def test_a_place_that_is_missing_stays_white():
    (axes,) = FIGURE.draw({"table": table().drop(index=0)}, WORDS).axes
    assert axes.collections[0].get_array().mask.tolist() == [[True, False, False], [False] * 3]


@pytest.mark.parametrize(
    ("change", "key", "problem"),
    [
        ({"x": "rate"}, "x", "is 'rate'"),
        ({"y": "imbalances"}, "y", "did you mean imbalance?"),
        ({"colours": "colour"}, "colours", "is 'colour'"),
        ({"curves": ("flow_edge", "edge")}, "curves[1]", "is 'edge'"),
        ({"y_range": (2.0, 1.0)}, "y_range", "the lower end first"),
    ],
)
def test_what_is_not_there_is_refused(change, key, problem):
    FIGURE.check(VIEW)
    assert_refused(FIGURE.replaced(**change), VIEW, key, problem)


def test_it_names_its_table_and_columns():
    assert FIGURE.tables() == {"table": ("measurement", "m")}
    assert FIGURE.shown() == ["relative_rate", "imbalance", "outcome", "flow_edge"]
    assert FIGURE.describe(WORDS) == (
        "outcome at each learning rate over 2/S_min and imbalance of the start; lines: edge of "
        "the flow's limit"
    )
