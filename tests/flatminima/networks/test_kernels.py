"""What holds for the kernel of every kind of network."""

import numpy as np
import pytest

from ..cases import (
    LINEAR,
    PERCEPTRONS,
    assert_close,
    assert_same_bits,
    named,
    random_parameters,
)

RUNS = 8

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
        assert_same_bits(taken.risk, risk)
        assert_same_bits(fast.parameters, slow.parameters)


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
