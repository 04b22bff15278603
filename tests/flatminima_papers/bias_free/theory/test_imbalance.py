import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.theory.dense_networks import descent_step, gaussian_layers, leaky_rectifier
from flatminima_papers.bias_free.theory.imbalance import (
    aligned_masses,
    balanced_masses,
    largest_even_part,
    largest_even_part_of_relu,
)
from flatminima_papers.bias_free.theory.symmetric_data import (
    even_part,
    root_mean_square,
    white_inputs,
)

S = np.array([0.6, 0.8])


def drawn(neurons, scale, seed=0):
    return gaussian_layers((2, neurons, 1), scale, [np.random.default_rng(seed)])


def slow_masses(layers):
    p = q = 0.0
    for a, w in zip(layers[1][0, 0], layers[0][0], strict=True):
        c = (a + w @ S) / 2
        if c > 0:
            p += c**2
        else:
            q += c**2
    return p, q


@given(neurons=st.integers(2, 30), seed=st.integers(0, 99))
def test_masses_are_sums_over_neurons_and_are_balanced(neurons, seed):
    layers = drawn(neurons, 1.0, seed)
    p, q = aligned_masses(layers, S)
    assert (p[0], q[0]) == pytest.approx(slow_masses(layers))
    if p > 0 and q > 0:
        p, q = aligned_masses(balanced_masses(layers, S), S)
        assert q[0] == pytest.approx(p[0])


@settings(max_examples=20)
@given(ratio=st.floats(0.05, 20))
def test_of_relu_the_integral_is_the_closed_form(ratio):
    p = 1e-9
    closed = largest_even_part_of_relu(np.array(p * ratio), np.array(p))
    assert largest_even_part(p * ratio, p, 0.0) == pytest.approx(closed, abs=1e-6)


def test_the_identity_has_no_even_part():
    assert largest_even_part(1e-6, 3e-6, 1.0) == 0


@pytest.mark.parametrize("slope", [0.0, 0.3])
def test_a_network_grows_the_even_part_that_its_masses_say(slope):
    inputs = white_inputs(8, 2, np.random.default_rng(1))
    layers = drawn(12, 1e-4)
    p, q = (float(mass[0]) for mass in aligned_masses(layers, S))
    largest = 0.0
    for _ in range(1500):
        layers, outputs = descent_step(layers, inputs, inputs @ S, 0.01, leaky_rectifier(slope))
        largest = max(largest, float(root_mean_square(even_part(outputs))[0]))
    assert largest == pytest.approx(largest_even_part(p, q, slope), rel=0.02)
