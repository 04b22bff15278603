from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.kernels.batch import StepsTaken
from flatminima.optimisers import GradientDescent
from flatminima.runs import training
from flatminima.runs.training import every_start_at_every_rate, train
from tests.flatminima import references
from tests.flatminima.cases import (
    LINEAR,
    PERCEPTRONS,
    assert_close,
    assert_same_bits,
    linear,
    named,
    perceptron,
    random_parameters,
    residual,
)

NETWORKS = LINEAR | PERCEPTRONS


def rates(runs, rate=0.02):
    return GradientDescent(np.full(runs, rate))


def stationary(network, runs=1):
    """Return weights with a zero gradient, if there are at least two layers."""
    parameters = network.allocate(runs)
    parameters[:] = 0
    return parameters


# Against a plain loop, one run at a time


@pytest.mark.parametrize("network", named(NETWORKS))
def test_training_is_the_plain_loop(network):
    parameters = random_parameters(network, 3)
    learning_rates = np.array([0.001, 0.01, 0.03])
    result = train(network, parameters, GradientDescent(learning_rates), 100)
    for run, learning_rate in enumerate(learning_rates):
        trajectory, diverged_at = references.descend(
            network, parameters[:, run], learning_rate, 100
        )
        assert result.diverged_at[run] == diverged_at
        if diverged_at >= 0:
            continue
        final = trajectory[-1]
        # Roundings of 100 steps, which the curvature may amplify on the way.
        assert_close(result.parameters[:, run], final, 1e-11)
        gradient_norm = np.linalg.norm(references.gradient(network, final))
        assert result.risk[run] == pytest.approx(references.risk(network, final), rel=1e-10)
        assert result.gradient_norm[run] == pytest.approx(gradient_norm, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("name", ["square", "residual", "one feature", "tanh", "erf, wide"])
def test_a_run_diverges_at_the_step_of_the_plain_loop(name):
    network = NETWORKS[name]
    parameters = random_parameters(network, 60)
    learning_rates = np.geomspace(0.02, 100.0, 60)
    result = train(network, parameters, GradientDescent(learning_rates), 20)
    expected = [
        references.descend(network, parameters[:, run], rate, 20)[1]
        for run, rate in enumerate(learning_rates)
    ]
    assert result.diverged_at.tolist() == expected
    assert len(set(expected) - {-1}) >= 3  # else the test is too easy

    diverged = result.diverged_at >= 0
    assert np.isnan(result.parameters[:, diverged]).all()
    assert np.isnan(result.risk[diverged]).all()
    assert np.isnan(result.gradient_norm[diverged]).all()
    assert np.isfinite(result.parameters[:, ~diverged]).all()
    assert np.isfinite(result.risk[~diverged]).all()


@pytest.mark.parametrize("name", ["square", "tanh", "erf"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e200])
@pytest.mark.parametrize("entry", [0, -1])
def test_one_weight_that_is_not_finite_or_huge_is_divergence_at_step_0(name, value, entry):
    network = NETWORKS[name]
    parameters = random_parameters(network, 2)
    parameters[entry, 0] = value
    for steps in (0, 1, 5):
        result = train(network, parameters, rates(2), steps)
        assert result.diverged_at.tolist() == [0, -1]


def test_a_run_may_diverge_at_the_very_last_step():
    network = NETWORKS["square"]
    parameters = random_parameters(network, 1, scale=3.0)
    step = train(network, parameters, rates(1, 2.0), 100).diverged_at[0]
    assert step > 1
    assert train(network, parameters, rates(1, 2.0), step).diverged_at[0] == step
    assert train(network, parameters, rates(1, 2.0), step - 1).diverged_at[0] == -1


@pytest.mark.parametrize("name", ["square", "one layer", "residual", "tanh", "erf, wide"])
def test_all_runs_may_diverge(name):
    network = NETWORKS[name]
    parameters = random_parameters(network, 60)
    diverged_at = train(network, parameters, rates(60, 30.0), 200).diverged_at
    diverging = diverged_at >= 0  # of the perceptrons some fall into the flat tail of GELU
    assert diverging.sum() > 3
    result = train(network, parameters[:, diverging], rates(diverging.sum(), 30.0), 200)
    assert_same_bits(result.diverged_at, diverged_at[diverging])
    assert np.isnan(result.parameters).all()


@pytest.mark.parametrize("name", ["square", "tanh"])
def test_no_step_measures_the_initial_weights(name):
    network = NETWORKS[name]
    parameters = random_parameters(network, 3)
    result = train(network, parameters, rates(3), 0)
    assert_same_bits(result.parameters, parameters)
    assert_close(result.risk, [references.risk(network, run) for run in parameters.T])


@pytest.mark.parametrize("name", ["square", "tanh"])
def test_one_step_subtracts_rate_times_gradient(name):
    network = NETWORKS[name]
    parameters = random_parameters(network, 3)
    learning_rates = np.array([0.0, 0.1, 0.2])
    result = train(network, parameters, GradientDescent(learning_rates), 1)
    for run, rate in enumerate(learning_rates):
        weights = parameters[:, run]
        expected = weights - rate * references.gradient(network, weights)
        assert_close(result.parameters[:, run], expected)


def test_every_start_is_taken_at_every_rate():
    network = NETWORKS["square"]
    starts = np.random.default_rng(0).standard_normal((network.size, 2))
    initial, optimiser = every_start_at_every_rate(network, starts, np.array([0.1, 0.2, 0.3]))
    assert optimiser.learning_rates.tolist() == [0.1, 0.1, 0.2, 0.2, 0.3, 0.3]
    for position in range(6):
        assert (initial[:, position] == starts[:, position % 2]).all()


@pytest.mark.parametrize("name", ["square", "tanh"])
def test_the_initial_weights_are_not_changed(name):
    network = NETWORKS[name]
    parameters = random_parameters(network, 3)
    before = parameters.copy()
    train(network, parameters, rates(3), 70)
    assert_same_bits(parameters, before)


# Runs that stand still


@cache
def long_training(grouped_steps):
    """Train runs that reach a fixed point, so many steps at once."""
    network = linear(9, 2, 2)
    parameters = random_parameters(network, 12, scale=0.5)
    parameters[:, 3] = 0
    progress = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "GROUPED_STEPS", grouped_steps)
        patch.setattr(training, "PROGRESS_INTERVAL", -1.0)
        result = train(network, parameters, rates(12, 0.1), 2000, progress=progress.append)
    return result, [report.active for report in progress]


