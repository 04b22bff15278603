"""Summaries hold what a person would compute by hand from the run table."""

import numpy as np
import pandas as pd
import pytest

from flatminima.core.seeding import random_generator
from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.networks.linear import Linear
from flatminima.optimisers.gradient_descent import GradientDescentKind
from flatminima.quantities import default_quantities
from flatminima.runs.identities import RunIdentity
from flatminima.runs.tables import train_runs
from flatminima.summaries.cells import (
    derived,
    fit_regression,
    select_rows,
    summarise_runs,
    summarise_trajectories,
    tabulate_theory,
)
from flatminima.theory.closed_forms import minimal_sharpness

RATES, SCALES = (0.02, 3.0), (0.3, 0.6)
QUANTITIES = default_quantities()


@pytest.fixture(scope="module")
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    dataset = gaussian_dataset(12, 3, 1.0, random_generator(0, "data"))
    runs = [
        RunIdentity("e", "data", 3, 3, rate, scale, repetition)
        for rate in RATES
        for scale in SCALES
        for repetition in range(6)
    ]
    network, descent = Linear("gaussian", (3,), (3,)), GradientDescentKind()
    settings = {"study_seed": 0, "gradient_tolerance": 1e-4, "record_every": 20}
    return train_runs(dataset, network, descent, runs, 60, QUANTITIES, **settings)


def row(summary: pd.DataFrame, quantity: str, rate: float, scale: float) -> pd.Series:
    cell = (summary["learning_rate"] == rate) & (summary["init_scale"] == scale)
    (found,) = [r for _, r in summary[cell & (summary["quantity"] == quantity)].iterrows()]
    return found


def test_counts_and_means_are_over_the_runs_that_did_not_diverge(tables):
    runs, _ = tables
    summary = summarise_runs(runs, QUANTITIES, (), 0)
    assert (runs["outcome"] == "diverged").any()
    for (rate, scale), group in runs.groupby(["learning_rate", "init_scale"]):
        alive = group[group["outcome"] != "diverged"]
        found = row(summary, "final_sharpness", rate, scale)
        assert found["runs"] == 6
        assert found["diverged"] == 6 - len(alive) == 6 - found["count"]
        assert found["converged"] + found["not_converged"] == len(alive)
        if len(alive):
            assert found["mean"] == pytest.approx(alive["final_sharpness"].mean(), rel=1e-14)
            assert found["median"] == pytest.approx(alive["final_sharpness"].median(), rel=1e-14)
            gap = (alive["test_risk"] - alive["train_risk"]).mean()
            assert row(summary, "generalisation_gap", rate, scale)["mean"] == pytest.approx(gap)
        else:
            assert np.isnan(found["mean"])
        share = row(summary, "divergence_probability", rate, scale)
        assert share["mean"] == 1 - len(alive) / 6
        assert share["low"] <= share["mean"] <= share["high"]


def test_the_initialisation_is_taken_over_all_learning_rates(tables):
    runs, _ = tables
    summary = summarise_runs(runs, QUANTITIES, (), 0)
    initial = summary[summary["quantity"] == "initial_sharpness"]
    assert initial["learning_rate"].isna().all()
    assert (initial["count"] == 6 * len(RATES)).all()
    means = runs.groupby("init_scale")["initial_sharpness"].mean()
    np.testing.assert_allclose(initial.set_index("init_scale")["mean"], means, rtol=1e-14)


def test_intervals_depend_on_their_own_cell_alone(tables):
    runs, _ = tables
    whole = summarise_runs(runs, QUANTITIES, (), 0)
    part = summarise_runs(runs[runs["init_scale"] == SCALES[1]], QUANTITIES, (), 0)
    of_whole = whole[whole["init_scale"] == SCALES[1]].reset_index(drop=True)
    pd.testing.assert_frame_equal(of_whole, part, check_exact=True)


def test_trajectories_are_summarised_step_by_step(tables):
    runs, trajectories = tables
    summary = summarise_trajectories(trajectories, QUANTITIES, (), 0)
    assert sorted(summary["step"].unique()) == [0, 20, 40, 60]
    last = summary[(summary["step"] == 60) & (summary["quantity"] == "sharpness")]
    alive = runs[runs["outcome"] != "diverged"]
    for (rate, scale), group in alive.groupby(["learning_rate", "init_scale"]):
        cell = last[(last["learning_rate"] == rate) & (last["init_scale"] == scale)]
        assert cell["mean"].item() == pytest.approx(group["final_sharpness"].mean(), rel=1e-12)


def test_theory_is_a_row_for_each_dataset_depth_and_rate():
    dataset = gaussian_dataset(12, 3, 1.0, random_generator(0, "data"))
    table = tabulate_theory("e", {"data": dataset}, (2, 5), RATES, linear=True)
    smallest = table[table["quantity"] == "minimal_sharpness"].set_index("depth")["value"]
    for depth in (2, 5):
        exact = minimal_sharpness(dataset.covariance, dataset.minimum_norm_solution, depth)
        assert smallest[depth] == exact
    edges = table[table["quantity"] == "two_over_learning_rate"]
    assert edges["value"].tolist() == [2 / rate for rate in RATES]


def test_a_network_that_is_not_linear_has_only_the_edge_of_stability():
    table = tabulate_theory("e", {}, (3,), RATES, linear=False)
    assert set(table["quantity"]) == {"two_over_learning_rate"}


def test_a_regression_says_what_it_left_out():
    x = np.array([1.0, 10.0, 100.0, 1000.0, np.nan])
    runs = pd.DataFrame({"final_sharpness": x, "test_risk": 3 * x**0.5, "train_risk": 0.0})
    runs = derived(runs, QUANTITIES)
    line = fit_regression(runs, "final_sharpness", "generalisation_gap").iloc[0]
    assert line["slope"] == pytest.approx(0.5)
    assert line["left_out"] == 1


@pytest.mark.parametrize(
    ("selection", "kept"),
    [
        ({}, [1.0, 2.0, 3.0, None]),
        ({"axis": [1.0, 3.0]}, [1.0, 3.0, None]),
        ({"another": [1.0]}, [1.0, 2.0, 3.0, None]),
        ({"axis": {"at_least": 2}}, [2.0, 3.0, None]),
        ({"axis": {"at_most": 2, "at_least": 2}}, [2.0, None]),
    ],
)
def test_a_selection_keeps_values_and_rows_without_one(selection, kept):
    table = pd.DataFrame({"axis": [1.0, 2.0, 3.0, None]})
    pd.testing.assert_frame_equal(
        select_rows(table, selection).reset_index(drop=True), pd.DataFrame({"axis": kept})
    )
