import numpy as np
import pytest

from flatminima.datasets import Dataset
from flatminima.networks.linear.network import LinearNetwork
from flatminima.networks.mlp.network import MultilayerPerceptron
from flatminima.sharpness import compute_sharpness
from flatminima.sharpness.batches import (
    BatchRisks,
    estimate_batch_sharpness,
    estimate_mini_batch_sharpness,
    estimate_over_batches,
    gradient_noise_trace,
    largest_eigenvalues,
    rayleigh_quotients,
)
from tests.flatminima import references
from tests.flatminima.cases import LINEAR, PERCEPTRONS, assert_close, data, named, random_parameters

NETWORKS = {
    "tanh": PERCEPTRONS["plain tanh"],
    "gelu": PERCEPTRONS["erf, wide"],
    "relu": MultilayerPerceptron(data(11, 5), 3, (6, 4), activation="relu"),
    "linear": LINEAR["several widths"],
    "residual": LINEAR["residual"],
}
networks = pytest.mark.parametrize("network", named(NETWORKS))
BATCHES = np.array([[0, 3, 5], [1, 2, 8], [9, 4, 6], [0, 7, 3]])


def on(network, batch):
    """Return the same network, whose data is a batch."""
    dataset = network.dataset
    part = Dataset(dataset.inputs[batch], dataset.targets[batch])
    if isinstance(network, LinearNetwork):
        rows = [shape[0] for shape in network.layer_shapes[:-1]]
        if len(network.projection) > 1:
            return LinearNetwork(part, network.depth, projection=network.projection)
        return LinearNetwork(part, network.depth, tuple(rows))
    copy = MultilayerPerceptron(part, 2)
    copy.activation, copy.layer_shapes = network.activation, network.layer_shapes
    return copy


def weights_of(network):
    return random_parameters(network, 1)[:, 0]


@networks
def test_gradients_and_hessians_of_batches(network):
    weights = weights_of(network)
    risks = BatchRisks(network, weights, BATCHES)
    directions = np.random.default_rng(1).standard_normal((len(BATCHES), network.size))
    products = risks.hessian_products(directions)
    for m, batch in enumerate(BATCHES):
        part = on(network, batch)
        assert_close(risks.risks[m], references.risk(part, weights))
        assert_close(risks.gradients[m], references.gradient(part, weights))
        assert_close(products[m], references.hessian(part, weights) @ directions[m], 1e-11)


@networks
def test_sharpnesses_of_batches(network):
    weights = weights_of(network)
    quotients = rayleigh_quotients(network, weights, BATCHES)
    values, residuals = largest_eigenvalues(network, weights, BATCHES, 1e-9)
    assert residuals.max() <= 1e-9
    for m, batch in enumerate(BATCHES):
        part = on(network, batch)
        g, H = references.gradient(part, weights), references.hessian(part, weights)
        assert quotients[m] == pytest.approx(g @ H @ g / (g @ g), rel=1e-9)
        assert values[m] == pytest.approx(np.linalg.eigvalsh(H)[-1], rel=1e-8)
    assert (quotients <= values * (1 + 1e-9)).all()


@networks
def test_few_batches_are_all_estimated_from(network):
    weights, samples = weights_of(network), network.dataset.samples
    alone = np.arange(samples)[:, None]
    batch = estimate_batch_sharpness(network, weights, 1, 0.1)
    mini_batch = estimate_mini_batch_sharpness(network, weights, 1, 0.1)
    assert batch.batches == mini_batch.batches == samples
    assert batch.error == 0 <= mini_batch.error
    assert_close(batch.value, rayleigh_quotients(network, weights, alone).mean())
    assert_close(mini_batch.value, largest_eigenvalues(network, weights, alone)[0].mean())


@networks
def test_one_batch_of_all_samples_has_the_sharpness(network):
    weights = weights_of(network)
    everything = np.arange(network.dataset.samples)[None]
    values, _ = largest_eigenvalues(network, weights, everything, 1e-9)
    assert values[0] == pytest.approx(compute_sharpness(network, weights).value, rel=1e-7)


@networks
def test_trace_of_the_gradient_noise(network):
    weights = weights_of(network)
    gradients = np.array(
        [
            references.gradient_on(
                network, weights, network.dataset.inputs[[i]], network.dataset.targets[[i]]
            )
            for i in range(9)
        ]
    )
    expected = np.trace(np.cov(gradients.T, bias=True))
    assert gradient_noise_trace(network, weights, np.arange(9)) == pytest.approx(expected)


def test_few_batches_are_all_taken_and_many_until_the_error_is_small():
    heights = np.random.default_rng(0).standard_normal(40) + 3

    def mean_height(batches):
        return heights[batches].mean(axis=1), np.zeros(len(batches))

    weights = np.ones(3)
    exact = estimate_over_batches(mean_height, 6, 2, weights, 0.01)
    assert (exact.batches, exact.error) == (15, 0)
    assert exact.value == pytest.approx(heights[:6].mean())
    drawn = estimate_over_batches(mean_height, 40, 3, weights, 0.02)
    assert 32 <= drawn.batches < 160
    assert drawn.error <= 0.02 * drawn.value
    assert abs(drawn.value - heights.mean()) < 4 * drawn.error
    assert drawn == estimate_over_batches(mean_height, 40, 3, weights, 0.02)


def test_few_different_eigenvalues_end_a_search_early():
    """A rank-one Hessian in many dimensions, beside one that takes longer."""
    network = MultilayerPerceptron(data(11, 5), 3, (12, 6), activation="relu")
    weights = weights_of(network)
    weights[:60] = -np.abs(weights[:60])
    values, residuals = largest_eigenvalues(network, weights, np.arange(11)[:, None], 1e-8)
    for row, value in enumerate(values):
        part = BatchRisks(network, np.array(weights), np.array([[row]] * network.size))
        whole = part.hessian_products(np.eye(network.size))
        assert value == pytest.approx(np.linalg.eigvalsh(whole)[-1], rel=1e-7, abs=1e-12)
    assert residuals.max() <= 1e-8


def test_batches_without_a_gradient_have_no_curvature_along_it():
    network = NETWORKS["relu"]
    dead = np.zeros(network.size)
    assert rayleigh_quotients(network, dead, BATCHES).tolist() == [0, 0, 0, 0]
    values, _ = largest_eigenvalues(network, dead, BATCHES)
    assert values.tolist() == [0, 0, 0, 0]


def test_batch_sharpness_stops_where_stochastic_descent_is_stable_on_random_curvature():
    """Of w^2 h_B / 2 the mean of (1 - eta h_B)^2 is 1 at eta = 2 E h / E h^2.

    That is 1/eta = E h / 2 + Var h / (2 E h), and the batch sharpness there is E h.
    """
    x = np.random.default_rng(0).uniform(0.5, 2, 2000)
    dataset = Dataset(x[:, None], np.linspace(-1e-9, 1e-9, 2000))
    network = LinearNetwork(dataset, 1)
    curvature = rayleigh_quotients(network, np.array([5.0]), np.arange(2000)[:, None])
    np.testing.assert_allclose(curvature, 2 * x**2, rtol=1e-6)
    rate = 2 * curvature.mean() / (curvature**2).mean()
    assert 1 / rate == pytest.approx(curvature.mean() / 2 + curvature.var() / 2 / curvature.mean())
    assert np.mean((1 - rate * curvature) ** 2) == pytest.approx(1)
