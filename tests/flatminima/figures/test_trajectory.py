import numpy as np
import pandas as pd
import pytest

from flatminima.figures.trajectory import Trajectory
from tests.flatminima.figures.tables import (
    VIEW,
    WORDS,
    assert_refused,
    sweep_tables,
    view,
    written_on,
)

PATHS = pd.DataFrame(
    {"learning_rate": 0.1, "repetition": [0] * 4 + [1] * 4, "step": [*range(4)] * 2,
     "distance": [1.0] * 4 + [2.0] * 4, "sharpness": 3.0}
)  # fmt: skip


def trajectory_tables() -> dict[str, pd.DataFrame]:
    rows = [
        {
            "dataset": "d", "depth": 3, "width": 5, "learning_rate": 0.1, "init_scale": 0.5,
            "step": step, "quantity": quantity, "mean": 2.0**-step, "low": None, "high": None,
        }
        for quantity in ("distance", "sharpness")
        for step in range(4)
    ]  # fmt: skip
    summary = pd.DataFrame(rows).astype({"low": float, "high": float}).assign(count=4)
    return {"summary": summary, "paths": PATHS, "theory": sweep_tables()["theory"]}


def test_trajectories_have_a_panel_a_quantity():
    trajectory = Trajectory("e", ("distance", "sharpness"), references=("lower_bound",))
    figure = trajectory.draw(trajectory_tables(), WORDS)
    assert [axes.get_ylabel() for axes in figure.axes] == [
        WORDS["distance"]["label"],
        WORDS["sharpness"]["label"],
    ]
    for axes in figure.axes:
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), [1, 0.5, 0.25, 0.125])


def test_of_fewer_than_four_runs_each_is_drawn():
    tables = trajectory_tables()
    tables["summary"] = tables["summary"].assign(count=2)
    axes = Trajectory("e").draw(tables, WORDS).axes[0]
    assert [list(line.get_ydata()) for line in axes.lines[:2]] == [[1] * 4, [2] * 4]
    assert written_on(axes) == [r"$\eta$ = 0.1"]


def test_colour_and_legend_tell_what_varies():
    tables = trajectory_tables()
    other = tables["summary"].assign(depth=4, mean=1.0)
    tables["summary"] = pd.concat([tables["summary"], other])
    figure = Trajectory("e").draw(tables, WORDS)
    assert written_on(figure.axes[0]) == ["$L$ = 3", "$L$ = 4"]
    assert not figure.legends
    assert len({line.get_color() for line in figure.axes[0].lines}) == 2
    selected = Trajectory("e", select={"depth": [4]}).draw(tables, WORDS)
    np.testing.assert_array_equal(selected.axes[0].lines[0].get_ydata(), np.ones(4))


def test_an_experiment_without_trajectories_is_refused():
    Trajectory("e").check(VIEW)
    assert_refused(Trajectory("e"), view(path=[]), "experiment", "which records no trajectories")


@pytest.mark.parametrize(
    ("change", "key", "problem"),
    [
        ({"panels": ("distance", "train_risks")}, "panels[1]", "did you mean train_risk?"),
        ({"references": ("critical_learning_rate",)}, "references", "which is a learning rate"),
        ({"select": {"depth": [4]}}, "select.depth", "which e does not have"),
    ],
)
def test_what_is_not_there_or_would_be_untrue_is_refused(change, key, problem):
    assert_refused(Trajectory("e").replaced(**change), VIEW, key, problem)


def test_it_names_its_tables_and_columns():
    trajectory = Trajectory("e", references=("lower_bound",))
    assert trajectory.tables() == {
        "summary": ("trajectories", "e"),
        "paths": ("paths", "e"),
        "theory": ("theory", "e"),
    }
    assert set(trajectory.shown()) <= WORDS.keys()
    assert trajectory.describe(WORDS) == (
        "squared distance, sharpness along training: the mean of the runs with its 95 % interval; "
        "of fewer than four runs, each run; what is below 1e-28 is rounding, drawn at "
        "that level; lines of theory: lower bound"
    )
