"""The potentials against elliptic integrals, quadrature and each other's inverses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import elliprf

from flatminima.theory.diagonal_networks import mobility, network_weights
from flatminima.theory.diagonal_potentials import Potential, dual_limit, split_start

SEEDS = st.integers(0, 10_000)
DEPTHS = st.integers(2, 7)


def drawn(depth, seed, features=5, spread=3):
    """Return a potential of very unequal imbalances, and smallest layers of many sizes."""
    generator = np.random.default_rng(seed)
    potential = Potential(np.exp(spread * generator.standard_normal((depth - 1, features))))
    sizes = np.exp(spread * generator.standard_normal(features))
    return potential, sizes * generator.choice([-1, 1], features)


@given(SEEDS)
def test_three_layers_are_an_elliptic_integral(seed):
    potential, s = drawn(3, seed)
    x, inverse = 1 / s**2, 1 / potential.imbalances
    carlson = elliprf(x, x + inverse[0], x + inverse[1])
    expected = np.sign(s) * carlson / np.sqrt(potential.imbalances.prod(axis=0))
    np.testing.assert_allclose(potential.dual(s), expected, rtol=2e-14)


@given(SEEDS)
def test_four_layers_are_an_elliptic_integral(seed):
    potential, s = drawn(4, seed)
    carlson = elliprf(*(1 / s**2 + 1 / potential.imbalances))
    expected = np.sign(s) * carlson / np.sqrt(potential.imbalances.prod(axis=0))
    np.testing.assert_allclose(potential.dual(s), expected, rtol=2e-14)


@pytest.mark.parametrize("depth", [2, 5, 6])
def test_other_depths_agree_with_quadrature(depth):
    potential = Potential(np.array([[0.5], [2.0], [1.0], [3.0], [0.7]])[: depth - 1])
    expected = quad(lambda r: 1 / np.sqrt(np.prod(r**2 + potential.imbalances)), 0, 1.3)[0]
    np.testing.assert_allclose(potential.dual(np.array([1.3])), expected, rtol=1e-12)


@given(DEPTHS, SEEDS)
def test_the_maps_are_inverse_and_odd(depth, seed):
    potential, s = drawn(depth, seed)
    q, w = potential.dual(s), potential.weights(s)
    np.testing.assert_allclose(potential.smallest_layer_of(w), s, rtol=1e-12)
    np.testing.assert_allclose(potential.dual(-s), -q, rtol=0)
    back = potential.dual(potential.smallest_layer(q))
    np.testing.assert_allclose(back, q, rtol=1e-14)
    assert np.all(np.abs(q) < potential.bound)


@given(DEPTHS, SEEDS)
def test_the_mobility_is_the_derivative_and_that_of_the_layers(depth, seed):
    potential, s = drawn(depth, seed, spread=1)  # the difference of q loses digits at its bound
    layers = np.concatenate([s[None], np.sqrt(s**2 + potential.imbalances)])
    np.testing.assert_allclose(potential.weights(s), network_weights(layers), rtol=1e-12)
    np.testing.assert_allclose(potential.mobility(s), mobility(layers), rtol=1e-12)
    step = 1e-6 * np.abs(s)
    slope = (potential.weights(s + step) - potential.weights(s - step)) / (
        potential.dual(s + step) - potential.dual(s - step)
    )
    np.testing.assert_allclose(potential.mobility(s), slope, rtol=1e-4)


@given(DEPTHS, SEEDS)
def test_the_potential_is_convex_with_the_dual_variable_as_slope(depth, seed):
    potential, s = drawn(depth, seed)
    w = potential.weights(s)
    step = 1e-5 * np.abs(w)
    slope = (potential.value(w + step) - potential.value(w - step)) / (2 * step)
    np.testing.assert_allclose(slope, potential.dual(s), rtol=1e-5)
    assert np.all(potential.value(w) > 0)


def test_two_layers_have_the_hyperbolic_entropy():
    potential, w = Potential(np.array([[0.4]])), np.array([0.9])
    ratio = 2 * w / 0.4
    entropy = 0.5 * (w * np.arcsinh(ratio) - 0.2 * (np.sqrt(1 + ratio**2) - 1))
    np.testing.assert_allclose(potential.value(w), entropy, rtol=1e-13)


@pytest.mark.parametrize("depth", [3, 4, 5, 9])
def test_the_dual_variable_is_bounded(depth):
    potential = Potential(np.full((depth - 1, 1), 0.3**2))
    np.testing.assert_allclose(potential.bound, dual_limit(depth) * 0.3 ** (2 - depth), rtol=1e-14)
    assert np.isinf(potential.smallest_layer(1.01 * potential.bound)).all()


@given(st.integers(2, 5), SEEDS)
def test_a_start_is_split_into_what_makes_it(depth, seed):
    layers = np.random.default_rng(seed).standard_normal((depth, 6))
    start = split_start(layers)
    weights = start.potential.weights(start.smallest)
    np.testing.assert_allclose(weights, network_weights(layers), rtol=1e-9)
    np.testing.assert_allclose(start.potential.weights_at(start.dual), weights, rtol=1e-9)


def test_two_layers_that_share_the_smallest_modulus_have_no_potential():
    with pytest.raises(ValueError, match="share the smallest modulus"):
        split_start(np.array([[1.0], [-1.0], [2.0]]))
