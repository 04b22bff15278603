from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.core.columns import typed
from flatminima.datasets import Dataset
from flatminima.networks.linear import Linear
from flatminima.networks.linear.network import LinearNetwork
from flatminima.networks.mlp import Mlp
from flatminima.networks.mlp.network import MultilayerPerceptron
from flatminima.optimisers.gradient_descent import GradientDescentKind
from flatminima.optimisers.sgd import Sgd
from flatminima.quantities import default_quantities
from flatminima.runs.identities import RunIdentity
from flatminima.runs.tables import build_network, path_columns, run_columns, train_runs
from flatminima.sharpness import SharpnessResult
from tests.flatminima import references
from tests.flatminima.cases import data

SEED, STEPS, TOLERANCE = 11, 80, 1e-3

DESCENT, QUANTITIES = GradientDescentKind(), default_quantities()

NETWORKS = {
    "gaussian": Linear("gaussian", (3,), (5,)),
    "narrow": Linear("gaussian", (3,), (2,)),
    "residual": Linear("residual", (3,), (5,)),
    "tanh": Mlp("gaussian", (3,), (5,)),
    "erf": Mlp("gaussian", (3,), (5,), gelu="erf"),
}
kinds = pytest.mark.parametrize("kind", NETWORKS)


def identities(kind, count=10):
    """Return runs of many rates and scales, some of which diverge."""
    (depth,), (width,) = NETWORKS[kind].depth, NETWORKS[kind].width
    rates, scales = (0.02, 0.1, 40.0), (0.3, 0.6)
    return [
        RunIdentity(
            experiment=kind,
            dataset="overdetermined",
            depth=depth,
            width=width,
            learning_rate=rates[i % 3],
            init_scale=scales[i % 2],
            repetition=i,
        )
        for i in range(count)
    ]


def trained(kind, runs, dataset=None, steps=STEPS, **options):
    return train_runs(
        data(50, 5) if dataset is None else dataset,
        NETWORKS[kind],
        DESCENT,
        runs,
        steps,
        QUANTITIES,
        **{"study_seed": SEED, "gradient_tolerance": TOLERANCE} | options,
    )


@cache
def tables(kind):
    return trained(kind, identities(kind), record_every=30)


def initial_weights(network, kind, run):
    return NETWORKS[kind].initialise(network, run.init_scale, run.generator(SEED))


# Networks from their kinds


def test_a_kind_builds_its_network():
    dataset = data(50, 5)
    linear = build_network(NETWORKS["narrow"], dataset, SEED, "any")
    assert isinstance(linear, LinearNetwork)
    assert linear.layer_shapes == ((2, 5), (2, 2), (1, 2))
    assert linear.projection.tolist() == [1]
    for form in ("tanh", "erf"):
        perceptron = build_network(NETWORKS[form].at(3, 4), dataset, SEED, "any")
        assert isinstance(perceptron, MultilayerPerceptron)
        assert perceptron.layer_shapes == ((4, 5), (4, 4), (1, 4))
        assert references.gelu_form(perceptron) == form


def test_a_projection_belongs_to_seed_experiment_and_depth():
    def projection(seed=SEED, experiment="residual", depth=3):
        return build_network(
            NETWORKS["residual"].at(depth, 5), data(50, 5), seed, experiment
        ).projection

    assert np.linalg.norm(projection()) == pytest.approx(1, rel=1e-15)
    assert np.array_equal(projection(), projection())
    for other in (projection(seed=1), projection(experiment="depth"), projection(depth=4)):
        assert not np.array_equal(projection(), other)


# The tables


@kinds
def test_tables_have_their_columns_and_types(kind):
    declared = [typed(of(DESCENT, QUANTITIES)) for of in (run_columns, path_columns)]
    for table, columns in zip(tables(kind), declared, strict=True):
        assert {name: str(dtype) for name, dtype in table.dtypes.items()} == columns
        assert list(table.columns) == list(columns)


@kinds
def test_rows_are_the_runs_in_their_order(kind):
    table, _ = tables(kind)
    assert len(table) == 10
    for row, run in zip(table.itertuples(), identities(kind), strict=True):
        for name, value in run.row().items():
            assert getattr(row, name) == value
        assert row.steps == STEPS


