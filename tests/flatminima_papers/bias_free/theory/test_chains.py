import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.theory.dense_networks import descent_step, forward, identity, leaky_rectifier
from flatminima_papers.bias_free.theory.chains import (
    chain,
    chain_norm,
    leaky_pair,
    leaky_twin,
    off_block_ratio,
    with_mirror,
)
from flatminima_papers.bias_free.theory.symmetric_data import white_inputs


def drawn(depth, width=3, features=2, seed=0):
    generator = np.random.default_rng(seed)
    hidden = [generator.uniform(0.1, 0.7, width) for _ in range(depth - 1)]
    return chain(generator.standard_normal(features), hidden, 0.4)


def problem(seed=0):
    generator = np.random.default_rng(seed)
    inputs = white_inputs(5, 2, generator)
    half = generator.standard_normal(5)
    return inputs, np.concatenate([half, -half])


@given(depth=st.integers(2, 5), seed=st.integers(0, 99))
def test_a_chain_and_its_mirror_move_as_a_linear_chain_at_half_the_rate(depth, seed):
    inputs, targets = problem(seed)
    linear = drawn(depth, seed=seed)
    network, relu = with_mirror(linear), leaky_rectifier(0.0)
    for _ in range(60):
        network, outputs = descent_step(network, inputs, targets, 0.02, relu)
        linear, expected = descent_step(linear, inputs, targets, 0.01, identity)
        np.testing.assert_allclose(outputs, expected, atol=1e-12)


@given(slope=st.floats(0, 1), seed=st.integers(0, 99))
def test_leaky_chains_of_three_layers_have_a_linear_twin_of_another_size(slope, seed):
    inputs, targets = problem(seed)
    first, hidden, last = (layer / 2 for layer in drawn(3, seed=seed))
    start = [first, hidden, last]
    network, twin = leaky_pair(start, slope), leaky_twin(start, slope)
    rate = 0.02 * chain_norm(slope) ** (2 / 3)
    for _ in range(60):
        network, outputs = descent_step(network, inputs, targets, 0.02, leaky_rectifier(slope))
        twin, expected = descent_step(twin, inputs, targets, rate, identity)
        np.testing.assert_allclose(outputs, expected, atol=1e-12)
    block, between = network[1][0, :3, :3], network[1][0, :3, 3:]
    np.testing.assert_allclose(between, off_block_ratio(slope) * block, atol=1e-12)


def test_relu_is_the_leaky_twin_without_weights_between():
    start = drawn(3)
    assert chain_norm(0.0) == pytest.approx(8**-0.5)
    inputs, _ = problem()
    of_twin = forward(leaky_twin(start, 0.0), inputs, identity).outputs
    np.testing.assert_allclose(of_twin, forward(start, inputs, identity).outputs, rtol=1e-12)


def test_other_weights_between_leaky_chains_are_not_linear():
    inputs, targets = problem()
    network = with_mirror(drawn(3), 0.5)
    for _ in range(60):
        network, _ = descent_step(network, inputs, targets, 0.02, leaky_rectifier(0.5))
    block, between = network[1][0, :3, :3], network[1][0, :3, 3:]
    assert np.ptp(between / block) > 1e-3
