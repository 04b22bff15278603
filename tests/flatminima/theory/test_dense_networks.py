"""Layers written out, against loops over runs, samples and finite differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.datasets import Dataset
from flatminima.networks.mlp.network import MultilayerPerceptron
from flatminima.theory.dense_networks import (
    backward,
    descent_step,
    forward,
    gaussian_layers,
    gelu,
    gradients,
    identity,
    leaky_rectifier,
    rectifier,
)

ACTIVATIONS = {
    "identity": identity,
    "relu": rectifier,
    "leaky": leaky_rectifier(0.3),
    "absolute value": leaky_rectifier(-1.0),
    "gelu": gelu,
}
WIDTHS = (3, 5, 4, 1)

activations = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)


def networks(runs=2, scale=0.7, seed=0):
    return gaussian_layers(WIDTHS, scale, [np.random.default_rng([seed, r]) for r in range(runs)])


def problem(samples=6, seed=1):
    generator = np.random.default_rng(seed)
    return generator.standard_normal((samples, WIDTHS[0])), generator.standard_normal(samples)


def slow_output(layers, run, x, activation):
    h = x
    for layer in layers[:-1]:
        h = activation(layer[run] @ h)[0]
    return (layers[-1][run] @ h)[0]


def slow_risk(layers, run, inputs, targets, activation):
    outputs = [slow_output(layers, run, x, activation) for x in inputs]
    return np.mean((np.array(outputs) - targets) ** 2)


@activations
def test_outputs_are_those_of_each_run_and_sample(activation):
    layers, (inputs, _) = networks(), problem()
    slow = [[slow_output(layers, run, x, activation) for x in inputs] for run in range(2)]
    np.testing.assert_allclose(forward(layers, inputs, activation).outputs, slow, rtol=1e-13)


@activations
def test_gradients_are_finite_differences(activation):
    layers, (inputs, targets) = networks(), problem()
    passed = forward(layers, inputs, activation)
    slopes = 2 / len(inputs) * (passed.outputs - targets)
    step = 1e-6
    for k, gradient in enumerate(gradients(layers, passed, slopes)):
        for place in np.ndindex(gradient.shape):
            risks = []
            for sign in (1, -1):
                moved = [layer.copy() for layer in layers]
                moved[k][place] += sign * step
                risks.append(slow_risk(moved, place[0], inputs, targets, activation))
            assert gradient[place] == pytest.approx((risks[0] - risks[1]) / (2 * step), abs=1e-7)


@activations
def test_backward_vectors_are_derivatives_in_the_pre_activations(activation):
    layers, (inputs, targets) = networks(), problem()
    passed = forward(layers, inputs, activation)
    slopes = 2 / len(inputs) * (passed.outputs - targets)
    delta = backward(layers, passed, slopes)[1]
    step = 1e-6
    z = layers[1][0] @ passed.hidden[1][0]
    for place in np.ndindex(z.shape):
        risks = []
        for sign in (1, -1):
            moved = z.copy()
            moved[place] += sign * step
            outputs = (layers[2][0] @ activation(moved)[0])[0]
            risks.append(np.mean((outputs - targets) ** 2))
        assert delta[0][place] == pytest.approx((risks[0] - risks[1]) / (2 * step), abs=1e-7)


@pytest.mark.parametrize(("name", "activation"), [("relu", rectifier), ("gelu", gelu)])
def test_outputs_are_those_of_the_compiled_perceptron(name, activation):
    inputs, targets = problem()
    network = MultilayerPerceptron(Dataset(inputs, targets), 3, WIDTHS[1:3], activation=name)
    layers = networks()
    parameters = np.concatenate([layer.reshape(2, -1) for layer in layers], axis=1).T
    np.testing.assert_allclose(
        forward(layers, inputs, activation).outputs.T,
        network.predict(parameters, inputs),
        rtol=1e-12,
    )


def test_a_step_takes_a_rate_and_targets_for_each_run():
    layers, (inputs, targets) = networks(), problem()
    rates, many = np.array([0.1, 0.2]), np.stack([targets, -targets])
    together, outputs = descent_step(layers, inputs, many, rates, gelu)
    for run in range(2):
        alone, before = descent_step(
            [layer[run : run + 1] for layer in layers], inputs, many[run], rates[run], gelu
        )
        np.testing.assert_allclose(outputs[run], before[0], rtol=1e-13)
        for one, other in zip(together, alone, strict=True):
            np.testing.assert_allclose(one[run], other[0], rtol=1e-13)


@given(slope=st.floats(-1, 1), factor=st.floats(0.1, 10), seed=st.integers(0, 99))
def test_a_leaky_network_is_homogeneous_in_its_inputs_and_its_layers(slope, factor, seed):
    layers, (inputs, _) = networks(seed=seed), problem()
    activation = leaky_rectifier(slope)
    outputs = forward(layers, inputs, activation).outputs
    scaled = [layers[0], factor * layers[1], layers[2]]
    np.testing.assert_allclose(
        forward(scaled, inputs, activation).outputs, factor * outputs, rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(
        forward(layers, factor * inputs, activation).outputs, factor * outputs, rtol=1e-9,
        atol=1e-12,
    )  # fmt: skip


def test_a_run_is_drawn_from_its_own_generator():
    (one, *_), (other, *_) = networks(runs=1), networks(runs=3)
    assert np.array_equal(one[0], other[0])
    assert one.std() == pytest.approx(0.7, rel=0.5)