@kinds
def test_rows_hold_what_a_plain_loop_finds(kind):
    dataset = data(50, 5)
    network = build_network(NETWORKS[kind], dataset, SEED, kind)
    linear = isinstance(network, LinearNetwork)

    def distance(weights):
        product = references.outputs(network, weights, np.eye(5))
        return np.sum((product - dataset.minimum_norm_solution) ** 2) if linear else np.nan

    def close(value):
        return pytest.approx(value, rel=1e-8, abs=1e-20, nan_ok=True)

    table, _ = tables(kind)
    for row, run in zip(table.itertuples(), identities(kind), strict=True):
        start = initial_weights(network, kind, run)
        trajectory, diverged_at = references.descend(network, start, run.learning_rate, STEPS)
        assert row.initial_sharpness == close(references.sharpness(network, start))
        assert row.initial_distance == close(distance(start))
        assert 0 <= row.sharpness_residual <= 1e-8
        if diverged_at >= 0:
            assert (row.outcome, row.diverged_at) == ("diverged", diverged_at)
            final = [row.final_sharpness, row.final_distance, row.train_risk, row.test_risk]
            assert np.isnan([*final, row.gradient_norm]).all()
            continue
        end = trajectory[-1]
        gradient_norm = np.linalg.norm(references.gradient(network, end))
        missed = references.outputs(network, end, dataset.test_inputs) - dataset.test_targets
        assert row.outcome == ("converged" if gradient_norm <= TOLERANCE else "not_converged")
        assert row.diverged_at is pd.NA
        assert row.final_sharpness == close(references.sharpness(network, end))
        assert row.final_distance == close(distance(end))
        assert row.train_risk == close(references.risk(network, end))
        assert row.test_risk == close(np.mean(missed**2))
        # Where a run has converged, the gradient is a difference of numbers of order one.
        assert row.gradient_norm == pytest.approx(gradient_norm, rel=1e-8, abs=1e-13)


@pytest.mark.parametrize(("before", "after"), [(1e-9, 2e-9), (2e-9, 1e-9)])
def test_the_residual_of_a_row_is_the_larger_of_its_two(monkeypatch, before, after):
    found = iter([SharpnessResult(1.0, before), SharpnessResult(1.0, after)])
    monkeypatch.setattr("flatminima.sharpness.compute_sharpness", lambda *_: next(found))
    table, _ = trained("gaussian", identities("gaussian", 1))
    assert table["sharpness_residual"].tolist() == [2e-9]


def test_all_three_outcomes_occur():
    found = {outcome for kind in NETWORKS for outcome in tables(kind)[0]["outcome"]}
    assert found == {"converged", "not_converged", "diverged"}


def test_a_run_has_converged_exactly_up_to_the_tolerance():
    runs = identities("gaussian", 1)
    norm = trained("gaussian", runs)[0]["gradient_norm"][0]
    for tolerance, outcome in ((norm, "converged"), (np.nextafter(norm, 0), "not_converged")):
        table, _ = trained("gaussian", runs, gradient_tolerance=tolerance)
        assert table["outcome"].tolist() == [outcome]


@kinds
def test_trajectories_hold_what_a_plain_loop_finds(kind):
    dataset = data(50, 5)
    network = build_network(NETWORKS[kind], dataset, SEED, kind)
    _, trajectories = tables(kind)
    found = {
        (row.repetition, row.step): (row.train_risk, row.sharpness)
        for row in trajectories.itertuples()
    }
    expected = {}
    for run in identities(kind):
        start = initial_weights(network, kind, run)
        states, _ = references.descend(network, start, run.learning_rate, STEPS)
        for step in (0, 30, 60, 80):  # every 30 steps, and the last
            if step < len(states):
                expected[run.repetition, step] = (
                    references.risk(network, states[step]),
                    references.sharpness(network, states[step]),
                )
    assert found.keys() == expected.keys()
    for key, values in expected.items():
        assert found[key] == pytest.approx(values, rel=1e-8, abs=1e-20)


@pytest.mark.parametrize("kind", ["gaussian", "residual", "tanh"])
def test_a_trajectory_ends_in_the_row_of_its_run(kind):
    runs, trajectories = tables(kind)
    last = trajectories[trajectories["step"] == STEPS].set_index("repetition")
    survivors = runs[runs["outcome"] != "diverged"].set_index("repetition")
    assert last.index.tolist() == survivors.index.tolist()
    assert last["sharpness"].equals(survivors["final_sharpness"].rename("sharpness"))
    assert last["distance"].equals(survivors["final_distance"].rename("distance"))
    assert last["train_risk"].to_numpy() == pytest.approx(survivors["train_risk"], rel=1e-12)


def test_a_trajectory_ends_before_its_run_diverges():
    runs, trajectories = trained("gaussian", identities("gaussian"), record_every=1)
    for row in runs.itertuples():
        steps = trajectories.loc[trajectories["repetition"] == row.repetition, "step"]
        end = row.diverged_at if row.outcome == "diverged" else STEPS + 1
        assert steps.tolist() == list(range(end))
    assert np.isfinite(trajectories[["train_risk", "distance", "sharpness"]]).all(axis=None)


def test_nothing_is_recorded_unasked():
    _, trajectories = trained("gaussian", identities("gaussian", 2))
    assert len(trajectories) == 0
    assert list(trajectories.columns) == list(typed(path_columns(DESCENT, QUANTITIES)))


def test_without_a_test_set_there_is_no_test_risk():
    dataset = data(50, 5)
    table, _ = trained(
        "gaussian", identities("gaussian", 1), Dataset(dataset.inputs, dataset.targets)
    )
    assert np.isnan(table["test_risk"]).all()
    assert np.isfinite(table["train_risk"]).all()


