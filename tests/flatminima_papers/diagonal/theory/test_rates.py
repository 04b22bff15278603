import numpy as np
import pytest

from flatminima.theory.diagonal_flow import flow_to
from flatminima.theory.diagonal_networks import equal_start, mobility, network_weights
from flatminima.theory.diagonal_potentials import split_start
from flatminima.theory.diagonal_problems import draw_problem, draw_start
from flatminima_papers.diagonal.theory.rates import escape_time, late_rates, least_rate


@pytest.mark.parametrize("depth", [2, 3])
def test_the_flow_is_as_fast_as_said(depth):
    data = draw_problem(30, 6, np.random.default_rng(0), noise=0.3).data
    layers = draw_start(0.7, depth, 6, np.random.default_rng(1))
    path = flow_to(1e-22, data.inputs, data.targets, layers)
    least = least_rate(data.covariance, split_start(layers).potential)
    bound = path.excess[0] * np.exp(-least * path.times)
    assert np.all(path.excess <= bound * (1 + 1e-9))
    late = (path.excess < 1e-14) & (path.excess > 1e-20)
    measured = -np.polyfit(path.times[late], np.log(path.excess[late]), 1)[0]
    exact = late_rates(data.covariance, mobility(path.layers[-1]))[0]
    np.testing.assert_allclose(measured, exact, rtol=0.02)
    assert exact > least


def test_rates_of_fewer_samples_than_features_are_as_many_as_samples():
    data = draw_problem(4, 9, np.random.default_rng(0)).data
    assert len(late_rates(data.covariance, np.ones(9))) == 4


def test_a_small_start_stays_near_zero_until_the_escape_time():
    data = draw_problem(8, 20, np.random.default_rng(0)).data
    path = flow_to(1e-6, data.inputs, data.targets, equal_start(0.02, 4, 20))
    moved = np.abs(network_weights(path.layers)).max(axis=1) > 0.01
    expected = escape_time(data.inputs, data.targets, 0.02, 4)
    np.testing.assert_allclose(path.times[moved.argmax()], expected, rtol=0.05)


def test_two_layers_have_no_escape_time():
    with pytest.raises(ValueError, match="no bound"):
        escape_time(np.eye(1), np.ones(1), 0.1, 2)
