import numpy as np
import pandas as pd

from flatminima.figures.trajectory import Trajectory

from .tables import WORDS, sweep_tables


def trajectory_tables() -> dict[str, pd.DataFrame]:
    rows = [
        {
            "dataset": "d", "depth": 3, "width": 5, "learning_rate": 0.1, "init_scale": 0.5,
            "step": step, "quantity": quantity, "mean": 2.0**-step, "low": None, "high": None,
        }
        for quantity in ("distance", "sharpness")
        for step in range(4)
    ]  # fmt: skip
    summary = pd.DataFrame(rows).astype({"low": float, "high": float})
    return {"summary": summary, "theory": sweep_tables()["theory"]}


def test_trajectories_have_a_panel_a_quantity():
    trajectory = Trajectory("e", ("distance", "sharpness"), references=("lower_bound",))
    figure = trajectory.draw(trajectory_tables(), WORDS)
    assert [axes.get_ylabel() for axes in figure.axes] == [
        WORDS["distance"]["label"],
        WORDS["sharpness"]["label"],
    ]
    for axes in figure.axes:
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), [1, 0.5, 0.25, 0.125])
