import numpy as np
import pytest
from scipy.integrate import solve_ivp

from flatminima.theory import diagonal_flow
from flatminima.theory.diagonal_flow import Decay, flow_for, flow_to
from flatminima.theory.diagonal_limits import limit_of_flow
from flatminima.theory.diagonal_networks import network_weights
from flatminima.theory.diagonal_potentials import split_start
from flatminima.theory.diagonal_problems import draw_problem, draw_start

WAVES = Decay(
    lambda time: 0.3 * (1 + np.sin(4 * time)),
    lambda time: 0.3 * (time + (1 - np.cos(4 * time)) / 4),
)


def problem(samples=3, features=7):
    data = draw_problem(samples, features, np.random.default_rng(0)).data
    return data.inputs, data.targets


def start(depth, scale=0.6, features=7):
    return draw_start(scale, depth, features, np.random.default_rng(99))


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_it_agrees_with_a_plain_solver(depth):
    inputs, targets = problem()
    layers = start(depth)

    def field(time, state):
        u = state.reshape(layers.shape)
        residual = inputs @ np.prod(u, axis=0) - targets
        gradient = 2 / 3 * inputs.T @ residual
        change = [-gradient * np.prod(np.delete(u, k, axis=0), axis=0) for k in range(depth)]
        return (np.array(change) - WAVES.rate(time) * u).ravel()

    slow = solve_ivp(field, (0, 2), layers.ravel(), method="DOP853", rtol=1e-12, atol=1e-14)
    path = flow_for(2.0, inputs, targets, layers, WAVES)
    assert path.times[-1] == 2
    np.testing.assert_allclose(path.layers[-1].ravel(), slow.y[:, -1], atol=1e-10)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_it_conserves_ends_at_the_projection_and_pushes_the_dual_variable(depth):
    inputs, targets = problem()
    layers = start(depth)
    path = flow_to(1e-22, inputs, targets, layers)
    squares = path.layers**2
    np.testing.assert_allclose(squares - squares[:, :1], (layers**2 - layers[0] ** 2)[None]
                               + np.zeros_like(squares), atol=1e-10)  # fmt: skip
    began = split_start(layers)
    end = network_weights(path.layers[-1])
    np.testing.assert_allclose(end, limit_of_flow(inputs, targets, began).weights, atol=1e-9)
    np.testing.assert_allclose(began.potential.dual_of(end), began.dual - path.push[-1], rtol=1e-9)
    assert path.excess[-1] <= 1e-22 < path.excess[-2]


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_decay_changes_the_clock_alone(depth):
    inputs, targets = problem()
    layers = start(depth)
    path = flow_for(3.0, inputs, targets, layers, WAVES)
    began = split_start(layers)
    grown = np.exp(depth * WAVES.dose(3.0)) * network_weights(path.layers[-1])
    expected = began.dual - path.push[-1]
    np.testing.assert_allclose(began.potential.dual_of(grown), expected, atol=1e-9)


def test_the_risk_counts_from_its_minimum():
    inputs, targets = problem(20, 3)
    noisy = targets + np.random.default_rng(8).standard_normal(20)
    path = flow_to(1e-20, inputs, noisy, start(3, features=3))
    expected = np.linalg.lstsq(inputs, noisy, rcond=None)[0]
    np.testing.assert_allclose(network_weights(path.layers[-1]), expected, atol=1e-9)


def test_a_flow_that_does_not_end_is_told(monkeypatch):
    monkeypatch.setattr(diagonal_flow, "MOST_STEPS", 10)
    with pytest.raises(RuntimeError, match="too many steps"):
        flow_to(1e-22, *problem(), start(3))
