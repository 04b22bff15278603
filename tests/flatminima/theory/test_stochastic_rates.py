"""The critical rates of SGD against the recursion of the second moment, computed in full."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.closed_forms import aligned_minimiser, critical_learning_rate
from flatminima.theory.stochastic_rates import (
    empirical_critical_learning_rate,
    mean_square_sharpness,
    minimal_mean_square_sharpness,
    moment_sharpness,
    noise_share,
    stationary_excess_risk,
    stochastic_critical_learning_rate,
)
from tests.flatminima import references
from tests.flatminima.cases import data
from tests.flatminima.theory.test_closed_forms import problems

SHARES = st.sampled_from([1.0, 0.5, 0.1, 1e-3])


def radius(N, second_moment, learning_rate):
    """Return the spectral radius of C <- E[(I - 2 eta N Z) C (I - 2 eta N Z)^T], all in full.

    `second_moment` is E[Z (x) Z] of the covariance Z of a batch, with E[Z] = I.
    """
    eye = np.eye(len(N))
    first = np.kron(N, eye) + np.kron(eye, N)
    T = np.eye(len(N) ** 2) - 2 * learning_rate * first
    T = T + 4 * learning_rate**2 * np.kron(N, N) @ second_moment
    return np.abs(np.linalg.eigvals(T)).max()


def of_batches(batches):
    """Return E[Z (x) Z] over a list of batches, each (b, d)."""
    covariances = [z.T @ z / len(z) for z in batches]
    return np.mean([np.kron(Z, Z) for Z in covariances], axis=0)


def of_gaussian_inputs(d, share):
    """Return E[Z (x) Z] for Gaussian inputs: by E z_i z_j z_k z_l, the sum over three pairings."""
    eye = np.eye(d)
    ab, ac = np.einsum("ij,kl->ikjl", eye, eye), np.einsum("ik,jl->ikjl", eye, eye)
    ad = np.einsum("il,jk->ikjl", eye, eye)
    fourth = (ab + ac + ad).reshape(d * d, d * d)
    return (1 - share) * np.eye(d * d) + share * fourth


def positive(d, generator):
    root = generator.standard_normal((d, d))
    return root @ root.T + 0.1 * np.eye(d)


def whitened(n, d, generator):
    inputs = generator.standard_normal((n, d)) ** 3
    left, _, right = np.linalg.svd(inputs, full_matrices=False)
    return np.sqrt(n) * left @ right


def assert_threshold(N, second_moment, sharpness):
    below, above = (radius(N, second_moment, x * 2 / sharpness) for x in (1 - 1e-6, 1 + 1e-6))
    assert below < 1 < above


@pytest.mark.parametrize("share", [1.0, 0.25, 0.01])
@pytest.mark.parametrize("d", [1, 2, 4])
def test_gaussian_inputs(d, share):
    N = positive(d, np.random.default_rng(d))
    sharpness = mean_square_sharpness(np.linalg.eigvalsh(N), share)
    assert_threshold(N, of_gaussian_inputs(d, share), sharpness)


@pytest.mark.parametrize("b", [1, 2, 4])
def test_finite_data_over_all_batches(b):
    z = whitened(5, 3, np.random.default_rng(b))
    N = positive(3, np.random.default_rng(0))
    distinct = of_batches([z[list(rows)] for rows in combinations(range(5), b)])
    assert_threshold(N, distinct, moment_sharpness(N, z, noise_share(b, samples=5)))
    replaced = of_batches([z[list(rows)] for rows in product(range(5), repeat=b)])
    assert_threshold(N, replaced, moment_sharpness(N, z, noise_share(b)))


def test_in_the_space_of_all_weights():
    """The Hessians of the batches, without a word about the product of the layers."""
    network = LinearNetwork(data(4, 2, noise=0.0), 2, 2)
    dataset = network.dataset
    tau, rate = empirical_critical_learning_rate(dataset, 2, 1, replaced=True)
    point = aligned_minimiser(dataset.minimum_norm_solution, network.layer_shapes, tau)
    hessians = [
        references.hessian_on(network, point, dataset.inputs[[i]], dataset.targets[[i]])
        for i in range(4)
    ]
    radii = []
    for x in (1 - 1e-4, 1 + 1e-4):
        steps = [np.eye(network.size) - x * rate * H for H in hessians]
        mean = np.mean([np.kron(step, step) for step in steps], axis=0)
        radii.append(np.abs(np.linalg.eigvals(mean)).max())
    assert radii[0] == pytest.approx(1, abs=1e-6)  # directions along the minimisers stay
    assert radii[1] > 1 + 1e-5


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 4), SHARES)
def test_both_grow_with_the_matrix_and_with_the_noise(seed, d, share):
    generator = np.random.default_rng(seed)
    N, z = positive(d, generator), whitened(3 * d, d, generator)
    v = generator.standard_normal(d)
    larger = N + np.outer(v, v)

    def gaussian(matrix, nu):
        return mean_square_sharpness(np.linalg.eigvalsh(matrix), nu)

    assert gaussian(N, share) <= gaussian(larger, share) * (1 + 1e-12)
    assert gaussian(N, share) >= gaussian(N, share / 2)
    assert moment_sharpness(N, z, share) <= moment_sharpness(larger, z, share) * (1 + 1e-9)
    assert moment_sharpness(N, z, share) >= moment_sharpness(N, z, share / 2) * (1 - 1e-9)


@settings(max_examples=100)
@given(problems(largest_depth=20), SHARES)
def test_the_rate_is_at_most_that_of_descent(problem, share):
    _, smallest = minimal_mean_square_sharpness(*problem, share)
    descent = critical_learning_rate(*problem)
    assert 2 / smallest <= descent / (1 + 2 * share) * (1 + 1e-9)
    _, without = minimal_mean_square_sharpness(*problem, 0.0)
    assert 2 / without == pytest.approx(descent, rel=1e-9)


def test_the_rate_tends_to_that_of_descent():
    problem = data(50, 5).covariance, data(50, 5).minimum_norm_solution, 3
    descent = critical_learning_rate(*problem)
    gaps = [1 - stochastic_critical_learning_rate(*problem, b) / descent for b in (1000, 2000)]
    assert gaps[0] / gaps[1] == pytest.approx(2, rel=0.01)


def test_the_rate_of_large_gaussian_data_is_the_gaussian_one():
    large = data(20000, 3, noise=0.0)
    problem = large.covariance, large.minimum_norm_solution, 3, 2
    _, rate = empirical_critical_learning_rate(large, 3, 2)
    assert rate == pytest.approx(stochastic_critical_learning_rate(*problem), rel=0.03)


@pytest.mark.parametrize("b", [1, 4])
def test_the_excess_risk_with_label_noise_is_that_of_runs(b):
    """Linear regression on fresh samples, whose error has this second moment at any noise."""
    p, sigma, generator = np.array([1.0, 0.5, 0.1]), 0.3, np.random.default_rng(b)
    rate = 0.4 * 2 / mean_square_sharpness(p, 1 / b)
    e, means = np.zeros((20000, 3)), []
    for _ in range(200):
        z = generator.standard_normal((20000, b, 3))
        residuals = np.einsum("rbi,ri->rb", z, e) - sigma * generator.standard_normal((20000, b))
        e = e - 2 * rate * p * np.einsum("rbi,rb->ri", z, residuals) / b
        means.append((e**2).sum(axis=1).mean())
    expected = stationary_excess_risk(p, 1 / b, rate, sigma)
    assert np.mean(means[150:]) == pytest.approx(expected, rel=0.05)
    assert stationary_excess_risk(p, 1 / b, rate / 0.4, sigma) == np.inf


@pytest.mark.parametrize(("b", "n"), [(0, None), (5, 4)])
def test_refused_batches(b, n):
    with pytest.raises(ValueError, match="not between 1 and all samples"):
        noise_share(b, n)


def test_refused_problems():
    with pytest.raises(ValueError, match="needs two layers"):
        stochastic_critical_learning_rate(np.eye(1), np.ones(1), 1, 2)
    with pytest.raises(ValueError, match="outside the kernel"):
        stochastic_critical_learning_rate(np.diag([1.0, 0.0]), np.array([0.0, 1.0]), 2, 2)
