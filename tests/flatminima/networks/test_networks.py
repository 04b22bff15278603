"""What holds for the networks of every kind."""

import numpy as np
import pytest

from flatminima.core.kinds import load, names
from flatminima.datasets import DataSize
from flatminima.kernels.batch import MinibatchKernel
from flatminima.networks import LayeredNetwork, Network, ProductNetwork, split_layers
from flatminima.networks.linear import Linear
from flatminima.networks.linear.network import LinearKernel, LinearNetwork, UnequalLinearKernel
from flatminima.networks.mlp import Mlp
from tests.flatminima.cases import (
    LINEAR,
    PERCEPTRONS,
    assert_close,
    assert_same_bits,
    data,
    named,
    random_parameters,
)

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
    fresh = network.kernel(random_parameters(network, RUNS, seed=1))
    kernel.parameter_blocks[:] = fresh.parameter_blocks
    assert np.array_equal(kernel.evaluate(), fresh.evaluate())
    assert np.array_equal(kernel.gradient, fresh.gradient)


@networks
def test_a_kernel_has_parameters_of_its_own(network):
    parameters = random_parameters(network, RUNS)
    before = parameters.copy()
    kernel = network.kernel(parameters)
    assert_same_bits(kernel.parameters, before)
    kernel.evaluate()
    assert_same_bits(kernel.parameters, before)
    kernel.descend(0.1)
    assert_same_bits(parameters, before)


@networks
@pytest.mark.parametrize("runs", [8, 13])
def test_steps_are_gradients_subtracted_bit_for_bit(network, runs):
    rates = np.linspace(0.001, 0.1, runs)
    fast = network.kernel(random_parameters(network, runs))
    slow = network.kernel(random_parameters(network, runs))
    for steps in (1, 2, 3):
        taken = fast.descend(rates, steps)
        for _ in range(steps):
            risk = slow.evaluate(rates)
            slow.parameter_blocks -= slow.gradient_blocks
        if isinstance(fast, UnequalLinearKernel) and not isinstance(fast, LinearKernel):
            # whose steps go through the samples, and whose gradient does not
            np.testing.assert_allclose(taken.risk, risk, rtol=1e-12)
            np.testing.assert_allclose(fast.parameters, slow.parameters, rtol=1e-12, atol=1e-14)
            continue
        assert_same_bits(taken.risk, risk)
        assert_same_bits(fast.parameters, slow.parameters)


@networks
def test_steps_at_once_have_the_bits_of_single_steps(network):
    rates = np.linspace(0.001, 0.1, 9)
    at_once = network.kernel(random_parameters(network, 9))
    single = network.kernel(random_parameters(network, 9))
    at_once.descend(rates, 5)
    for _ in range(5):
        single.descend(rates, 1)
    assert_same_bits(at_once.parameters, single.parameters)


@networks
def test_steps_tell_which_runs_diverge_and_which_move(network):
    parameters = random_parameters(network, 11)
    parameters[:, 3] = np.nan
    kernel = network.kernel(parameters)
    rates = np.full(11, 0.01)
    rates[5] = 0
    taken = kernel.descend(rates, 4)
    assert taken.finite_steps.tolist() == [0 if run == 3 else 4 for run in range(11)]
    assert not taken.moved[5]
    assert taken.moved[[0, 1, 2, 4, 6, 7, 8, 9, 10]].all()


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

kinds = pytest.mark.parametrize("kind", [load("networks", name) for name in names("networks")])


@pytest.mark.parametrize("kind", [Linear, Mlp])
def test_a_kind_has_a_cell_for_each_depth_and_width(kind):
    size, some = DataSize(50, 7), kind("gaussian", (3, 2), (5, 4))
    assert list(some.cells(size)) == [(3, 5), (3, 4), (2, 5), (2, 4)]
    assert list(some.replaced(width=None).cells(size)) == [(3, 7), (2, 7)]
    assert list(some.at(6, 2).cells(size)) == [(6, 2)]


@kinds
def test_a_larger_network_or_batch_takes_more(kind):
    def seconds(depth=3, width=5, runs=8):
        return kind.example(depth, width).training_work(DataSize(50, width), runs).seconds

    assert 0 < seconds() < min(seconds(depth=6), seconds(width=9), seconds(runs=16))
    small, large = (
        kind.example(3, width).hessian_cost(DataSize(50, width)).work for width in (5, 9)
    )
    assert 0 < small.seconds < large.seconds


@kinds
def test_a_network_is_and_has_what_its_kind_offers(kind):
    example, generator = kind.example(2, 3), np.random.default_rng(0)
    network = example.build(data(9, 3), generator)
    weights = example.initialise(network, 0.5, generator)
    assert weights.shape == (network.size,)
    assert isinstance(network, Network)
    assert isinstance(network, ProductNetwork) == ("product" in kind.offers)
    assert isinstance(network, LayeredNetwork) == ("full_layers" in kind.offers)
    assert isinstance(network, LinearNetwork) == ("linear_theory" in kind.offers)
    kernel = network.kernel(weights[:, None])
    assert isinstance(kernel, MinibatchKernel) == ("batches" in kind.offers)


@networks
def test_the_hessian_as_an_operator_is_the_hessian_as_a_matrix(network):
    point = random_parameters(network, 1)[:, 0]
    direction = random_parameters(network, 1, seed=1)[:, 0]
    product = network.hessian_operator(point)(direction)
    assert_close(product, network.hessian(point) @ direction)