def test_runs_at_a_fixed_point_leave_and_are_what_they_would_have_become():
    result, active = long_training(64)
    patient, patient_active = long_training(10**9)
    assert active[0] == 11  # zero weights stand still from the start
    assert active[-1] < 6  # others converge to the last bit
    assert len(patient_active) == 1  # all steps at once: nobody looks before the end
    for name in ("parameters", "diverged_at", "risk", "gradient_norm"):
        assert_same_bits(getattr(result, name), getattr(patient, name))


@pytest.mark.parametrize("network", [linear(50, 5, 3), perceptron(50, 5, 3)])
def test_all_runs_may_leave(network):
    result = train(network, stationary(network, 3), rates(3), 200)
    assert (result.parameters == 0).all()
    assert (result.diverged_at == -1).all()
    assert (result.gradient_norm == 0).all()
    assert_close(result.risk, np.full(3, np.mean(network.dataset.targets**2)))


# What a training tells while it runs


def observed(network, parameters, optimiser, steps, recorded):
    """Return what `observe` was called with, by step."""
    calls = {}

    def observe(step, weights, alive):
        assert step not in calls
        calls[step] = (weights.copy(), alive.copy())

    train(network, parameters, optimiser, steps, recorded_steps=recorded, observe=observe)
    return calls


@pytest.mark.parametrize("name", ["square", "tanh"])
def test_observe_sees_the_weights_of_the_recorded_steps(name):
    # Three kinds of runs: one trains, one stands still (and leaves), one diverges (and leaves).
    network = NETWORKS[name]
    many = random_parameters(network, 60)
    diverging = np.flatnonzero(train(network, many, rates(60, 30.0), 20).diverged_at > 3)[0]
    parameters = many[:, [0, 0, diverging]]
    parameters[:, 1] = 0
    optimiser = GradientDescent(np.array([0.01, 0.01, 30.0]))
    recorded = {0, 1, 2, 63, 64, 65, 100, 150}
    calls = observed(network, parameters, optimiser, 150, recorded)
    assert calls.keys() == recorded

    trajectory, _ = references.descend(network, parameters[:, 0], 0.01, 150)
    _, diverged_at = references.descend(network, parameters[:, 2], 30.0, 150)
    for step, (weights, alive) in calls.items():
        assert alive.tolist() == [True, True, step < diverged_at]
        assert_close(weights[:, 0], trajectory[step], 1e-11)
        assert (weights[:, 1] == 0).all()
        assert np.isfinite(weights[:, 2]).all() == (step < diverged_at)


