import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.theory.dense_networks import forward, leaky_rectifier
from flatminima_papers.bias_free.theory.capacity import fitted_random_neurons, interpolating_layers
from flatminima_papers.bias_free.theory.symmetric_data import linear_floor, mirrored


def problem(points, features, seed):
    generator = np.random.default_rng(seed)
    inputs = mirrored(generator.standard_normal((points, features)))
    return inputs, generator.standard_normal(2 * points), generator


@given(
    points=st.integers(2, 7), features=st.integers(2, 4), slope=st.floats(-0.9, 0.9),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_two_layers_reach_the_floor_and_three_interpolate(points, features, slope, seed):
    inputs, targets, generator = problem(points, features, seed)
    floor = linear_floor(inputs, targets)
    reached = fitted_random_neurons(inputs, targets, slope, 100 * points, generator)
    assert reached >= floor - 1e-12
    layers = interpolating_layers(inputs, targets, slope)
    outputs = forward(layers, inputs, leaky_rectifier(slope)).outputs[0]
    np.testing.assert_allclose(outputs, targets, atol=1e-7)


@pytest.mark.parametrize("slope", [0.0, 0.5, -0.5])
def test_the_floor_is_attained(slope):
    inputs, targets, generator = problem(6, 2, 0)
    floor = linear_floor(inputs, targets)
    assert floor > 0.05
    reached = fitted_random_neurons(inputs, targets, slope, 120, generator)
    assert reached == pytest.approx(floor, rel=1e-9)


def test_the_identity_has_no_even_part_to_fit_with():
    inputs, targets, generator = problem(6, 2, 0)
    assert fitted_random_neurons(inputs, targets, 1.0, 120, generator) > 1.1 * linear_floor(
        inputs, targets
    )


def test_the_example_of_three_layers():
    x = np.random.default_rng(0).standard_normal((50, 2))
    first = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    second = np.array([[0.0, -1.0, 1.0, 1.0], [-1.0, 0.0, 1.0, 1.0]])
    layers = [first[None], second[None], np.array([[[1.0, -1.0]]])]
    outputs = forward(layers, x, leaky_rectifier(0.0)).outputs[0]
    expected = np.sign(x[:, 0]) * np.minimum(np.abs(x[:, 0]), np.abs(x[:, 1]))
    np.testing.assert_allclose(outputs, expected, atol=1e-14)
