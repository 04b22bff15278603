import numpy as np
import pandas as pd
import pytest

from flatminima.figures.scatter import Scatter
from flatminima.quantities import default_quantities
from flatminima.summaries.cells import derived, fit_regression, select_rows
from tests.flatminima.figures.tables import VIEW, WORDS, assert_refused, legend_of, points_of

SCATTER = Scatter("e", "final_sharpness", "generalisation_gap")


def line_of(figure: Scatter, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    asked = figure.regression()
    return fit_regression(
        select_rows(tables["runs"], asked["select"]), asked["x"], asked["y"], asked["groups"]
    )


def scatter_tables() -> dict[str, pd.DataFrame]:
    x = np.geomspace(1, 100, 8)
    noise = np.exp(0.1 * np.sin(np.arange(8)))
    runs = pd.DataFrame(
        {"learning_rate": 0.1, "final_sharpness": x, "train_risk": 0.0, "test_risk": x**2 * noise}
    )
    tables = {"runs": derived(runs, default_quantities())}
    return tables | {"numbers": line_of(SCATTER, tables)}


def test_a_scatter_states_its_regression():
    tables = scatter_tables()
    figure = SCATTER.draw(tables, WORDS)
    slope = tables["numbers"]["slope"].item()
    assert len(points_of(figure.axes[0])) == 8
    assert any(f"slope {slope:.2f}" in text for text in legend_of(figure))


def test_slopes_within_and_between_the_values_of_an_axis_are_stated():
    tables = scatter_tables()
    scales = np.repeat([0.1, 0.2, 0.3, 0.4], 2)
    tables["runs"] = tables["runs"].assign(init_scale=scales)
    figure = SCATTER.replaced(colours="init_scale")
    numbers = line_of(figure, tables)
    drawn = figure.draw(tables | {"numbers": numbers}, WORDS)
    for kind in ("within", "between"):
        slope = numbers[f"slope_{kind}"].item()
        assert any(f"slope {slope:.2f}" in text for text in legend_of(drawn))
    colours = {line.get_color() for line in drawn.axes[0].lines if line.get_linestyle() == "-"}
    assert len(colours) == 5  # a line for each scale, and the one of all runs


def test_a_selection_leaves_runs_out_of_points_and_line():
    tables = scatter_tables()
    others = tables["runs"].assign(learning_rate=0.2, generalisation_gap=5.0)
    tables["runs"] = pd.concat([tables["runs"], others])
    selected = SCATTER.replaced(select={"learning_rate": [0.1]})
    assert line_of(selected, tables).equals(scatter_tables()["numbers"])
    figure = selected.draw(tables | {"numbers": line_of(selected, tables)}, WORDS)
    assert len(points_of(figure.axes[0])) == 8


@pytest.mark.parametrize(
    ("change", "key", "problem"),
    [
        ({"x": "outcome"}, "x", "is 'outcome'"),
        ({"y": "final_sharpnes"}, "y", "did you mean final_sharpness?"),
        ({"colours": "scale"}, "colours", "is 'scale'; allowed: "),
        ({"select": {"learning_rate": [3]}}, "select.learning_rate", "which e does not have"),
    ],
)
def test_what_is_not_there_is_refused(change, key, problem):
    SCATTER.check(VIEW)
    assert_refused(SCATTER.replaced(**change), VIEW, key, problem)


def test_it_names_its_tables_and_columns():
    assert SCATTER.tables() == {"runs": ("runs", "e")}
    assert SCATTER.regression() == {"x": SCATTER.x, "y": SCATTER.y, "groups": None, "select": {}}
    assert SCATTER.shown() == ["final_sharpness", "generalisation_gap", "learning_rate"]
    assert SCATTER.describe(WORDS).startswith("generalisation gap against sharpness after training")