def test_a_run_is_not_alive_from_the_step_at_which_it_diverges():
    network = NETWORKS["square"]
    parameters = random_parameters(network, 2, scale=2.0)
    optimiser = GradientDescent(np.array([0.001, 5.0]))
    diverged_at = train(network, parameters, optimiser, 30).diverged_at[1]
    assert 1 < diverged_at < 30
    for steps in (30, diverged_at):  # in the midst of a training, and at its end
        calls = observed(network, parameters, optimiser, steps, range(steps + 1))
        first = min(step for step, (_, alive) in calls.items() if not alive[1])
        assert first == diverged_at


@pytest.mark.parametrize("name", ["square", "tanh"])
def test_observing_changes_nothing(name):
    network = NETWORKS[name]
    parameters = random_parameters(network, 9)
    parameters[:, 4] = 0
    optimiser = GradientDescent(np.geomspace(0.001, 10, 9))
    plain = train(network, parameters, optimiser, 80)
    watched = train(
        network,
        parameters,
        optimiser,
        80,
        recorded_steps=range(81),
        observe=lambda *_: None,
        progress=lambda _: None,
    )
    for field in ("parameters", "diverged_at", "risk", "gradient_norm"):
        assert_same_bits(getattr(watched, field), getattr(plain, field))


def test_progress_tells_steps_runs_and_the_time_left(monkeypatch):
    network = NETWORKS["square"]
    parameters = random_parameters(network, 3, scale=2.0)
    optimiser = GradientDescent(np.array([0.001, 0.001, 50.0]))
    diverged_at = train(network, parameters, optimiser, 20).diverged_at[2]
    seconds = iter(range(1000))
    monkeypatch.setattr(training, "monotonic", lambda: float(next(seconds)))
    monkeypatch.setattr(training, "PROGRESS_INTERVAL", 0.5)
    monkeypatch.setattr(training, "GROUPED_STEPS", 1)
    reports = []
    train(network, parameters, optimiser, 20, progress=reports.append)

    assert [report.step for report in reports] == list(range(1, 21))
    assert {(report.steps, report.runs) for report in reports} == {(20, 3)}
    # Step t finds out that the weights after t updates are not finite.
    assert [r.active for r in reports] == [3 if r.step <= diverged_at else 2 for r in reports]
    # Two readings of the clock a step: to decide, and to report.
    assert [r.seconds_left for r in reports] == [2 * (20 - r.step) for r in reports]


def test_progress_is_called_every_few_seconds_only(monkeypatch):
    seconds = iter(range(1000))
    monkeypatch.setattr(training, "monotonic", lambda: float(next(seconds)))
    monkeypatch.setattr(training, "GROUPED_STEPS", 1)
    reports = []
    network = NETWORKS["square"]
    train(network, random_parameters(network, 1), rates(1), 50, progress=reports.append)
    gaps = np.diff([report.step for report in reports])
    assert 5 < len(reports) < 10
    assert set(gaps) == {6}  # a reading a second, then one more to report


# How steps are grouped does not matter, to the last bit


@dataclass(frozen=True)
class OneByOne:
    """Gradient descent that takes its steps itself, one by one."""

    deterministic = True
    learning_rates: np.ndarray

    def advance(self, kernel, steps):
        risks, finite = [], np.ones(kernel.runs, dtype=bool)
        finite_steps = np.zeros(kernel.runs, dtype=int)
        for _ in range(steps):
            risks.append(kernel.evaluate())
            finite &= np.isfinite(risks[-1])
            finite_steps += finite
            before = kernel.parameters
            kernel.evaluate(self.learning_rates)
            kernel.parameter_blocks -= kernel.gradient_blocks
        same = before.view(np.int64) == kernel.parameters.view(np.int64)
        return StepsTaken(risks[-1], finite_steps, ~same.all(axis=0))

    def restricted_to(self, runs):
        return OneByOne(self.learning_rates[runs])


@pytest.mark.parametrize("name", ["square", "residual", "tanh", "erf"])
def test_an_optimiser_may_take_its_steps_one_by_one(name):
    network, learning_rates = NETWORKS[name], np.geomspace(0.01, 30, 20)
    parameters = random_parameters(network, 20)
    parameters[:, 7] = 0
    grouped = train(network, parameters, GradientDescent(learning_rates), 150)
    single = train(network, parameters, OneByOne(learning_rates), 150)
    assert (grouped.diverged_at >= 0).any()
    for field in ("parameters", "diverged_at", "risk", "gradient_norm"):
        assert_same_bits(getattr(grouped, field), getattr(single, field))


