"""The certified minimal sharpness against other solvers, networks, and the worst of problems."""

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import minimize

from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.closed_forms import flattest_minimiser, lower_bound, minimal_sharpness
from flatminima_papers.flat_minima.theory.certificates import (
    certify_minimal_sharpness,
    dual_bound,
    primal_bound,
    second_moment_bound,
)
from tests.flatminima import references
from tests.flatminima.cases import data, dataset_of
from tests.flatminima.theory.test_closed_forms import problems


@settings(max_examples=300)
@given(problems())
def test_the_two_bounds_meet(problem):
    proof = certify_minimal_sharpness(*problem)
    assert abs(proof.gap) < 1e-12
    assert proof.below == pytest.approx(minimal_sharpness(*problem), rel=1e-12)


NEARLY_DOUBLE = [1, 99.9999999999, 100]


@pytest.mark.parametrize("overlap", [0.0, 1e-300, 1e-100, 1e-17, 1e-12, 1e-8, 1e-4])
@pytest.mark.parametrize("values", [[1, 10, 100], [1, 100, 100], NEARLY_DOUBLE, [1, 1, 1]])
@pytest.mark.parametrize("depth", [2, 3, 2560])
def test_the_two_bounds_meet_where_w_hardly_sees_the_largest_eigenvalue(values, overlap, depth):
    problem = np.diag(np.array(values, dtype=float)), np.array([1.0, 0.1, overlap]), depth
    assert abs(certify_minimal_sharpness(*problem).gap) < 1e-13


@pytest.mark.parametrize("depth", [2, 3, 7])
@pytest.mark.parametrize("seed", range(3))
def test_the_dual_is_the_largest_that_a_general_optimiser_finds(depth, seed):
    dataset = data(20, 4 + seed)
    problem = dataset.covariance, dataset.minimum_norm_solution, depth
    proof = certify_minimal_sharpness(*problem)
    generator = np.random.default_rng(seed)
    found = max(
        -minimize(lambda v: -dual_bound(*problem, v), generator.standard_normal(4 + seed)).fun
        for _ in range(5)
    )
    assert found == pytest.approx(proof.below, rel=1e-8)
    assert found <= proof.below * (1 + 1e-13)


@settings(max_examples=300)
@given(problems())
def test_any_direction_and_any_factor_are_bounds(problem):
    proof = certify_minimal_sharpness(*problem)
    generator = np.random.default_rng(0)
    for _ in range(5):
        direction = generator.standard_normal(len(problem[1]))
        assert dual_bound(*problem, direction) <= proof.above * (1 + 1e-12)
        factor = proof.log_first_factor + generator.standard_normal()
        assert primal_bound(*problem, factor) >= proof.below * (1 - 1e-12)
    assert lower_bound(*problem) <= second_moment_bound(*problem) * (1 + 1e-12)
    assert second_moment_bound(*problem) <= proof.above * (1 + 1e-12)


@pytest.mark.parametrize("depth", [2, 3, 6])
def test_the_bound_from_above_is_the_sharpness_of_a_network(depth):
    network = LinearNetwork(data(30, 4), depth)
    problem = network.dataset.covariance, network.dataset.minimum_norm_solution, depth
    built = flattest_minimiser(*problem[:2], network.layer_shapes)
    brute_force = references.sharpness(network, built)
    assert certify_minimal_sharpness(*problem).above == pytest.approx(brute_force, rel=1e-10)


@pytest.mark.parametrize("depth", [2, 3, 5])
@pytest.mark.parametrize("norm", [0.3, 4.0])
def test_a_longer_projection_multiplies_the_minimal_sharpness_by_its_norm_to_2_over_depth(
    depth, norm
):
    dataset = data(30, 3)
    problem = dataset.covariance, dataset.minimum_norm_solution, depth
    proof = certify_minimal_sharpness(*problem)
    expected = norm ** (2 / depth) * proof.below
    projection = norm * np.array([0.6, 0.0, 0.8])
    network = LinearNetwork(dataset, depth, projection=projection)
    t = np.exp(proof.log_first_factor) * norm ** (1 / depth)
    h = (t / norm) ** (1 / (depth - 1))
    axis = np.eye(3)[0]
    layers = [np.outer(axis, problem[1]) / t]
    layers += [h * np.outer(axis, axis) for _ in range(depth - 2)]
    layers.append(h * np.outer(projection / norm, axis))
    built = references.join(layers)
    np.testing.assert_allclose(network.product(built[:, None])[:, 0], problem[1], rtol=1e-12)
    assert references.sharpness(network, built) == pytest.approx(expected, rel=1e-9)
    generator = np.random.default_rng(depth)
    for _ in range(20):
        other = references.random_minimiser(network, generator)
        assert references.minimiser_sharpness(network, other) >= expected


def test_one_feature_by_hand():
    proof = certify_minimal_sharpness(np.array([[2.0]]), np.array([3.0]), 4)
    assert proof.below == pytest.approx(2 * 4 * 2 * 3**1.5, rel=1e-14)
    assert proof.direction.tolist() == [1.0]


def test_a_kernel_changes_nothing():
    proof = certify_minimal_sharpness(np.diag([2.0, 1.0]), np.array([1.0, 3.0]), 3)
    wider = certify_minimal_sharpness(np.diag([2.0, 0.0, 1.0]), np.array([1.0, 0.0, 3.0]), 3)
    assert wider.below == pytest.approx(proof.below, rel=1e-14)
    assert dataset_of(np.diag([2.0, 0.0, 1.0]), np.array([1.0, 0.0, 3.0])).features == 3


def test_what_has_no_minimal_sharpness_is_refused():
    with pytest.raises(ValueError, match="at least 2"):
        certify_minimal_sharpness(np.eye(2), np.ones(2), 1)
    for solution in ([0.0, 0.0], [0.0, 1.0]):
        with pytest.raises(ValueError, match="kernel"):
            certify_minimal_sharpness(np.diag([1.0, 0.0]), np.array(solution), 3)
