"""The law of forgetting, and the steps of its proof on the paper's page by numbers."""

from itertools import product

import numpy as np
import pytest

from flatminima.datasets.spectrum import Spectrum
from flatminima.networks import layers_of
from flatminima.networks.linear.network import LinearNetwork
from flatminima_papers.support_learning.theory.forgetting import (
    draw_start,
    drift,
    forgetting_rate,
    irrelevant_gram,
    settled_path,
)
from tests.flatminima import references
from tests.flatminima.theory.test_first_layer import points_of


@pytest.fixture(params=product([2, 3, 4], [1.0, 5.0]), ids=str)
def network(request):
    depth, condition = request.param
    return LinearNetwork(Spectrum(3, condition).draw(np.random.default_rng(0)), depth, 4)


@pytest.fixture
def minimiser(network):
    return draw_start(network, np.random.default_rng(1))


def jacobian(network, point):
    """Return the derivative of the product, shape (d, size)."""
    return references.central_difference(lambda x: network.product(x[:, None])[:, 0], point)


def test_the_start_is_a_minimiser(network, minimiser):
    product_ = network.product(minimiser[:, None])[:, 0]
    np.testing.assert_allclose(product_, network.dataset.minimum_norm_solution, atol=1e-12)
    W = layers_of(minimiser, network.layer_shapes)[0]
    assert np.linalg.matrix_rank(W) == 3


def test_the_drift_is_the_projected_gradient_of_the_trace(network, minimiser):
    """By differences, of the mean of ||grad f||^2 over the inputs."""

    def trace(point):
        J = jacobian(network, point)
        return np.array([np.trace(J.T @ network.dataset.covariance @ J)])

    gradient = references.central_difference(trace, minimiser, 1e-3)[0]
    J = jacobian(network, minimiser)
    projected = gradient - np.linalg.pinv(J) @ J @ gradient
    np.testing.assert_allclose(drift(network, minimiser), -projected, rtol=1e-4, atol=1e-4)


def test_the_rate_is_the_derivative_along_the_drift(network, minimiser):
    move = 1e-5 * drift(network, minimiser)
    ends = [irrelevant_gram(network, minimiser + sign * move) for sign in (1, -1)]
    rate = forgetting_rate(network, minimiser)
    np.testing.assert_allclose((ends[0] - ends[1]) / 2e-5, rate, atol=1e-6 * np.abs(rate).max())


def test_a_settled_run_forgets_at_the_rate(network, minimiser):
    """The mean of a step over the covariance of settled runs and that of the noise."""
    eta, noise = 1e-6, 0.4
    sigma, w = network.dataset.covariance, network.dataset.minimum_norm_solution
    layers = layers_of(minimiser, network.layer_shapes)
    J = jacobian(network, minimiser)
    M = J @ J.T
    V = eta * noise * M
    # V is what a step leaves as it is: r <- r - 2 eta M (Sigma r - e)
    left = M @ sigma @ V + V @ sigma @ M
    np.testing.assert_allclose(left, 2 * eta * noise * M @ sigma @ M, rtol=1e-8, atol=1e-12)
    unit = w / np.linalg.norm(w)
    away = np.eye(3) - np.outer(unit, unit)
    after = network.projection
    for W in reversed(layers[1:]):
        after = W.T @ after
    changes = []
    for r, e in product(points_of(V), points_of(noise * sigma)):
        here = layers[0] + np.outer(after, r) / (after @ after)
        moved = here - eta * np.outer(after, 2 * sigma @ r - 2 * e)
        changes.append(away @ (moved.T @ moved - here.T @ here) @ away)
    of_law = eta**2 * noise * forgetting_rate(network, minimiser)
    np.testing.assert_allclose(np.mean(changes, axis=0), of_law, atol=1e-4 * np.abs(of_law).max())


def test_two_layers_and_white_data_forget_exponentially():
    network = LinearNetwork(Spectrum(3, 1.0).draw(np.random.default_rng(0)), 2, 4)
    start = draw_start(network, np.random.default_rng(1))
    gram = irrelevant_gram(network, start)
    np.testing.assert_allclose(forgetting_rate(network, start), -4 * gram, atol=1e-12)
    path = settled_path(network, start, np.array([0.1, 0.3]))
    for time, weights in zip((0.1, 0.3), path.T, strict=True):
        expected = np.exp(-4 * time) * gram
        np.testing.assert_allclose(irrelevant_gram(network, weights), expected, atol=1e-6)
        product_ = network.product(weights[:, None])[:, 0]
        np.testing.assert_allclose(product_, network.dataset.minimum_norm_solution, atol=1e-7)
