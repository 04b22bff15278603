import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.theory.dense_networks import forward, gaussian_layers, gelu, identity, rectifier
from flatminima_papers.feature_speed.theory.velocities import (
    cosines,
    feature_kernel,
    feature_speeds,
    isotropic_cosine,
    kantorovich_bound,
    least_aligned,
    moved_features,
)

ACTIVATIONS = {"identity": identity, "relu": rectifier, "gelu": gelu}
activations = pytest.mark.parametrize("name", ACTIVATIONS)
RATES = (0.3, 0.1, 0.2)


def problem(seed=0, runs=1):
    generator = np.random.default_rng(seed)
    inputs, targets = generator.standard_normal((4, 6)), generator.standard_normal(4)
    layers = gaussian_layers((6, 7, 5, 1), 0.5, [generator] * runs)
    return layers, inputs, targets


@activations
@given(seed=st.integers(0, 99))
def test_the_formula(name, seed):
    layers, inputs, targets = problem(seed, runs=2)
    speeds = feature_speeds(layers, inputs, targets, RATES, ACTIVATIONS[name])
    for k, cosine in enumerate(cosines(speeds)):
        for run in range(2):
            speed = np.linalg.norm(speeds.velocities[k][run])
            backward = np.linalg.norm(speeds.backward_vectors[k][run])
            decay = sum(RATES[j] * np.sum(speeds.gradients[j][run] ** 2) for j in range(k + 1))
            assert speed * backward * cosine[run] == pytest.approx(decay, rel=1e-10)
            assert speeds.decay[k, run] == pytest.approx(decay)


@activations
def test_velocities_are_those_of_small_steps(name):
    layers, inputs, targets = problem()
    speeds = feature_speeds(layers, inputs, targets, RATES, ACTIVATIONS[name])
    small = 1e-6
    moved = [
        layer - small * rate * gradient
        for layer, rate, gradient in zip(layers, RATES, speeds.gradients, strict=True)
    ]
    changes = moved_features(layers, inputs, moved, ACTIVATIONS[name])
    for change, velocity in zip(changes, speeds.velocities, strict=True):
        np.testing.assert_allclose(change / small, velocity, atol=1e-4)


def slow_kernel(layers, inputs, rates, activation, last):
    """Return K_l by finite differences in every weight."""

    def features(weights):
        return (weights[last - 1] @ forward(weights, inputs, activation).hidden[last - 1])[
            0
        ].ravel()

    step, total = 1e-6, 0.0
    for k in range(last):
        columns = []
        for place in np.ndindex(layers[k].shape):
            both = []
            for sign in (1, -1):
                moved = [layer.copy() for layer in layers]
                moved[k][place] += sign * step
                both.append(features(moved))
            columns.append((both[0] - both[1]) / (2 * step))
        jacobian = np.array(columns).T
        total = total + rates[k] * jacobian @ jacobian.T
    return total


@activations
@pytest.mark.parametrize("last", [1, 2, 3])
def test_the_kernel_is_that_of_all_weights(name, last):
    layers, inputs, _ = problem()
    slow = slow_kernel(layers, inputs, RATES, ACTIVATIONS[name], last)
    fast = feature_kernel(layers, inputs, RATES, ACTIVATIONS[name], last)
    np.testing.assert_allclose(fast, slow, atol=1e-7)


@activations
def test_velocities_are_those_of_the_kernel(name):
    layers, inputs, targets = problem()
    speeds = feature_speeds(layers, inputs, targets, RATES, ACTIVATIONS[name])
    kernel = feature_kernel(layers, inputs, RATES, ACTIVATIONS[name], 2)
    np.testing.assert_allclose(
        -kernel @ speeds.backward_vectors[1].ravel(), speeds.velocities[1].ravel(), atol=1e-12
    )


@given(seed=st.integers(0, 999), size=st.integers(2, 8))
def test_the_bound_holds_for_all_vectors_and_is_attained(seed, size):
    generator = np.random.default_rng(seed)
    root = generator.standard_normal((size, size + 2))
    kernel = root @ root.T
    bound = kantorovich_bound(kernel)

    def cosine(b):
        return b @ kernel @ b / np.linalg.norm(b) / np.linalg.norm(kernel @ b)

    assert cosine(generator.standard_normal(size)) >= bound - 1e-12
    assert cosine(least_aligned(kernel)) == pytest.approx(bound)
    assert bound <= isotropic_cosine(kernel) <= 1 + 1e-12


def test_a_singular_kernel_has_no_bound():
    assert kantorovich_bound(np.diag([1.0, 0.0])) == 0
