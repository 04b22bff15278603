from itertools import permutations

import numpy as np
import pytest
from scipy.linalg import solve_continuous_lyapunov, solve_discrete_lyapunov

from flatminima_papers.reshuffling.theory.epoch_bias import noise_trace_gradient
from flatminima_papers.reshuffling.theory.flat_drift import valley_at
from flatminima_papers.reshuffling.theory.sample_risks import SquaredErrors
from flatminima_papers.reshuffling.theory.small_networks import (
    diagonal_linear,
    linear_chain,
    tanh_perceptron,
)

NOISE = np.array([0.7, 0.2])
NETWORKS = {
    "diagonal": (diagonal_linear, 6, 3),
    "chain": (linear_chain, 6, 2),
    "perceptron": (tanh_perceptron, 6, 2),
}


def draw(name, seed=0, noise=NOISE):
    """Return a valley at a random point, and the risks of its four samples."""
    network, parameters, features = NETWORKS[name]
    generator = np.random.default_rng(seed)
    point = generator.standard_normal(parameters)
    inputs = generator.standard_normal((features, 2))
    outputs = network(np.repeat(point[:, None], 2, axis=1), inputs)[0]
    targets = np.concatenate([outputs + noise, outputs - noise])
    risks = SquaredErrors(network, np.tile(inputs, 2), targets)
    return valley_at(network, point, inputs, noise), risks, point


@pytest.fixture(params=NETWORKS)
def case(request):
    return draw(request.param)


def test_its_matrices_are_those_of_the_samples(case):
    valley, risks, point = case
    gradients, hessians = risks.derivatives(point)
    np.testing.assert_allclose(gradients.mean(0), 0, atol=1e-15)  # a minimiser
    hessian = 2 * valley.jacobian @ valley.jacobian.T / 2
    np.testing.assert_allclose(hessians.mean(0), hessian, atol=1e-13)
    assert valley.largest_eigenvalue == pytest.approx(np.linalg.eigvalsh(hessian)[-1])
    np.testing.assert_allclose(hessian @ valley.tangent, 0, atol=1e-13)
    flat = valley.flat_directions()
    np.testing.assert_allclose(flat @ flat.T, valley.tangent, atol=1e-13)
    np.testing.assert_allclose(flat.T @ flat, np.eye(4), atol=1e-13)


def test_with_replacement_it_is_that_of_the_stationary_covariance(case):
    """H V + V H = C, solved with a little curvature where H has none."""
    valley, risks, point = case
    gradients, hessians = risks.derivatives(point)
    hessian = hessians.mean(0) + valley.tangent
    covariance = solve_continuous_lyapunov(hessian, np.cov(gradients.T, bias=True))
    drift = [
        -2 * bent @ covariance @ column
        for bent, column in zip(valley.curvatures, valley.jacobian.T, strict=True)
    ]
    np.testing.assert_allclose(
        valley.drift_with_replacement(), valley.tangent @ np.mean(drift, 0), atol=1e-12
    )


def test_in_short_epochs_it_is_down_the_trace_of_the_noise(case):
    valley, risks, point = case
    down = -valley.tangent @ noise_trace_gradient(*risks.derivatives(point)) / 4
    np.testing.assert_allclose(valley.drift_of_short_epochs(), down, atol=1e-13)


