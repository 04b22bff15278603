"""Small tables that figures are drawn of, and how to read a figure."""

from dataclasses import replace

import pandas as pd
import pytest

from flatminima.core.columns import AXES, BATCH_SIZE, PROBABILITIES, STEP, described
from flatminima.core.kinds import Misfit
from flatminima.figures import ExperimentView
from flatminima.figures.sweep import Sweep
from flatminima.optimisers.gradient_descent import GradientDescentKind
from flatminima.quantities import default_quantities, quantity_columns, summarised
from flatminima.runs.tables import run_columns

RATES, SCALES = (0.02, 0.1), (0.2, 0.4, 0.6)

WORDS = described(
    [
        *AXES,
        BATCH_SIZE,
        STEP,
        *PROBABILITIES,
        *(
            column
            for moment in ("start", "end", "path")
            for column in summarised(default_quantities(), moment)
        ),
    ]
)

SWEEP = Sweep(
    "e", "init_scale", "final_sharpness", "learning_rate", baseline="initial_sharpness",
    references=("two_over_learning_rate", "lower_bound"), y_scale="log", y_range=(0.1, 1000),
)  # fmt: skip


def sweep_tables() -> dict[str, pd.DataFrame]:
    cells = [
        {
            "dataset": "d", "depth": 3, "width": 5, "learning_rate": rate, "init_scale": scale,
            "quantity": quantity, "runs": 10, "converged": 9,
            "diverged": int(scale > 0.5 and rate > 0.05), "count": 10,
            "mean": 10 * scale + rate, "low": 9 * scale, "high": 12 * scale,
            "median": 10 * scale, "q25": 9 * scale, "q75": 11 * scale,
        }
        for quantity in ("final_sharpness", "divergence_probability")
        for rate in RATES
        for scale in SCALES
    ]  # fmt: skip
    cells += [cells[i] | {"quantity": "initial_sharpness", "learning_rate": None} for i in range(3)]
    theory = pd.DataFrame(
        [("d", 3, None, "lower_bound", 1.5)]
        + [(None, None, rate, "two_over_learning_rate", 2 / rate) for rate in RATES],
        columns=["dataset", "depth", "learning_rate", "quantity", "value"],
    )
    return {"summary": pd.DataFrame(cells), "theory": theory}


def lines_of(axes) -> dict:
    return {line.get_label(): line for line in axes.lines}


def points_of(axes) -> list[tuple[float, float]]:
    """Return the markers of a panel that no line joins."""
    return [
        point
        for line in axes.lines
        if line.get_linestyle() == "None"
        for point in zip(*line.get_data(), strict=True)
    ]


def written_on(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def legend_of(figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


VIEW = ExperimentView(
    name="e",
    axes={
        "dataset": ("d",), "depth": (3,), "width": (5,), "learning_rate": RATES,
        "init_scale": SCALES,
    },
    offers=frozenset({"product", "linear_theory"}),
    network="linear networks",
    runs=[
        *run_columns(GradientDescentKind(), default_quantities()),
        *quantity_columns(default_quantities(), "derived"),
    ],
    summary=[
        *PROBABILITIES,
        *summarised(default_quantities(), "start"),
        *summarised(default_quantities(), "end"),
    ],
    path=summarised(default_quantities(), "path"),
    width_follows_dataset=False,
)  # fmt: skip


def view(**values) -> ExperimentView:
    """Return what may be drawn of an experiment that differs in its axes, or else."""
    axes = {axis: values.pop(axis) for axis in list(values) if axis in VIEW.axes}
    return replace(VIEW, axes=VIEW.axes | axes, **values)


def assert_refused(figure, of, key, problem):
    with pytest.raises(Misfit) as caught:
        figure.check(of)
    assert caught.value.key == key
    assert problem in caught.value.problem
