"""The networks, points and comparisons that the tests share."""

import numpy as np
import pytest

from flatminima.datasets import Dataset
from flatminima.datasets.difficulty import Difficulty
from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.measurements import Given, tabulate
from flatminima.networks import random_projection
from flatminima.networks.linear.network import LinearNetwork
from flatminima.networks.mlp.network import MultilayerPerceptron


def data(samples, features, noise=1.0):
    return gaussian_dataset(samples, features, noise, np.random.default_rng(samples + features))


def difficult(difficulty):
    """Return noiseless data with ||w*||^2 of this size."""
    return Difficulty(5, 5.0, difficulty).draw(np.random.default_rng(5))


def dataset_of(covariance, solution):
    """Return noiseless data with this Sigma and, in the range of Sigma, this w*."""
    values, vectors = np.linalg.eigh(covariance)
    root = np.sqrt(len(covariance)) * np.sqrt(np.maximum(values, 0))[:, None] * vectors.T
    inputs = np.concatenate([root, -root])  # two signs: targets must not be constant
    return Dataset(inputs, inputs @ solution)


def linear(samples, features, depth, width=None):
    return LinearNetwork(data(samples, features), depth, width)


def residual(samples, features, depth):
    p = random_projection(features, np.random.default_rng(depth))
    return LinearNetwork(data(samples, features), depth, projection=p)


def perceptron(samples, features, depth, width=None, gelu="tanh"):
    return MultilayerPerceptron(data(samples, features), depth, width, gelu)


LINEAR = {
    "square": linear(50, 5, 3),
    "narrow": linear(50, 5, 4, width=3),
    "width one": linear(50, 5, 3, width=1),
    "wide": linear(50, 5, 3, width=8),
    "residual": residual(50, 5, 3),
    "one layer": linear(50, 5, 1),
    "one residual layer": residual(50, 5, 1),
    "two layers": linear(50, 5, 2),
    "ten layers": linear(50, 5, 10),
    "ten residual layers": residual(50, 5, 10),
    "one feature": linear(7, 1, 5),
    "one feature, wide": linear(7, 1, 3, width=4),
    "two features": linear(9, 2, 10),
    "fewer samples than features": linear(15, 20, 2),
    "fewer samples than features, residual": residual(15, 20, 2),
    "several widths": LinearNetwork(data(50, 5), 4, (3, 8, 2)),
}

PERCEPTRONS = {
    "tanh": perceptron(50, 5, 3),
    "erf": perceptron(50, 5, 3, gelu="erf"),
    "tanh, narrow": perceptron(50, 5, 4, width=3),
    "erf, wide": perceptron(11, 5, 3, width=8, gelu="erf"),
    "tanh, width one": perceptron(11, 5, 3, width=1),
    "tanh, one layer": perceptron(50, 5, 1),
    "erf, two layers": perceptron(50, 5, 2, gelu="erf"),
    "tanh, ten layers": perceptron(50, 5, 10),
    "erf, ten layers": perceptron(50, 5, 10, gelu="erf"),
    "tanh, one feature": perceptron(7, 1, 3, width=4),
    "tanh, fewer samples than features": perceptron(7, 20, 2, width=5),
    "relu, several widths": MultilayerPerceptron(data(50, 5), 4, (4, 6, 3), activation="relu"),
    "plain tanh": MultilayerPerceptron(data(11, 5), 3, (4, 3), activation="tanh"),
}


def measured(measurement, datasets, seed=0, name="e", runs=None):
    """Return the table of a measurement."""
    return tabulate(measurement, Given(name, seed, datasets, runs=runs or {}))


def named(networks):
    """Return the networks of a dictionary as parameters of a test, with their names."""
    return [pytest.param(network, id=name) for name, network in networks.items()]


def random_parameters(network, runs, seed=0, scale=1.0):
    """Draw weights of many runs, shape (size, runs), by which outputs neither die nor explode."""
    generator = np.random.default_rng(seed)
    spread = np.concatenate(
        [np.full(rows * columns, columns**-0.5) for rows, columns in network.layer_shapes]
    )
    parameters = network.allocate(runs)
    parameters[:] = scale * spread[:, None] * generator.standard_normal((network.size, runs))
    return parameters


def random_rotation(size, generator):
    return np.linalg.qr(generator.standard_normal((size, size)))[0]


def assert_close(actual, desired, tolerance=1e-12):
    """Compare two arrays, with a tolerance relative to the largest entry.

    The default is a few thousand roundings: the sums of a deep network have a few hundred
    terms, in another order than those of the reference, and may cancel a little.
    """
    actual, desired = np.asarray(actual), np.asarray(desired)
    assert actual.shape == desired.shape
    assert np.abs(actual - desired).max() <= tolerance * np.abs(desired).max()


def assert_same_bits(actual, desired):
    actual, desired = np.ascontiguousarray(actual), np.ascontiguousarray(desired)
    assert actual.dtype == desired.dtype
    assert actual.shape == desired.shape
    assert actual.tobytes() == desired.tobytes()
