"""The theory against itself, the networks that it is about, and what can be done by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.closed_forms import (
    THEORY_QUANTITIES,
    balanced_sharpness,
    critical_learning_rate,
    flattest_minimiser,
    flow_bound,
    lower_bound,
    minimal_sharpness,
    paper_critical_learning_rate,
    upper_bound,
)
from tests.flatminima import references
from tests.flatminima.cases import LINEAR, dataset_of, named, random_rotation

SHARPNESSES = [lower_bound, minimal_sharpness, balanced_sharpness, upper_bound, flow_bound]


@st.composite
def problems(draw, largest_condition=8, largest_depth=60):
    """Draw (Sigma, w*, L) as of data: w* in the range of Sigma, which may be degenerate."""
    features = draw(st.integers(1, 7))
    rank = draw(st.integers(1, features))
    condition = draw(st.floats(0, largest_condition))
    depth = draw(st.integers(2, largest_depth))
    size, norm = draw(st.floats(-3, 3)), draw(st.floats(-3, 3))
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    vectors = random_rotation(features, generator)[:, :rank]
    values = 10 ** (size - condition * generator.random(rank))
    solution = vectors @ generator.standard_normal(rank)
    solution *= 10**norm / np.linalg.norm(solution)
    return (vectors * values) @ vectors.T, solution, depth


def objective(covariance, solution, depth, tau):
    """Return the sharpness of the rank-one aligned network with first factor e^tau."""
    first = np.exp(2 * tau) * covariance
    weight = (depth - 1) * np.exp(-2 * tau / (depth - 1))
    # Sigma^1/2 (A) Sigma^1/2 and A^1/2 Sigma A^1/2 share their spectra; so do X A X^T / n.
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0))
    second = weight * np.outer(root.T @ solution, root.T @ solution)
    return 2 * np.linalg.eigvalsh(vectors.T @ first @ vectors + second)[-1]


# Order


@settings(max_examples=300)
@given(problems())
def test_the_sharpnesses_are_in_order(problem):
    covariance, solution, depth = problem
    lower, minimal, balanced, upper, flow = (f(*problem) for f in SHARPNESSES)
    slack = 1 + 1e-9  # equalities, as of white data, hold to rounding
    assert 0 < lower <= minimal * slack
    assert minimal <= balanced * slack
    assert balanced <= upper * slack
    assert upper <= flow * slack

    largest = np.linalg.eigvalsh(covariance)[-1]
    norm = np.linalg.norm(solution)
    a = solution @ covariance @ solution / norm**2
    c = norm ** (2 - 2 / depth)
    assert balanced <= 2 * c * (largest + (depth - 1) * a) * slack


@given(problems())
def test_rates_are_two_over_sharpnesses(problem):
    assert critical_learning_rate(*problem) * minimal_sharpness(*problem) == pytest.approx(2)
    assert paper_critical_learning_rate(*problem) * lower_bound(*problem) == pytest.approx(2)
    assert critical_learning_rate(*problem) <= paper_critical_learning_rate(*problem) * (1 + 1e-9)


def test_every_quantity_has_its_name():
    functions = [*SHARPNESSES, critical_learning_rate, paper_critical_learning_rate]
    assert {f.__name__: f for f in functions} == THEORY_QUANTITIES


# The minimisation


@settings(max_examples=300)
@given(problems(), st.floats(-5, 5))
def test_minimal_sharpness_is_below_every_aligned_network(problem, tau):
    assert minimal_sharpness(*problem) <= objective(*problem, tau) * (1 + 1e-9)


@settings(max_examples=300)
@given(problems(), st.floats(-5, 5), st.floats(-5, 5))
def test_the_minimised_function_is_convex(problem, one, other):
    middle = objective(*problem, (one + other) / 2)
    ends = (objective(*problem, one) + objective(*problem, other)) / 2
    assert middle <= ends * (1 + 1e-9)


@settings(max_examples=150)
@given(problems(largest_condition=4, largest_depth=20))
def test_minimal_sharpness_is_what_another_minimiser_finds(problem):
    found = minimize_scalar(
        lambda tau: objective(*problem, tau),
        bounds=(-30, 30),
        method="bounded",
        options={"xatol": 1e-10, "maxiter": 500},
    )
    # At a kink the error of the minimum is of the first order in that of tau.
    assert minimal_sharpness(*problem) == pytest.approx(found.fun, rel=1e-7)


# Laws


@given(problems(), st.floats(-3, 3), st.floats(-3, 3))
def test_scaling_laws(problem, log_alpha, log_beta):
    covariance, solution, depth = problem
    alpha, beta = 10**log_alpha, 10**log_beta
    factor = alpha * beta ** (2 - 2 / depth)
    for sharpness in SHARPNESSES:
        scaled = sharpness(alpha * covariance, beta * solution, depth)
        assert scaled == pytest.approx(factor * sharpness(*problem), rel=1e-7)


@given(problems(largest_condition=4), st.integers(0, 2**32))
def test_rotating_the_features_changes_nothing(problem, seed):
    covariance, solution, depth = problem
    Q = random_rotation(len(solution), np.random.default_rng(seed))
    for sharpness in SHARPNESSES:
        rotated = sharpness(Q @ covariance @ Q.T, Q @ solution, depth)
        assert rotated == pytest.approx(sharpness(*problem), rel=1e-8)


@given(problems())
def test_the_sign_of_the_solution_does_not_matter(problem):
    covariance, solution, depth = problem
    for sharpness in SHARPNESSES:
        assert sharpness(covariance, -solution, depth) == pytest.approx(sharpness(*problem))


# By hand


@pytest.mark.parametrize("depth", [2, 3, 10, 1000])
def test_in_one_dimension_everything_but_the_outer_bounds_is_2L(depth):
    problem = np.eye(1), np.ones(1), depth
    for sharpness in (lower_bound, minimal_sharpness, balanced_sharpness, upper_bound):
        assert sharpness(*problem) == pytest.approx(2 * depth, rel=1e-13)
    assert flow_bound(*problem) == pytest.approx(8 * depth, rel=1e-14)
    assert critical_learning_rate(*problem) == pytest.approx(1 / depth, rel=1e-13)


@given(
    st.integers(1, 6),
    st.integers(2, 40),
    st.floats(0.01, 100),
    st.floats(0.01, 100),
    st.integers(0, 2**32),
)
def test_with_white_data_the_balanced_minimiser_is_flattest(features, depth, size, norm, seed):
    solution = np.random.default_rng(seed).standard_normal(features)
    solution *= norm / np.linalg.norm(solution)
    expected = 2 * depth * size * norm ** (2 - 2 / depth)
    for sharpness in (lower_bound, minimal_sharpness, balanced_sharpness):
        assert sharpness(size * np.eye(features), solution, depth) == pytest.approx(
            expected, rel=1e-12
        )


@given(st.integers(2, 40), st.floats(0.001, 1), st.floats(0.01, 100))
def test_a_solution_along_an_eigenvector(depth, a, norm):
    # Sigma = diag(1, a), w* = norm e_2: of the two eigenvalues e^2tau and
    # a (e^2tau + (L-1) norm^2 e^(-2tau/(L-1))) the second has its minimum c L a at e^2tau = c.
    # If the first is above it there (L a < 1), the largest is least where they cross.
    covariance, solution = np.diag([1.0, a]), np.array([0.0, norm])
    c = norm ** (2 - 2 / depth)
    if depth * a >= 1:
        expected = 2 * c * depth * a
    else:
        expected = 2 * ((depth - 1) * norm**2 * a / (1 - a)) ** ((depth - 1) / depth)
    assert minimal_sharpness(covariance, solution, depth) == pytest.approx(expected, rel=1e-11)
    assert balanced_sharpness(covariance, solution, depth) == pytest.approx(
        2 * c * max(1, depth * a), rel=1e-12
    )


def test_the_bounds_by_hand():
    # Sigma = diag(3, 1), w* = (0, 2), L = 3: Lambda = 3, a = 1, c = 2^(4/3).
    problem = np.diag([3.0, 1.0]), np.array([0.0, 2.0]), 3
    c = 2 ** (4 / 3)
    assert lower_bound(*problem) == pytest.approx(2 * c * 3, rel=1e-14)
    assert upper_bound(*problem) == pytest.approx(2 * c * np.sqrt(5 * 9 + 4 * 1), rel=1e-14)
    assert balanced_sharpness(*problem) == pytest.approx(2 * c * 3, rel=1e-14)
    assert flow_bound(*problem) == pytest.approx(8 * c * 3 * 3, rel=1e-14)


# The networks that the theory is about


@settings(max_examples=150)
@given(problems(largest_condition=4, largest_depth=8), st.integers(1, 9))
def test_the_flattest_minimiser_is_a_minimiser_of_minimal_sharpness(problem, width):
    covariance, solution, depth = problem
    network = LinearNetwork(dataset_of(covariance, solution), depth, width)
    parameters = flattest_minimiser(covariance, solution, network.layer_shapes)
    axes = np.eye(len(solution))
    assert references.outputs(network, parameters, axes) == pytest.approx(solution, rel=1e-9)
    assert references.minimiser_sharpness(network, parameters) == pytest.approx(
        minimal_sharpness(*problem), rel=1e-8
    )


deep = pytest.mark.parametrize(
    "network", named({name: net for name, net in LINEAR.items() if net.depth > 1})
)


def problem_of(network):
    return network.dataset.covariance, network.dataset.minimum_norm_solution, network.depth


@deep
def test_minimal_sharpness_is_that_of_a_whole_hessian(network):
    p = None if network.projection.shape == (1,) else network.projection
    parameters = flattest_minimiser(*problem_of(network)[:2], network.layer_shapes, p)
    found = references.sharpness(network, parameters)
    assert found == pytest.approx(minimal_sharpness(*problem_of(network)), rel=1e-9)


@deep
def test_balanced_sharpness_is_that_of_a_whole_hessian(network):
    found = references.sharpness(network, references.balanced_minimiser(network))
    assert found == pytest.approx(balanced_sharpness(*problem_of(network)), rel=1e-9)


@deep
def test_no_minimiser_is_flatter(network):
    # Random minimisers, and small ways away from the flattest, which only a true minimum stands.
    minimal = minimal_sharpness(*problem_of(network))
    p = None if network.projection.shape == (1,) else network.projection
    flattest = flattest_minimiser(*problem_of(network)[:2], network.layer_shapes, p)
    for seed in range(20):
        generator = np.random.default_rng(seed)
        anywhere = references.random_minimiser(network, generator)
        assert references.minimiser_sharpness(network, anywhere) >= minimal * (1 - 1e-10)

        first, *rest = references.split(
            network, flattest + 1e-2 * generator.standard_normal(network.size)
        )
        u = references.suffixes(network, references.join([first, *rest]))[0]
        missing = network.dataset.minimum_norm_solution - first.T @ u
        nearby = references.join([first + np.outer(u, missing) / (u @ u), *rest])
        assert references.minimiser_sharpness(network, nearby) >= minimal * (1 - 1e-10)


# Problems outside the theory


@pytest.mark.parametrize("quantity", THEORY_QUANTITIES.values(), ids=THEORY_QUANTITIES.keys())
def test_problems_outside_the_theory_are_refused(quantity):
    with pytest.raises(ValueError, match="needs a depth of at least 2, not 1"):
        quantity(np.eye(2), np.ones(2), 1)
    with pytest.raises(ValueError, match="w\\* must be non-zero"):
        quantity(np.eye(2), np.zeros(2), 3)
    with pytest.raises(ValueError, match="outside the kernel of Sigma"):
        quantity(np.diag([1.0, 0.0]), np.array([0.0, 1.0]), 3)