@pytest.mark.parametrize("name", ["square", "residual", "tanh", "erf, wide"])
@pytest.mark.parametrize("grouped_steps", [1, 7, 1000])
def test_the_size_of_a_group_changes_nothing(name, grouped_steps, monkeypatch):
    network = NETWORKS[name]
    parameters = random_parameters(network, 30)
    optimiser = GradientDescent(np.geomspace(0.01, 100.0, 30))
    result = train(network, parameters, optimiser, 100)
    assert len(set(result.diverged_at)) > 2
    monkeypatch.setattr(training, "GROUPED_STEPS", grouped_steps)
    other = train(network, parameters, optimiser, 100)
    for field in ("parameters", "diverged_at", "risk", "gradient_norm"):
        assert_same_bits(getattr(other, field), getattr(result, field))


# The batch a run is trained in does not matter, to the last bit


POOL, STEPS = 24, 70  # beyond step 64, at which runs that stand still leave

BATCHED = {
    "square": linear(50, 5, 4),
    "narrow": linear(50, 5, 4, width=3),
    "width one": linear(50, 5, 3, width=1),
    "wide": linear(50, 5, 3, width=8),
    "one layer": linear(50, 5, 1),
    "one feature": linear(7, 1, 5),
    "residual": residual(50, 5, 4),
    "fewer samples than features": linear(15, 20, 3),
    "tanh": perceptron(50, 5, 4),
    "tanh, odd sizes": perceptron(11, 3, 3, width=7),
    "tanh, width one": perceptron(11, 3, 3, width=1),
    "erf": perceptron(50, 5, 3, gelu="erf"),
    "erf, odd sizes": perceptron(13, 3, 3, width=7, gelu="erf"),
}


@cache
def pool(name):
    """Return runs of every kind, and what became of each when it was trained alone."""
    network = BATCHED[name]
    many = random_parameters(network, 200)
    many *= np.resize(np.geomspace(0.3, 3, 7), 200)
    rate_of_many = np.resize([0.01, 0.05, 0.2, 2.0, 200.0], 200)
    diverged = train(network, many, GradientDescent(rate_of_many), STEPS).diverged_at >= 0
    chosen = [*np.flatnonzero(diverged)[:6], *np.flatnonzero(~diverged)][:POOL]
    parameters, learning_rates = many[:, chosen], rate_of_many[chosen]
    parameters[:, -1] = 0  # stands still
    parameters[:, -2] = np.nan  # diverges at once
    alone = [
        train(network, parameters[:, [run]], GradientDescent(learning_rates[[run]]), STEPS)
        for run in range(POOL)
    ]
    return network, parameters, learning_rates, alone


@pytest.mark.parametrize("name", BATCHED)
def test_the_pool_holds_runs_that_diverge_and_runs_that_do_not(name):
    steps = [result.diverged_at[0] for result in pool(name)[-1]]
    assert steps.count(-1) >= POOL / 2
    # Of the perceptrons of width one none diverges by itself: it falls into a tail of GELU.
    assert len(set(steps)) >= (2 if name == "tanh, width one" else 3)


def assert_runs_do_not_depend_on_their_batch(name, batch):
    network, parameters, learning_rates, alone = pool(name)
    result = train(network, parameters[:, batch], GradientDescent(learning_rates[batch]), STEPS)
    for position, run in enumerate(batch):
        assert_same_bits(result.parameters[:, position], alone[run].parameters[:, 0])
        for field in ("diverged_at", "risk", "gradient_norm"):
            assert_same_bits(getattr(result, field)[[position]], getattr(alone[run], field))


@pytest.mark.parametrize("name", BATCHED)
@settings(max_examples=12)
@given(data=st.data())
def test_a_run_is_the_same_in_any_batch(name, data):
    # Any runs in any order, some of them twice: alone, permuted, next to runs that leave.
    batch = data.draw(st.lists(st.integers(0, POOL - 1), min_size=1, max_size=40))
    assert_runs_do_not_depend_on_their_batch(name, batch)


@pytest.mark.parametrize("name", BATCHED)
def test_a_run_is_the_same_in_a_batch_larger_than_the_caches(name):
    batch = np.random.default_rng(0).integers(POOL, size=1003)
    assert_runs_do_not_depend_on_their_batch(name, batch)


@pytest.mark.parametrize("name", BATCHED)
@settings(max_examples=5)
@given(order=st.permutations(range(POOL)))
def test_permuting_runs_permutes_results(name, order):
    network, parameters, learning_rates, _ = pool(name)
    plain = train(network, parameters, GradientDescent(learning_rates), STEPS)
    permuted = train(network, parameters[:, order], GradientDescent(learning_rates[order]), STEPS)
    assert_same_bits(permuted.parameters, plain.parameters[:, order])
    for field in ("diverged_at", "risk", "gradient_norm"):
        assert_same_bits(getattr(permuted, field), getattr(plain, field)[order])
