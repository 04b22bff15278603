"""Linear training to the last bit: each product and sum rounds by itself, in a stated order."""

import numpy as np
import pytest

from tests.flatminima.cases import (
    LINEAR,
    assert_same_bits,
    linear,
    named,
    random_parameters,
    residual,
)

OF_ONE_WIDTH = {name: network for name, network in LINEAR.items() if name != "several widths"}
NETWORKS = OF_ONE_WIDTH | {
    "eleven wide": linear(50, 5, 4, width=11),
    "residual, 9": residual(50, 9, 4),
}


def step(network, parameters, factors):
    """Return weights after a step, and the risk before: operation by operation, all runs at once.

    NumPy rounds every operation; the order of a sum is that of its index, from zero.
    """
    dataset, runs = network.dataset, parameters.shape[1]
    layers, entry = [], 0
    for rows, columns in network.layer_shapes:
        layers.append(parameters[entry : entry + rows * columns].reshape(rows, columns, runs))
        entry += rows * columns

    u = [np.repeat(network.projection[:, None], runs, axis=1)]
    for W in reversed(layers):
        before = np.zeros((W.shape[1], runs))
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                before[j] += W[i, j] * u[0][i]
        u.insert(0, before)

    twice_covariance, solution = 2 * dataset.covariance, dataset.minimum_norm_solution
    excess, v = np.zeros(runs), np.zeros((dataset.features, runs))
    for i in range(dataset.features):
        for j in range(dataset.features):
            v[i] += twice_covariance[i, j] * (u[0][j] - solution[j])
        excess += 0.5 * (u[0][i] - solution[i]) * v[i]
        v[i] *= factors

    moved = [W.copy() for W in layers]
    for k, W in enumerate(layers):
        after = np.zeros((W.shape[0], runs))
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                after[i] += W[i, j] * v[j]
                moved[k][i, j] -= u[k + 1][i] * v[j]
        v = after
    flat = np.concatenate([W.reshape(-1, runs) for W in moved])
    return flat, excess + dataset.minimal_risk


@pytest.mark.parametrize("network", named(NETWORKS))
def test_steps_have_the_bits_of_the_formulas(network):
    parameters = random_parameters(network, 13)
    parameters[0, 3], parameters[-1, 4], parameters[:, 5] = -0.0, 1e200, 0
    rates = np.linspace(-0.01, 0.1, 13)
    kernel = network.kernel(parameters)
    with np.errstate(all="ignore"):
        for steps in (1, 1, 5):
            for _ in range(steps):
                parameters, risk = step(network, parameters, rates)
            taken = kernel.descend(rates, steps)
            assert_same_but_for_nan(kernel.parameters, parameters)
            assert_same_but_for_nan(taken.risk, risk)


def assert_same_but_for_nan(actual, desired):
    """Compare bits, and of what is not a number only that: its sign and payload are free."""
    assert_same_bits(np.isnan(actual), np.isnan(desired))
    assert_same_bits(np.nan_to_num(actual, nan=0.0), np.nan_to_num(desired, nan=0.0))