@kinds
def test_all_runs_may_diverge(kind):
    runs = [run for run in identities(kind, 60) if run.learning_rate == 40]
    table, _ = trained(kind, runs)
    # Of the perceptrons some fall into the flat tail of GELU instead.
    diverging = [runs[i] for i in np.flatnonzero(table["diverged_at"].fillna(STEPS) < STEPS)]
    assert diverging
    table, trajectories = trained(kind, diverging, record_every=STEPS)
    assert (table["outcome"] == "diverged").all()
    assert table["diverged_at"].between(1, STEPS).all()
    assert set(trajectories["step"]) == {0}


@pytest.mark.parametrize("steps", [0, 5])
def test_a_run_whose_final_hessian_overflows_has_diverged_at_the_end(monkeypatch, steps):
    # One layer huge and another tiny: the risk is moderate, but its curvature is not.
    runs = [replace(identities("gaussian")[0], learning_rate=0.0)]
    network = build_network(NETWORKS["gaussian"], data(50, 5), SEED, "gaussian")
    first, middle, last = references.split(network, initial_weights(network, "gaussian", runs[0]))
    weights = references.join([1e170 * first, middle, 1e-170 * last])
    monkeypatch.setattr("flatminima.networks.linear.initialise", lambda *_: weights)
    table, _ = trained("gaussian", runs, steps=steps)
    assert np.isfinite(references.risk(network, weights))
    assert table["outcome"].tolist() == ["diverged"]
    assert table["diverged_at"].tolist() == [steps]
    final = ["final_sharpness", "final_distance", "train_risk", "test_risk", "gradient_norm"]
    assert np.isnan(table[final]).all(axis=None)
    assert np.isfinite(table["initial_distance"][0])


@pytest.mark.parametrize("scale", [1e28, 1e45, 1e60, 1e100])
@pytest.mark.parametrize("kind", ["gaussian", "tanh"])
def test_a_huge_initialisation_is_a_diverged_run_and_not_an_error(kind, scale):
    run = replace(identities(kind)[0], init_scale=scale)
    table, _ = trained(kind, [run], record_every=1)
    assert table["outcome"].tolist() == ["diverged"]


def test_progress_is_passed_on(monkeypatch):
    monkeypatch.setattr("flatminima.runs.training.PROGRESS_INTERVAL", -1.0)
    monkeypatch.setattr("flatminima.runs.training.GROUPED_STEPS", 2)
    reports = []
    trained("gaussian", identities("gaussian", 2), steps=5, progress=reports.append)
    assert [report.step for report in reports] == [2, 4, 5]


# A row depends on the identity of its run alone, to the last bit


@cache
def rows_alone(kind):
    """Return the tables of each run trained alone."""
    return [trained(kind, [run], record_every=30) for run in identities(kind)]


@kinds
@settings(max_examples=8)
@given(batch=st.lists(st.integers(0, 9), min_size=1, max_size=14, unique=False))
def test_a_row_is_the_same_in_any_batch(kind, batch):
    runs = identities(kind)
    table, trajectories = trained(kind, [runs[i] for i in batch], record_every=30)
    alone = [rows_alone(kind)[i] for i in batch]
    expected = pd.concat([rows for rows, _ in alone], ignore_index=True)
    pd.testing.assert_frame_equal(table, expected, check_exact=True)

    order = ["step", "repetition"]
    expected = pd.concat([records for _, records in alone]).sort_values(order)
    pd.testing.assert_frame_equal(
        trajectories.sort_values(order).reset_index(drop=True),
        expected.reset_index(drop=True),
        check_exact=True,
    )


@kinds
def test_more_steps_do_not_move_a_trajectory(kind):
    _, longer = trained(kind, identities(kind), steps=120, record_every=30)
    _, shorter = trained(kind, identities(kind), steps=60, record_every=30)
    beginning = longer[longer["step"] <= 60].reset_index(drop=True)
    pd.testing.assert_frame_equal(shorter, beginning, check_exact=True)


def test_another_seed_is_another_study():
    runs = identities("gaussian", 3)
    first, _ = trained("gaussian", runs)
    second, _ = trained("gaussian", runs, study_seed=SEED + 1)
    assert not np.isin(first["initial_sharpness"], second["initial_sharpness"]).any()


@pytest.mark.parametrize("kind", ["gaussian", "tanh"])
def test_settings_of_an_optimiser_are_trained_as_each_by_itself(kind, monkeypatch):
    def of(*batch_sizes):
        monkeypatch.setattr(f"{__name__}.DESCENT", Sgd(batch_sizes))
        return trained(kind, identities(kind, 6), record_every=30)

    together = of(2, 7, 50)
    each = [of(size) for size in (2, 7, 50)]
    for position, table in enumerate(together):
        expected = pd.concat([tables[position] for tables in each], ignore_index=True)
        pd.testing.assert_frame_equal(table, expected, check_exact=True)
    assert together[0]["batch_size"].tolist() == [2] * 6 + [7] * 6 + [50] * 6
    assert together[0].groupby("batch_size")["train_risk"].first().nunique() == 3
