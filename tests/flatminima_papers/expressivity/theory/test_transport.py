import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from flatminima_papers.expressivity.theory.calculus import affine, compose
from flatminima_papers.expressivity.theory.maximum import maximum
from flatminima_papers.expressivity.theory.transport import (
    HARDTANH,
    affine_flow,
    compositions,
    drift_network,
    euler_bound,
    euler_step,
    flow,
    heun_step,
    interpolated_tanh,
    ring_drift,
)


def hardtanh(z):
    return np.clip(z, -1, 1)


def ring(dimension=5, lipschitz=1.5, seed=0):
    return ring_drift(dimension, lipschitz, np.random.default_rng(seed))


def points(dimension=5, number=30):
    return np.random.default_rng(1).uniform(-1, 1, (number, dimension))


@given(st.integers(3, 9), st.floats(0.1, 3))
def test_a_drift_has_the_norms_that_are_asked_for(dimension, lipschitz):
    drift = ring(dimension, lipschitz)
    np.testing.assert_allclose(np.abs(drift.outer.toarray()).sum(1), 1)
    np.testing.assert_allclose(np.abs(drift.inner.toarray()).sum(1), lipschitz)
    x, y = points(dimension), points(dimension)[::-1]
    change = np.abs(drift(x, np.tanh) - drift(y, np.tanh)).max(1)
    assert (change <= lipschitz * np.abs(x - y).max(1) + 1e-12).all()
    assert np.abs(drift(x, np.tanh)).max() <= 1


def test_a_piecewise_linear_drift_is_a_network():
    drift = ring()
    found = drift_network(drift, HARDTANH)(3 * points())
    np.testing.assert_allclose(found, drift(3 * points(), hardtanh), atol=1e-14)


@pytest.mark.parametrize("accuracy", [0.1, 1e-3])
def test_tanh_is_as_accurate_as_promised(accuracy):
    z = np.linspace(-4, 4, 5001)
    error = np.abs(interpolated_tanh(accuracy, 4.0)(z[:, None])[:, 0] - np.tanh(z)).max()
    assert accuracy / 5 < error <= accuracy


def test_steps_are_those_of_euler_and_heun():
    drift, x, h = ring(), points(), 0.2
    network = drift_network(drift, HARDTANH)

    def b(x):
        return drift(x, hardtanh)

    np.testing.assert_allclose(euler_step(network, h)(x), x + h * b(x), atol=1e-14)
    expected = x + h / 2 * (b(x) + b(x + h * b(x)))
    np.testing.assert_allclose(heun_step(network, h)(x), expected, atol=1e-14)


@pytest.mark.parametrize("through_identity", [False, True])
@pytest.mark.parametrize("steps", [1, 2, 5, 8])
def test_steps_are_composed(steps, through_identity):
    step, x = euler_step(drift_network(ring(), HARDTANH), 0.1), points()
    network = compositions(step, steps, maximum(5), through_identity=through_identity)
    for _ in range(steps):
        x = step(x)
    np.testing.assert_allclose(network(points())[:, 0], x.max(1), atol=1e-13)
    extra = steps if through_identity else 0
    assert network.hidden_layers == steps + 3 + extra


def test_the_flow_is_scipys():
    drift, x = ring(), points()

    def b(x):
        return drift(x, np.tanh)

    for time in (1.0, -0.7):
        expected = [
            solve_ivp(lambda _, y: b(y[None])[0], (0, time), start, rtol=1e-10, atol=1e-12).y[:, -1]
            for start in x
        ]
        np.testing.assert_allclose(flow(b, x, time, 100), expected, atol=1e-8)


@pytest.mark.parametrize("steps", [4, 16, 64])
def test_eulers_error_is_within_its_bound_and_heuns_is_smaller(steps):
    drift, x = ring(), points(number=200)
    network = drift_network(drift, HARDTANH)
    exact = flow(lambda y: drift(y, hardtanh), x, 1.0, 500).max(1)
    errors = [
        np.abs(compositions(make(network, 1 / steps), steps, maximum(5))(x)[:, 0] - exact).max()
        for make in (euler_step, heun_step)
    ]
    assert errors[0] <= euler_bound(1.0, steps, 1.5)
    assert errors[1] < errors[0] / 2


def test_the_bound_holds_with_a_wrong_drift():
    drift, x = ring(), points(number=200)
    network = drift_network(drift, interpolated_tanh(0.05, 4.0))
    exact = flow(lambda y: drift(y, np.tanh), x, 1.0, 500).max(1)
    found = compositions(euler_step(network, 1 / 20), 20, maximum(5))(x)[:, 0]
    assert np.abs(found - exact).max() <= euler_bound(1.0, 20, 1.5, drift_error=0.05)


def test_an_affine_drift_is_solved_exactly():
    drift, x = ring(), points()
    moved = flow(lambda y: drift(y, lambda z: z), x, 1.0, 300)
    network = compose(maximum(5), affine_flow(drift, 1.0))
    np.testing.assert_allclose(affine_flow(drift, 1.0)(x), moved, atol=1e-10)
    np.testing.assert_allclose(network(x)[:, 0], moved.max(1), atol=1e-10)
    assert network.parameters == maximum(5).parameters
    assert affine_flow(drift, 1.0).widths == affine(np.eye(5)).widths
