import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.theory.diagonal_networks import smallest_sharpness
from flatminima.theory.diagonal_problems import draw_problem
from flatminima_papers.diagonal.theory.flattest import flattest_weights, lower_bound


def problem(samples=4, features=9, seed=0):
    data = draw_problem(samples, features, np.random.default_rng(seed)).data
    return data.inputs, data.targets


@pytest.mark.parametrize("depth", [2, 3, 4, 8])
def test_the_program_is_solved_and_certified(depth):
    inputs, targets = problem()
    found = flattest_weights(inputs, targets, depth)
    np.testing.assert_allclose(inputs @ found.weights, targets, atol=1e-10)
    assert 0 <= found.gap < (1e-6 if depth == 2 else 1e-8)
    again = lower_bound(inputs, targets, depth, found.direction, found.multipliers)
    np.testing.assert_allclose(again, found.below, rtol=1e-9)
    np.testing.assert_allclose(np.trace(found.direction), 1)
    assert np.linalg.eigvalsh(found.direction)[0] > 0


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_it_agrees_with_a_fine_grid(depth):
    inputs, targets = np.array([[0.7, -1.1]]), np.array([0.9])
    found = flattest_weights(inputs, targets, depth)
    base, free = np.linalg.pinv(inputs) @ targets, np.linalg.svd(inputs)[2][1]
    grid = base + np.linspace(-3, 3, 20_001)[:, None] * free
    covariance = inputs.T @ inputs
    values = [smallest_sharpness(covariance, w, depth) for w in grid[::10]]
    best = int(np.argmin(values)) * 10
    finer = [smallest_sharpness(covariance, w, depth) for w in grid[max(best - 10, 0) : best + 11]]
    np.testing.assert_allclose(found.above, min(finer), rtol=1e-3)
    assert found.above <= min(finer) * (1 + 1e-6)


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 6), st.integers(0, 1000))
def test_every_direction_and_multiplier_bounds_every_solution(depth, seed):
    inputs, targets = problem()
    generator = np.random.default_rng(seed)
    factor, nu = generator.standard_normal((4, 4)), generator.standard_normal(4)
    nu *= np.sign(nu @ targets)
    below = lower_bound(inputs, targets, depth, factor @ factor.T, nu)
    base = np.linalg.pinv(inputs) @ targets
    weights = base + np.linalg.svd(inputs)[2][4:].T @ generator.standard_normal(5)
    assert below <= smallest_sharpness(inputs.T @ inputs / 4, weights, depth) * (1 + 1e-12)
