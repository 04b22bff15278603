import numpy as np
import pytest

from flatminima.theory import closed_forms
from flatminima_papers.flat_minima.theory.bifurcation import (
    extrapolate_to_zero,
    settled_oscillations,
    steps_to_converge,
)
from flatminima_papers.flat_minima.theory.excess_risk import excess_risk
from tests.flatminima import references
from tests.flatminima.cases import LINEAR, linear, random_parameters


@pytest.mark.parametrize("name", ["square", "residual", "fewer samples than features"])
def test_the_excess_risk_is_that_over_the_smallest(name):
    network = LINEAR[name]
    points = random_parameters(network, 3)
    dataset = network.dataset
    smallest = np.linalg.lstsq(dataset.inputs, dataset.targets, rcond=None)[0]
    least = np.mean((dataset.targets - dataset.inputs @ smallest) ** 2)
    expected = [references.risk(network, point) - least for point in points.T]
    np.testing.assert_allclose(excess_risk(network, points), expected, rtol=1e-10)


def test_the_excess_risk_is_zero_at_a_minimiser_other_than_w_star():
    network = LINEAR["fewer samples than features"]
    dataset = network.dataset
    kernel = np.linalg.svd(dataset.inputs)[2][-1]
    layers = [np.zeros(shape) for shape in network.layer_shapes]
    layers[0][0], layers[1][0, 0] = dataset.minimum_norm_solution + kernel, 1
    point = references.join(layers)[:, None]
    assert network.squared_distance(point)[0] == pytest.approx(1)
    assert excess_risk(network, point)[0] < 1e-25


def critical(network):
    dataset = network.dataset
    return closed_forms.critical_learning_rate(
        dataset.covariance, dataset.minimum_norm_solution, network.depth
    )


def test_the_oscillation_is_that_of_descent_step_by_step():
    network = linear(30, 3, 2)
    start = closed_forms.flattest_minimiser(
        network.dataset.covariance, network.dataset.minimum_norm_solution, network.layer_shapes
    )[:, None] + 0.01 * random_parameters(network, 2)
    rates = critical(network) * np.array([1.05, 1.1])
    amplitudes = settled_oscillations(network, start, rates, 400)
    last = references.descend(network, start[:, 1], rates[1], 400)[0][-2:]
    roots = [np.sqrt(excess_risk(network, point[:, None])[0]) for point in last]
    assert amplitudes.shape == (2, 2)
    assert amplitudes[1, 1] == pytest.approx(np.mean(roots) ** 2, rel=1e-6)
    assert roots[0] > 1e-2  # it does not converge
    np.testing.assert_allclose(amplitudes[1] / amplitudes[0], 2, rtol=0.1)


def test_divergence_is_not_an_oscillation():
    network = linear(30, 3, 2)
    amplitudes = settled_oscillations(
        network, random_parameters(network, 2, scale=3), np.array([50.0]), 100
    )
    assert np.isnan(amplitudes).all()
    assert np.isnan(extrapolate_to_zero(np.array([1.0]), amplitudes)).all()


def test_a_polynomial_is_extrapolated_exactly():
    amplitude = np.array([[0.1, 0.2], [0.3, 0.5], [0.4, 0.9], [0.8, 1.0]])
    values = 2 - amplitude[:, 0] + 3 * amplitude[:, 0] ** 3
    assert extrapolate_to_zero(values, amplitude[:, :1])[0] == pytest.approx(2, rel=1e-12)


def test_the_steps_are_those_of_descent_step_by_step():
    network = linear(30, 3, 2)
    starts = random_parameters(network, 2, seed=1, scale=0.5)
    rates = critical(network) * np.array([0.3, 0.6])
    counts = steps_to_converge(network, starts, rates, 3000, 1e-10)
    for rate, row in zip(rates, counts, strict=True):
        for start, count in zip(starts.T, row, strict=True):
            path = np.array(references.descend(network, start, rate, 3000)[0]).T
            expected = np.argmax(excess_risk(network, path) <= 1e-10)
            assert expected <= count <= 1.03 * expected + 2
    assert np.isnan(steps_to_converge(network, starts, rates, 12, 1e-10)).all()
