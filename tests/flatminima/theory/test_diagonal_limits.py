import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from flatminima.theory.diagonal_limits import (
    limit_of_flow,
    linear_program,
    project,
    smallest_l1_norm,
)
from flatminima.theory.diagonal_networks import equal_start
from flatminima.theory.diagonal_potentials import split_start
from flatminima.theory.diagonal_problems import draw_problem, draw_start


def problem(samples=3, features=7, seed=0):
    data = draw_problem(samples, features, np.random.default_rng(seed)).data
    return data.inputs, data.targets


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 5), st.floats(0.01, 5), st.integers(0, 1000))
def test_the_limit_fits_the_data_and_is_stationary(depth, scale, seed):
    inputs, targets = problem(seed=seed)
    start = split_start(draw_start(scale, depth, 7, np.random.default_rng([seed, 1])))
    limit = limit_of_flow(inputs, targets, start)
    np.testing.assert_allclose(inputs @ limit.weights, targets, atol=1e-12)
    # q - q_0 in the span of the samples; q of the last step in w, which rounding moves less
    change = limit.dual - start.dual
    inside = inputs.T @ np.linalg.lstsq(inputs.T, change, rcond=None)[0]
    np.testing.assert_allclose(change, inside, atol=1e-9 * np.abs(change).max())


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_the_limit_is_where_the_potential_itself_is_smallest(depth):
    inputs, targets = problem()
    start = split_start(draw_start(0.8, depth, 7, np.random.default_rng(9)))
    free = np.linalg.svd(inputs)[2][3:].T
    base = np.linalg.lstsq(inputs, targets, rcond=None)[0]

    def primal(z):
        w = base + free @ z
        return np.sum(start.potential.value(w) - start.dual * w)

    found = minimize(primal, np.zeros(4), method="Nelder-Mead", options={"xatol": 1e-9,
                     "fatol": 1e-15, "maxiter": 20_000, "maxfev": 20_000})  # fmt: skip
    limit = limit_of_flow(inputs, targets, start).weights
    np.testing.assert_allclose(base + free @ found.x, limit, atol=1e-5)
    assert primal(free.T @ (limit - base)) <= found.fun + 1e-13


def test_with_more_samples_than_features_it_is_the_least_squares_solution():
    inputs, targets = problem(9, 4)
    start = split_start(draw_start(0.5, 3, 4, np.random.default_rng(1)))
    expected = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    np.testing.assert_allclose(limit_of_flow(inputs, targets, start).weights, expected, atol=1e-12)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_a_very_small_and_a_very_large_start(depth):
    inputs, targets = problem()
    ends = [
        limit_of_flow(inputs, targets, split_start(equal_start(scale, depth, 7))).weights
        for scale in (1e-12 if depth == 2 else 1e-4, 1e3)
    ]
    sparse, smooth = smallest_l1_norm(inputs, targets), np.linalg.pinv(inputs) @ targets
    np.testing.assert_allclose(ends[0], sparse, atol=0.02 if depth == 2 else 1e-4)
    np.testing.assert_allclose(ends[1], smooth, atol=1e-9)


def test_the_program_is_no_larger_at_any_other_solution():
    inputs, targets = problem()
    generator = np.random.default_rng(4)
    costs = 1 + generator.random(7)
    centre = costs * generator.uniform(-0.9, 0.9, 7)
    found = linear_program(costs, centre, inputs, targets)
    np.testing.assert_allclose(inputs @ found, targets, atol=1e-12)
    assert np.sum(found != 0) <= 3
    free = np.linalg.svd(inputs)[2][3:].T
    others = found + generator.standard_normal((500, 4)) @ free.T

    def value(w):
        return np.abs(w) @ costs - w @ centre

    assert np.all(value(others) >= value(found) - 1e-12)


def test_targets_out_of_reach_are_refused():
    with pytest.raises(ValueError, match="no solution"):
        smallest_l1_norm(np.ones((2, 3)), np.array([1.0, 2.0]))


def test_samples_that_repeat_change_nothing():
    inputs, targets = problem()
    start = split_start(draw_start(0.5, 3, 7, np.random.default_rng(1)))
    twice = project(start.potential, start.dual, np.tile(inputs, (2, 1)), np.tile(targets, 2))
    once = project(start.potential, start.dual, inputs, targets)
    np.testing.assert_allclose(twice.weights, once.weights, atol=1e-12)
