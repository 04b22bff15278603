import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.theory.dense_networks import (
    descent_step,
    forward,
    gaussian_layers,
    identity,
    leaky_rectifier,
)
from flatminima_papers.bias_free.theory.symmetric_data import even_part, odd_part, white_inputs
from flatminima_papers.bias_free.theory.two_layers import (
    even_function,
    linear_part,
    linear_slope,
    linear_twin,
    logistic_course,
    paired,
    rank_one_start,
)

SLOPES = st.floats(-1, 1)


def drawn(neurons, scale=1.0, seed=0, features=3):
    return gaussian_layers((features, neurons, 1), scale, [np.random.default_rng(seed)])


@given(slope=SLOPES, neurons=st.integers(1, 9), seed=st.integers(0, 99))
def test_the_odd_part_is_linear_and_the_even_part_is_known(slope, neurons, seed):
    inputs, layers = white_inputs(6, 3, np.random.default_rng(seed)), drawn(neurons, seed=seed)
    outputs = forward(layers, inputs, leaky_rectifier(slope)).outputs
    linear = linear_slope(slope) * linear_part(layers) @ inputs[:6].T
    np.testing.assert_allclose(odd_part(outputs), linear, atol=1e-12)
    np.testing.assert_allclose(
        even_part(outputs), even_function(layers, inputs[:6], slope), atol=1e-12
    )


@given(slope=SLOPES, scale=st.floats(0.01, 0.7), neurons=st.integers(1, 8), seed=st.integers(0, 99))
def test_pairs_move_as_their_linear_twin(slope, scale, neurons, seed):
    generator = np.random.default_rng(seed)
    inputs = white_inputs(5, 3, generator)
    targets = np.concatenate([half := generator.standard_normal(5), -half])
    network, activation = paired(drawn(neurons, scale, seed)), leaky_rectifier(slope)
    twin, kappa = linear_twin(network, slope), linear_slope(slope)
    for _ in range(50):
        network, outputs = descent_step(network, inputs, targets, 0.02, activation)
        twin, _ = descent_step(twin, inputs, targets, 0.02 * kappa, identity)
        assert np.abs(even_part(outputs)).max() < 1e-12
    np.testing.assert_allclose(kappa * linear_part(network), linear_part(twin), atol=1e-11)


def test_unpaired_neurons_do_not():
    generator = np.random.default_rng(1)
    inputs = white_inputs(5, 3, generator)
    targets = inputs @ [1.0, 0.0, 0.0]
    network, relu = drawn(4, 0.5), leaky_rectifier(0.0)
    twin = linear_twin(network, 0.0)
    for _ in range(100):
        network, _ = descent_step(network, inputs, targets, 0.02, relu)
        twin, _ = descent_step(twin, inputs, targets, 0.01, identity)
    assert np.abs(0.5 * linear_part(network) - linear_part(twin)).max() > 1e-3


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0])
def test_an_aligned_start_follows_the_logistic(slope):
    inputs = white_inputs(5, 2, np.random.default_rng(0))
    solution = np.array([1.2, -0.9])
    direction, end = solution / 1.5, 1.5
    layers = rank_one_start(direction, 3, 0.3)
    start, rate = linear_slope(slope) * 0.3**2, 1e-3
    assert np.linalg.norm(linear_part(layers)) == pytest.approx(0.3**2)
    errors = []
    for step in range(2000):
        norm = linear_slope(slope) * np.linalg.norm(linear_part(layers))
        errors.append(norm - logistic_course(np.array(step * rate), start, end, slope))
        layers, _ = descent_step(layers, inputs, inputs @ solution, rate, leaky_rectifier(slope))
    assert 1e-5 < np.abs(errors).max() < 3e-3  # of the order of the rate
