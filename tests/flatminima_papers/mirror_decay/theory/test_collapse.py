import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.theory.diagonal_flow import Decay, flow_for
from flatminima.theory.diagonal_networks import equal_start, network_weights, risk_gradient
from flatminima.theory.diagonal_problems import draw_problem
from flatminima_papers.mirror_decay.theory.collapse import critical_decay, lasso


def problem(samples=5, features=9, seed=0):
    data = draw_problem(samples, features, np.random.default_rng(seed)).data
    return data.inputs, data.targets


@settings(max_examples=30, deadline=None)
@given(st.floats(1e-3, 2), st.integers(0, 100))
def test_the_lasso_obeys_its_conditions(penalty, seed):
    inputs, targets = problem(seed=seed)
    w = lasso(inputs, targets, penalty)
    gradient = risk_gradient(inputs, targets, w)
    assert np.abs(gradient).max() <= penalty * (1 + 1e-9)
    active = w != 0
    np.testing.assert_allclose(gradient[active], -penalty * np.sign(w[active]), atol=1e-11)


def test_two_layers_under_decay_end_at_the_lasso():
    inputs, targets = problem()
    steady = Decay(lambda time: 0.2, lambda time: 0.2 * time)
    path = flow_for(2000.0, inputs, targets, equal_start(0.3, 2, 9), steady)
    expected = lasso(inputs, targets, 0.2)
    np.testing.assert_allclose(network_weights(path.layers[-1]), expected, atol=1e-9)


@pytest.mark.parametrize("depth", [3, 4])
def test_a_small_start_collapses_above_the_critical_decay_alone(depth):
    inputs, targets = problem()
    critical = critical_decay(inputs, targets, 0.02, depth)
    ends = []
    for rate in (0.98 * critical, 1.02 * critical):
        steady = Decay(lambda time, rate=rate: rate, lambda time, rate=rate: rate * time)
        path = flow_for(40 / rate, inputs, targets, equal_start(0.02, depth, 9), steady)
        ends.append(np.abs(network_weights(path.layers[-1])).max())
    assert ends[0] > 0.1
    assert ends[1] < 1e-10
