"""A finished study agrees with the one that is kept in tests/reference."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from tests import default
from tests.agreement import (
    CELL,
    disagreements,
    is_stable,
    measured_disagreements,
    trajectory_disagreements,
)

PROJECT = Path(__file__).parents[1]
REFERENCE = PROJECT / "tests/reference/summaries"
RESULTS = PROJECT / "results/summaries"
NUMBERS = ("seed", "training", "datasets", "experiments", "measurements")


CONFIG = yaml.safe_load((REFERENCE.parent / "config.yaml").read_text())
EXPERIMENTS = sorted(CONFIG["experiments"])
RECORDED = sorted(name for name, block in CONFIG["experiments"].items() if "record_every" in block)
MEASUREMENTS = sorted(CONFIG["measurements"])
"""Of the main paper; of the companions' tables figures are drawn in `test_figure_texts`."""


def kept(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv")


@pytest.fixture
def finished():
    """Read a table of the study in results/, if it is whole and of the configuration kept."""
    if any(default.CONFIG[part] != CONFIG[part] for part in NUMBERS):
        pytest.skip("config.yaml is not that of the study in tests/reference")

    def read(name: str) -> pd.DataFrame:
        path = RESULTS / f"{name}.csv"
        if not path.exists():
            pytest.skip(f"no {path.relative_to(PROJECT)}; `snakemake --cores 2` makes it")
        return pd.read_csv(path)

    return read


def test_the_reference_is_of_the_whole_study():
    measurements = default.STUDY.measurements.keys() - {"shallow_outcomes"}  # of megabytes
    for folder, found in (("theory", default.STUDY.experiments), ("measurements", measurements)):
        assert {path.stem for path in (REFERENCE / folder).glob("*.csv")} == set(found)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_agrees(finished, name):
    assert disagreements(finished(name), kept(name)) == []


@pytest.mark.parametrize("name", RECORDED)
def test_trajectories_agree(finished, name):
    name = f"trajectories/{name}"
    assert trajectory_disagreements(finished(name), kept(name)) == []


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_a_measurement_agrees(finished, name):
    name = f"measurements/{name}"
    assert measured_disagreements(finished(name), kept(name)) == []


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_lines_of_theory_agree(finished, name):
    here, there = finished(f"theory/{name}"), kept(f"theory/{name}")
    np.testing.assert_allclose(here.pop("value"), there.pop("value"), rtol=1e-12)
    pd.testing.assert_frame_equal(here, there)


def test_the_verdicts_are_the_same(finished):
    columns = ["claim", "statement", "verdict"]
    pd.testing.assert_frame_equal(
        finished("claims/flat_minima")[columns], kept("claims/flat_minima")[columns]
    )


# The comparison itself can fail.


@pytest.fixture
def gaussian() -> pd.DataFrame:
    return kept("gaussian")


def changed(table: pd.DataFrame, row: int, **values) -> pd.DataFrame:
    return table.assign(
        **{name: table[name].where(table.index != row, value) for name, value in values.items()}
    )


def row_of(table: pd.DataFrame, quantity: str, *, stable: bool) -> int:
    rows = table[(table["quantity"] == quantity) & (is_stable(table) == stable)]
    return rows.index[len(rows) // 2]


def test_a_study_agrees_with_itself(gaussian):
    assert disagreements(gaussian, gaussian) == []
    shuffled = gaussian.sample(frac=1, random_state=0)
    assert disagreements(shuffled, gaussian) == []


@pytest.mark.parametrize(("relative", "agrees"), [(1e-13, True), (1e-6, False)])
def test_stable_cells_agree_to_rounding(gaussian, relative, agrees):
    row = row_of(gaussian, "final_sharpness", stable=True)
    moved = changed(gaussian, row, mean=gaussian["mean"][row] * (1 + relative))
    assert (disagreements(moved, gaussian) == []) is agrees


@pytest.mark.parametrize(("errors", "agrees"), [(1.0, True), (12.0, False)])
def test_cells_at_the_edge_agree_as_samples(gaussian, errors, agrees):
    rows = gaussian[(gaussian["learning_rate"] == 0.2) & (gaussian["quantity"] == "final_distance")]
    row = rows.index[rows["count"] >= 20][0]
    assert not is_stable(gaussian)[row]
    half = (gaussian["high"][row] - gaussian["low"][row]) / 2
    moved = changed(gaussian, row, mean=gaussian["mean"][row] + errors * half)
    assert (disagreements(moved, gaussian) == []) is agrees


@pytest.mark.parametrize(("more", "agrees"), [(2, True), (40, False)])
def test_counts_at_the_edge_agree_as_samples(gaussian, more, agrees):
    rows = gaussian[
        (gaussian["learning_rate"] == 0.2)
        & (gaussian["quantity"] == "divergence_probability")
        & gaussian["diverged"].between(10, 40)
    ]
    row = rows.index[0]
    moved = changed(gaussian, row, diverged=gaussian["diverged"][row] + more)
    assert (disagreements(moved, gaussian) == []) is agrees


def test_another_count_in_a_stable_cell_disagrees(gaussian):
    row = row_of(gaussian, "convergence_probability", stable=True)
    assert disagreements(changed(gaussian, row, diverged=1), gaussian)


def test_a_missing_cell_disagrees(gaussian):
    cell = gaussian[CELL].eq(gaussian[CELL].iloc[30]).all(axis=1)
    assert disagreements(gaussian[~cell], gaussian) == ["the cells differ"]


@pytest.mark.parametrize(
    ("name", "relative"), [("minimal_sharpness", 1e-9), ("final_sharpness", 1e-5)]
)
def test_a_measurement_that_is_off_disagrees(name, relative):
    table = kept("measurements/flow_scale")
    moved = changed(table, 3, **{name: table[name][3] * (1 + relative)})
    assert measured_disagreements(table, table) == []
    (line,) = measured_disagreements(moved, table)
    assert line.startswith(f"{name} in row 3")


def test_of_a_path_the_steps_may_differ_but_not_its_ends():
    table = kept("measurements/flow_path")
    steps = table["solver_step"]
    assert measured_disagreements(table[steps != 20].reset_index(drop=True), table) == []
    last = steps.idxmax()
    moved = changed(table, last, deviation=table["deviation"][last] * (1 + 1e-5))
    (line,) = measured_disagreements(moved, table)
    assert line.startswith("deviation in row ('flow_path', ")
    missing = table[table["initialisation"] != "residual"].reset_index(drop=True)
    renamed = table.replace({"initialisation": {"residual": "he"}})
    for other in (missing, renamed):
        assert measured_disagreements(other, table) == ["the rows differ"]


@pytest.mark.parametrize(
    ("relative", "cancelling", "agrees"),
    [(1e-11, True, True), (1e-6, True, False), (1e-11, False, False)],
)
def test_layers_that_cancel_lose_digits(relative, cancelling, agrees):
    table = kept("measurements/random_minimisers")
    size = table["upper_layer_norm_bound"] / table["sharpness"]
    row = size.idxmax() if cancelling else size.idxmin()
    moved = changed(table, row, sharpness=table["sharpness"][row] * (1 + relative))
    assert (measured_disagreements(moved, table) == []) is agrees


@pytest.mark.parametrize(("relative", "agrees"), [(1e-13, True), (1e-6, False)])
def test_a_stable_step_of_a_trajectory_agrees_to_rounding(relative, agrees):
    table = kept("trajectories/residual_trajectories")
    moved = changed(table, 20, mean=table["mean"][20] * (1 + relative))
    assert (trajectory_disagreements(moved, table) == []) is agrees