def drift_over_all_orders(valley, risks, point, rate):
    """Return the mean drift of an epoch, to leading order, over all orders of the samples.

    The distance d from the valley follows d <- M d - eta xi; the drift of a step is minus the
    tangent part of (H_z - H) d and of what the squared distance makes of the gradient.
    """
    gradients, hessians = risks.derivatives(point)
    samples, parameters = gradients.shape
    factor = np.eye(parameters) - rate * hessians.mean(0)
    steep = np.eye(parameters) - valley.tangent
    orders = list(permutations(range(samples)))
    grown = np.zeros((parameters, parameters))
    for order in orders:
        distance = np.zeros(parameters)
        for sample in order:
            distance = factor @ distance - rate * gradients[sample]
        grown += np.outer(distance, distance) / len(orders)
    power = np.linalg.matrix_power(factor @ steep, samples)
    start = solve_discrete_lyapunov(power, grown)  # the covariance after an epoch
    total = np.zeros(parameters)
    for order in orders:
        distance, carried = np.zeros(parameters), start
        for sample in order:
            covariance = carried + np.outer(distance, distance)
            for bent, column in zip(valley.curvatures, valley.jacobian.T, strict=True):
                total -= 2 * rate * bent @ covariance @ column / len(valley.noise)
            total -= rate * (hessians[sample] - hessians.mean(0)) @ distance
            distance = factor @ distance - rate * gradients[sample]
            carried = factor @ carried @ factor.T
    return valley.tangent @ total / (len(orders) * samples * rate**2)


@pytest.mark.parametrize("rate", [0.01, 0.1])
def test_without_replacement_it_is_the_mean_over_all_orders(case, rate):
    valley, risks, point = case
    exact = drift_over_all_orders(valley, risks, point, rate)
    np.testing.assert_allclose(valley.drift_without_replacement(rate, 4), exact, atol=1e-10)


def test_short_and_long_epochs_are_its_limits(case):
    valley, _, _ = case
    short, drawn = valley.drift_of_short_epochs(), valley.drift_with_replacement()
    size = np.linalg.norm(short) + np.linalg.norm(drawn)
    near = valley.drift_without_replacement(1e-6, 4)
    assert np.linalg.norm(near - short) < 1e-4 * size
    far = valley.drift_without_replacement(2e-3, 20_000)
    assert np.linalg.norm(far - drawn) < 0.05 * size


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("seed", range(5))
def test_the_difference_is_a_sum_of_brackets(name, seed):
    valley, _, _ = draw(name, seed)
    difference = valley.drift_with_replacement() - valley.drift_of_short_epochs()
    size = np.linalg.norm(valley.drift_with_replacement())
    np.testing.assert_allclose(valley.difference_by_brackets(), difference, atol=1e-10 * size)
    if name == "perceptron":
        assert np.linalg.norm(difference) > 1e-3 * size
    else:
        assert np.linalg.norm(difference) < 1e-10 * size


def test_equal_noise_makes_both_drift_alike_in_every_network():
    valley, _, _ = draw("perceptron", noise=np.array([0.5, 0.5]))
    np.testing.assert_allclose(
        valley.drift_with_replacement(), valley.drift_of_short_epochs(), atol=1e-12
    )


def split(point):
    """Return the layers W_1 (2, 2) and W_2 (1, 2)."""
    return point[:4].reshape(2, 2), point[4:].reshape(1, 2)


def wide_linear(parameters, inputs):
    """Return W_2 W_1 x and its gradient at many points."""
    first, last = parameters[:4].reshape(2, 2, -1), parameters[4:].reshape(2, -1)
    hidden = (first * inputs).sum(1)
    slopes = last[:, None] * inputs
    return (last * hidden).sum(0), np.concatenate([slopes.reshape(4, -1), hidden])


def test_in_wide_linear_networks_only_the_imbalances_drift_alike():
    """A bracket turns the inputs of the first layer, which leaves W_1 W_1^T and W_2 as they are."""
    generator = np.random.default_rng(1)
    point, inputs = generator.standard_normal(6), generator.standard_normal((2, 2))
    valley = valley_at(wide_linear, point, inputs, NOISE)
    difference = valley.difference_by_brackets()
    size = np.linalg.norm(valley.drift_with_replacement())
    (first, last), (first_change, last_change) = split(point), split(difference)
    assert np.linalg.norm(difference) > 1e-3 * size
    imbalance = last_change.T @ last - first_change @ first.T
    np.testing.assert_allclose(imbalance + imbalance.T, 0, atol=1e-13 * size)
