import numpy as np
import pytest

from flatminima.networks.linear.network import LinearNetwork
from flatminima.optimisers import GradientDescent
from flatminima.runs.training import train
from flatminima.sharpness import compute_sharpness
from flatminima.theory.layer_structure import imbalances
from flatminima_papers.shallow.theory.shallow import (
    advance,
    coordinates,
    limit_sharpness,
    outcomes_of_descent,
    shallow_dataset,
)
from tests.flatminima.cases import assert_close

SOLUTION, WIDTH, RUNS = 2.0, 5, 6


@pytest.fixture
def layers():
    return np.random.default_rng(0).standard_normal((2, WIDTH, RUNS))


def network_of(width):
    return LinearNetwork(shallow_dataset(SOLUTION), 2, width)


def test_a_step_is_that_of_the_network(layers):
    rates = np.linspace(0.05, 0.6, RUNS)
    weights = layers.reshape(-1, RUNS)
    after = train(network_of(WIDTH), weights, GradientDescent(rates), 1).parameters
    expected = coordinates(*after.reshape(2, WIDTH, RUNS), SOLUTION)
    actual = advance(coordinates(*layers, SOLUTION), rates, SOLUTION)
    for one, other in zip(actual, expected, strict=True):
        assert_close(one, other, 1e-14)


def test_the_imbalance_is_the_nuclear_norm_of_what_flow_conserves(layers):
    network = network_of(WIDTH)
    expected = [
        np.linalg.norm(imbalances(network, weights)[0], "nuc")
        for weights in layers.reshape(-1, RUNS).T
    ]
    error, squared_norm, imbalance = coordinates(*layers, SOLUTION)
    assert_close(imbalance, expected)
    assert_close(imbalance**2, squared_norm**2 - 4 * (error + SOLUTION) ** 2)


def test_the_sharpness_of_a_minimum_is_the_squared_norm():
    first = np.array([[3.0], [0.5]])
    second = np.array([[0.5], [1.0]])
    point = coordinates(first, second, SOLUTION)
    assert point.error == 0
    weights = np.concatenate([first[:, 0], second[:, 0]])
    sharpness = compute_sharpness(network_of(2), weights).value
    assert sharpness == pytest.approx(point.squared_norm[0])
    assert limit_sharpness(point.imbalance, SOLUTION) == pytest.approx(point.squared_norm)


@pytest.mark.parametrize("imbalance", [0.3, 2.0, 9.0])
def test_outcomes_are_those_of_networks(imbalance):
    """Of width two, started where it computes zero: a = (s, 0) and b = (0, s), Q = 2 s^2."""
    rates = np.linspace(0.02, 1.3, 9) / SOLUTION
    outcome, _, end = outcomes_of_descent(rates, np.full(9, imbalance), SOLUTION, 2000)
    size = np.sqrt(imbalance / 2)
    starts = np.tile(np.array([size, 0.0, 0.0, size])[:, None], 9)
    result = train(network_of(2), starts, GradientDescent(rates), 2000)
    final = coordinates(*result.parameters.reshape(2, 2, 9), SOLUTION)
    assert ((result.diverged_at >= 0) == (outcome == "diverged")).all()
    converged = np.abs(final.error) < 1e-12
    assert (converged == (outcome == "converged")).all()
    assert converged.any()
    assert_close(end[converged], final.squared_norm[converged], 1e-9)


def test_the_example_of_a_flow_that_ends_at_13_456():
    """Descent flattens the more the larger its rate, and converges beyond 2/S."""
    imbalance = np.sqrt(13.456**2 - 4 * SOLUTION**2)
    rates = np.array([0.1, 0.5, 0.9, 1.2, 2.5]) * 2 / 13.456
    outcome, _, end = outcomes_of_descent(rates, np.full(5, imbalance), SOLUTION, 4000)
    assert outcome.tolist() == ["converged"] * 4 + ["diverged"]
    assert (np.diff(end[:4]) < 0).all()
    assert (end[:4] < np.minimum(13.456, 2 / rates[:4])).all()
