"""States of small networks that quantities are measured of."""

from dataclasses import replace
from itertools import combinations

import numpy as np

from flatminima.datasets import Dataset
from flatminima.networks.linear.network import LinearNetwork
from flatminima.networks.mlp.network import MultilayerPerceptron
from flatminima.quantities import State
from tests.flatminima import references
from tests.flatminima.cases import LINEAR, PERCEPTRONS, data, random_parameters

NETWORKS = {"linear": LINEAR["square"], "perceptron": PERCEPTRONS["tanh"]}


def small_networks(samples):
    """Return networks on so few samples that all batches can be gone through."""
    return {
        "linear": LinearNetwork(data(samples, 3), 3),
        "perceptron": MultilayerPerceptron(data(samples, 3), 3, (4, 3), activation="tanh"),
    }


def of_batches(state, measure):
    """Return what is measured of the gradient and the dense Hessian of each batch there is."""
    inputs, targets = state.network.dataset.inputs, state.network.dataset.targets
    values = []
    for batch in combinations(range(len(targets)), state.batch_size):
        on = state.network, state.weights[:, 0], inputs[list(batch)], targets[list(batch)]
        values.append(measure(references.gradient_on(*on), references.hessian_on(*on)))
    return np.array(values)


def assert_estimated_from_batches(quantity, name, measure, network):
    """Compare an estimate from some of many batches, and its error, with the mean over all."""
    state = state_of(network, 1, batch_size=3)
    all_batches = of_batches(state, measure)
    found = quantity.along(state)
    error = found[f"{name}_error"]
    assert abs(found[name] - all_batches.mean()) < 4 * error
    # from 32 batches at least, 160 at most
    assert all_batches.std() / np.sqrt(160) / 1.5 < error < 1.5 * all_batches.std() / np.sqrt(32)
    # and from all 160 of them where the error is larger than 3 %
    if error > 0.03 * found[name]:
        assert error < 1.3 * all_batches.std() / np.sqrt(160)


def state_of(network, seed=0, **known):
    return State(network, random_parameters(network, 1, seed), **known)


def with_relevant_inputs(name, relevant):
    """Return a network whose data says that so many of the first inputs matter."""
    known = replace(NETWORKS[name].dataset, relevant=relevant)
    return LinearNetwork(known, 3) if name == "linear" else MultilayerPerceptron(known, 3)


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
