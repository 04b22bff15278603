import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.theory.diagonal_flow import flow_to
from flatminima.theory.diagonal_limits import limit_of_flow
from flatminima.theory.diagonal_networks import network_weights
from flatminima.theory.diagonal_potentials import split_start
from flatminima.theory.diagonal_problems import draw_problem, draw_start
from flatminima_papers.diagonal.theory.descent import (
    descend,
    limit_of_descent,
    predicted_shrinkage,
    step_factors,
)


def problem(samples=4, features=9):
    data = draw_problem(samples, features, np.random.default_rng(0)).data
    return data.inputs, data.targets


def plain_step(inputs, targets, layers, rate):
    gradient = 2 / len(targets) * inputs.T @ (inputs @ np.prod(layers, axis=0) - targets)
    others = [np.prod(np.delete(layers, k, axis=0), axis=0) for k in range(len(layers))]
    return layers - rate * gradient * np.array(others)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 5), st.integers(0, 1000))
def test_one_step_multiplies_the_imbalances_by_its_factors(depth, seed):
    inputs, targets = problem()
    layers = np.random.default_rng([seed, 1]).standard_normal((depth, 9))
    factors = step_factors(inputs, targets, layers, 0.1)
    after = plain_step(inputs, targets, layers, 0.1)
    before, now = (u[:, None] ** 2 - u[None] ** 2 for u in (layers, after))
    np.testing.assert_allclose(now, factors * before, atol=1e-12 * (1 + np.abs(after).max() ** 2))


@pytest.mark.parametrize("depth", [2, 3])
def test_a_batch_of_runs_is_each_run_alone(depth):
    inputs, targets = problem()
    starts = np.stack([draw_start(0.7, depth, 9, np.random.default_rng(k)) for k in range(3)])
    rates = np.array([0.02, 0.05, 5.0])
    together = descend(inputs, targets, starts, rates, 150)
    for k in range(2):
        layers = starts[k]
        for _ in range(together.steps[k]):
            layers = plain_step(inputs, targets, layers, rates[k])
        np.testing.assert_allclose(together.layers[k], layers, rtol=1e-10, atol=1e-14)
    alone = descend(inputs, targets, starts[:1], rates[:1], 150)
    np.testing.assert_array_equal(alone.layers[0], together.layers[0])
    assert together.steps[2] < 150
    assert not together.converged[2]


@pytest.mark.parametrize("rate", [0.02, 0.1])
def test_two_layers_end_at_the_projection_that_their_steps_add_up_to(rate):
    inputs, targets = problem()
    layers = draw_start(0.5, 2, 9, np.random.default_rng(5))
    run = descend(inputs, targets, layers[None], np.array([rate]), 20_000)
    assert run.converged.all()
    start = split_start(layers)
    limit = limit_of_descent(inputs, targets, start, run.shrinkage[0], run.shift[0]).weights
    end = network_weights(run.layers[0])
    np.testing.assert_allclose(end, limit, atol=1e-10)
    without = limit_of_descent(inputs, targets, start, run.shrinkage[0], 0.0).weights
    assert np.abs(end - without).max() > 1e-6


def test_the_flow_predicts_descent_to_second_order():
    inputs, targets = problem()
    layers = draw_start(0.5, 2, 9, np.random.default_rng(5))
    path = flow_to(1e-22, inputs, targets, layers)
    start, rates = split_start(layers), np.array([0.01, 0.02])
    runs = descend(inputs, targets, np.stack([layers, layers]), rates, 40_000)
    ends = network_weights(runs.layers)
    flow = limit_of_flow(inputs, targets, start).weights
    predicted = [
        limit_of_descent(inputs, targets, start, predicted_shrinkage(inputs, targets, path, rate),
                         0.0).weights
        for rate in rates
    ]  # fmt: skip
    first, second = np.abs(ends - predicted).max(axis=1)
    assert 3.5 < second / first < 4.5
    first, second = np.abs(ends - flow).max(axis=1)
    assert 1.8 < second / first < 2.2


def test_a_step_that_is_too_large_has_no_limit():
    start = split_start(draw_start(0.5, 2, 9, np.random.default_rng(5)))
    with pytest.raises(ValueError, match="too large"):
        limit_of_descent(*problem(), start, np.full(9, np.nan), 0.0)
