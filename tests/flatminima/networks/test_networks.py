"""What holds for the networks of every kind."""

import numpy as np
import pytest

from flatminima.datasets import DataSize
from flatminima.kinds import load, names
from flatminima.networks import split_layers

from ..cases import LINEAR, PERCEPTRONS, assert_close, named, random_parameters

RUNS = 8
SHAPES = ((2, 3), (1, 2))

networks = pytest.mark.parametrize("network", named(LINEAR | PERCEPTRONS))


@networks
@pytest.mark.parametrize("factor", [0.0, 0.37, np.linspace(-1, 2, RUNS)], ids=str)
def test_a_factor_multiplies_the_gradient_and_not_the_risk(network, factor):
    kernel = network.kernel(random_parameters(network, RUNS))
    risk = kernel.evaluate().copy()
    gradient = kernel.gradient.copy()
    assert np.array_equal(kernel.evaluate(factor), risk)
    for scaled, plain, number in zip(
        kernel.gradient.T, gradient.T, np.broadcast_to(factor, RUNS), strict=True
    ):
        assert_close(scaled, number * plain)


@networks
def test_a_kernel_follows_its_parameters(network):
    kernel = network.kernel(random_parameters(network, RUNS, seed=0))
    kernel.evaluate()
    kernel.parameters[:] = random_parameters(network, RUNS, seed=1)
    risk, gradient = kernel.evaluate().copy(), kernel.gradient.copy()
    fresh = network.kernel(random_parameters(network, RUNS, seed=1))
    assert np.array_equal(fresh.evaluate(), risk)
    assert np.array_equal(fresh.gradient, gradient)


@networks
@pytest.mark.parametrize("runs", [8, 24])
def test_a_descent_is_a_gradient_subtracted_bit_for_bit(network, runs):
    rates = np.linspace(0.001, 0.1, runs)
    fast = network.kernel(random_parameters(network, runs))
    slow = network.kernel(random_parameters(network, runs))
    for _ in range(3):
        risk = slow.evaluate(rates).copy()
        slow.parameters -= slow.gradient
        np.testing.assert_array_equal(fast.descend(rates), risk)
        np.testing.assert_array_equal(fast.parameters, slow.parameters)


# Layers


def test_layers_are_views_in_row_major_order():
    parameters = np.arange(16.0).reshape(8, 2)
    first, second = split_layers(parameters, SHAPES)
    assert first[:, :, 0].tolist() == [[0, 2, 4], [6, 8, 10]]
    assert second[:, :, 1].tolist() == [[13, 15]]
    second[0, 0, 0] = -1
    assert parameters[6, 0] == -1


def test_there_may_be_no_run():
    assert [W.shape for W in split_layers(np.empty((8, 0)), SHAPES)] == [(2, 3, 0), (1, 2, 0)]


# Kinds

kinds = pytest.mark.parametrize(
    "kind", [load("networks", name)("gaussian", (3, 2), (5, 4)) for name in names("networks")]
)


@kinds
def test_a_kind_has_a_cell_for_each_depth_and_width(kind):
    size = DataSize(50, 7)
    assert list(kind.cells(size)) == [(3, 5), (3, 4), (2, 5), (2, 4)]
    assert list(kind.replaced(width=None).cells(size)) == [(3, 7), (2, 7)]
    assert list(kind.at(6, 2).cells(size)) == [(6, 2)]


@kinds
def test_a_larger_network_or_batch_takes_more(kind):
    size = DataSize(50, 7)

    def seconds(depth=3, width=5, runs=8):
        return kind.at(depth, width).training_work(size, runs).seconds

    assert 0 < seconds() < min(seconds(depth=6), seconds(width=9), seconds(runs=16))
    small, large = (kind.at(3, width).hessian_cost(size).work for width in (5, 9))
    assert 0 < small.seconds < large.seconds
