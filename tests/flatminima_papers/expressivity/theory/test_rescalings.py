import numpy as np
import pytest
from scipy.optimize import minimize

from flatminima.datasets import Dataset
from flatminima.networks.mlp.network import MultilayerPerceptron
from flatminima.sharpness import compute_sharpness
from flatminima_papers.expressivity.theory.maximum import maximum
from flatminima_papers.expressivity.theory.products import sawtooth, square
from flatminima_papers.expressivity.theory.rescalings import (
    Layers,
    dense_layers,
    flatten,
    sharpness,
)


def cube(dimension, samples=40):
    return np.random.default_rng(dimension).uniform(-1, 1, (samples, dimension))


def numerical_sharpness(layers, points):
    """From gradients by differences, one parameter after the other."""
    arrays = [*layers.weights, *(layers.biases or [])]
    rows, step = [], 1e-6
    for array in arrays:
        for place in np.ndindex(array.shape):
            kept = array[place]
            values = []
            for sign in (1, -1):
                array[place] = kept + sign * step
                values.append(layers(points)[:, 0])
            array[place] = kept
            rows.append((values[0] - values[1]) / (2 * step))
    return 2 * np.linalg.norm(rows, 2) ** 2 / len(points)


@pytest.mark.parametrize(
    ("network", "with_biases"), [(maximum(4), False), (maximum(3), True), (square(3), True)]
)
def test_it_is_the_largest_eigenvalue_of_the_gradients_gram_matrix(network, with_biases):
    layers, points = dense_layers(network, with_biases=with_biases), cube(network.inputs)
    if network.inputs == 1:
        points = np.abs(points)  # below 0 units of the square are at their kinks
    assert sharpness(layers, points) == pytest.approx(numerical_sharpness(layers, points), rel=1e-5)


@pytest.mark.parametrize("dimension", [2, 4, 8])
def test_the_maximum_is_a_minimiser_of_the_studys_perceptron(dimension):
    points, layers = cube(dimension), dense_layers(maximum(dimension), with_biases=False)
    widths = tuple(len(W) for W in layers.weights[:-1])
    dataset = Dataset(points, points.max(1))
    network = MultilayerPerceptron(dataset, len(widths) + 1, widths, activation="relu")
    parameters = np.concatenate([W.ravel() for W in layers.weights])
    predicted = network.predict(parameters[:, None], points)[:, 0]
    np.testing.assert_allclose(predicted, points.max(1), atol=1e-14)
    assert compute_sharpness(network, parameters).value == pytest.approx(
        sharpness(layers, points), rel=1e-9
    )


@pytest.mark.parametrize(
    ("network", "with_biases"), [(maximum(4), False), (square(2), True), (sawtooth(2), True)]
)
def test_flattening_keeps_the_function_and_finds_the_least(network, with_biases):
    layers, points = dense_layers(network, with_biases=with_biases), cube(network.inputs)
    points = np.abs(points) if with_biases else points
    found = flatten(layers, points)
    np.testing.assert_allclose(found.layers(points), network(points), atol=1e-12)
    assert found.sharpness == pytest.approx(sharpness(found.layers, points))
    assert found.sharpness < sharpness(layers, points)

    def rescaled(z):
        ends = np.cumsum([len(W) for W in layers.weights[:-1]])
        s = [np.ones(network.inputs), *np.split(np.exp(z), ends[:-1]), np.ones(1)]
        weights = [s[k + 1][:, None] * W / s[k] for k, W in enumerate(layers.weights)]
        biases = layers.biases and [s[k + 1] * b for k, b in enumerate(layers.biases)]
        return np.log(sharpness(Layers(weights, biases), points))

    start = np.zeros(sum(len(W) for W in layers.weights[:-1]))
    slow = minimize(rescaled, start, method="Powell", options={"maxiter": 50})
    assert np.log(found.sharpness) <= slow.fun + 1e-3


def test_biases_are_not_forgotten():
    with pytest.raises(ValueError, match="has biases"):
        dense_layers(square(2), with_biases=False)
