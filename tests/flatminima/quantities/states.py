"""States of small networks that quantities are measured of."""

import numpy as np

from flatminima.datasets import Dataset
from flatminima.quantities import State
from flatminima.theory.linear_network import LinearNetwork

from ..cases import LINEAR, PERCEPTRONS, random_parameters

NETWORKS = {"linear": LINEAR["square"], "perceptron": PERCEPTRONS["tanh"]}


def state_of(network, seed=0, **known):
    return State(network, random_parameters(network, 1, seed), **known)


def without_test_set(network):
    data = network.dataset
    return LinearNetwork(Dataset(data.inputs, data.targets), network.depth)


def overflowing(network):
    """Return weights of a moderate risk whose curvature overflows."""
    weights = random_parameters(network, 1)
    rows, columns = network.layer_shapes[0]
    weights[: rows * columns] *= 1e170
    rows, columns = network.layer_shapes[-1]
    weights[-rows * columns :] *= 1e-170
    assert np.isfinite(network.predict(weights, network.dataset.inputs)).all()
    return State(network, weights)
