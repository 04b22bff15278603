"""The certified critical rate of SGD, and the steps of its proof by numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import minimize

from flatminima.theory.closed_forms import aligned_minimiser
from flatminima.theory.layer_structure import minimiser_spectrum
from flatminima.theory.stochastic_rates import (
    mean_square_sharpness,
    minimal_mean_square_sharpness,
    moment_sharpness,
    noise_share,
    reduced_problem,
)
from flatminima_papers.flat_minima.theory.random_minimisers import draw_minimiser
from flatminima_papers.flat_minima.theory.stochastic_certificates import (
    certify_mean_square_sharpness,
    polar,
    stochastic_dual_bound,
)
from tests.flatminima.cases import LINEAR
from tests.flatminima.theory.test_closed_forms import problems
from tests.flatminima.theory.test_stochastic_rates import SHARES, positive, whitened

NAMES = ["two layers", "square", "narrow", "residual", "fewer samples than features", "width one"]


@settings(max_examples=300)
@given(problems(largest_condition=4), SHARES)
def test_the_two_bounds_meet(problem, share):
    assert abs(certify_mean_square_sharpness(*problem, share).gap) < 1e-9


@pytest.mark.parametrize("name", NAMES)
def test_the_built_network_attains_it_and_no_random_one_is_below(name):
    network = LINEAR[name]
    problem = network.dataset.covariance, network.dataset.minimum_norm_solution, network.depth, 0.5
    tau, smallest = minimal_mean_square_sharpness(*problem)
    projection = network.projection if len(network.projection) > 1 else None
    built = aligned_minimiser(problem[1], network.layer_shapes, tau, projection)
    generator = np.random.default_rng(0)

    def sharpness(point):
        return mean_square_sharpness(minimiser_spectrum(network, point) / 2, 0.5)

    assert sharpness(built) == pytest.approx(smallest, rel=1e-8)
    assert min(sharpness(draw_minimiser(network, 0.5, generator)) for _ in range(50)) > smallest


def test_a_search_over_all_minimisers_finds_it():
    """Of two layers w_2^T W_1 = w*: W_1 = w_2 w*^T / |w_2|^2 + anything orthogonal to w_2."""
    sigma, w, nu = np.diag([1.0, 0.5]), np.array([0.6, 0.8]), 1.0
    root = np.sqrt(sigma)

    def sharpness(x):
        w_2, free = x[:2], x[2:].reshape(2, 2)
        unit = w_2 / np.linalg.norm(w_2)
        W = np.outer(unit, w) / np.linalg.norm(w_2) + free - np.outer(unit, unit @ free)
        M = (w_2 @ w_2) * np.eye(2) + W.T @ W
        return mean_square_sharpness(np.linalg.eigvalsh(root @ M @ root), nu)

    best = min(
        minimize(sharpness, start, method="Nelder-Mead", options={"maxiter": 4000}).fun
        for start in np.random.default_rng(0).standard_normal((3, 6))
    )
    smallest = minimal_mean_square_sharpness(sigma, w, 2, nu)[1]
    assert smallest * (1 - 1e-12) <= best <= smallest * (1 + 1e-3)


def test_the_polar_is_the_largest_trace_product():
    P, nu = np.array([3.0, 1.0, 0.1]), 0.5

    def negative(y):
        shares = y**2 / (y**2).sum()  # sum y_i = 1
        return -np.sum(P * shares / (nu + (1 + nu) * shares))

    starts = np.random.default_rng(0).random((5, 3))
    best = -min(minimize(negative, start).fun for start in starts)
    assert polar(P, nu) == pytest.approx(best, rel=1e-6)


def test_any_weight_is_a_bound_from_below():
    network = LINEAR["square"]
    problem = network.dataset.covariance, network.dataset.minimum_norm_solution, 3, 1.0
    smallest = certify_mean_square_sharpness(*problem).above
    for seed in range(20):
        weight = positive(network.dataset.features, np.random.default_rng(seed))
        assert stochastic_dual_bound(*problem, weight) <= smallest


# The steps of the proof


@pytest.mark.parametrize("share", [1.0, 0.2])
def test_the_stationary_second_moment(share):
    """At the critical rate c_i = eta p_i nu / (1 - (1 + nu) eta p_i) is left as it is."""
    p = np.array([0.3, 1.0, 2.0])
    rate = 2 / mean_square_sharpness(p, share)
    c = rate * p * share / (1 - (1 + share) * rate * p)
    assert c.sum() == pytest.approx(1, rel=1e-12)
    moved = c * (1 - 4 * rate * p + 4 * (rate * p) ** 2 * (1 + share))
    moved += 4 * (rate * p) ** 2 * share * c.sum()
    np.testing.assert_allclose(moved, c, rtol=1e-10)


def test_the_mean_square_sharpness_is_convex_and_homogeneous():
    for seed in range(30):
        generator = np.random.default_rng(seed)
        first, second = positive(3, generator), positive(3, generator)
        values = [np.linalg.eigvalsh(x) for x in (first, second, (first + second) / 2)]
        one, other, middle = (mean_square_sharpness(p, 0.5) for p in values)
        assert middle <= (one + other) / 2 * (1 + 1e-12)
        assert mean_square_sharpness(3 * values[0], 0.5) == pytest.approx(3 * one, rel=1e-12)


def test_the_general_sharpness_is_that_of_a_parallel_sum():
    generator = np.random.default_rng(0)
    N, z = positive(3, generator), whitened(9, 3, generator)
    nu, eye = noise_share(2), np.eye(3)
    pairs = np.einsum("ni,nj->nij", z, z).reshape(9, 9)
    G = (1 - nu) * np.eye(9) + nu * pairs.T @ pairs / 9
    inverse = np.linalg.inv(N)
    parallel = np.linalg.inv(np.kron(inverse, eye) + np.kron(eye, inverse))
    largest = np.linalg.eigvals(4 * parallel @ G).real.max()
    assert moment_sharpness(N, z, nu) == pytest.approx(largest, rel=1e-9)


def test_every_minimiser_is_above_the_aligned_one_with_its_first_factor():
    network = LINEAR["square"]
    d, w = network.dataset.features, network.dataset.minimum_norm_solution
    matrix, *_ = reduced_problem(np.eye(d), w, 3, 0.5)
    for seed in range(10):
        W_1, W_2, W_3 = (
            W.reshape(shape)
            for W, shape in zip(
                np.split(draw_minimiser(network, 0.5, np.random.default_rng(seed)),
                         np.cumsum([a * b for a, b in network.layer_shapes])[:-1]),
                network.layer_shapes, strict=True,
            )
        )  # fmt: skip
        u_1, u_2 = (W_3 @ W_2)[0], W_3[0]
        M = (u_1 @ u_1) * np.eye(d) + (u_2 @ u_2) * W_1.T @ W_1 + (W_2 @ W_1).T @ (W_2 @ W_1)
        gap = M - matrix(np.log(np.linalg.norm(u_1)))
        assert np.linalg.eigvalsh(gap)[0] > -1e-9 * np.abs(M).max()
