import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from flatminima.theory.diagonal_networks import (
    equal_start,
    mobility,
    network_weights,
    products_of_others,
    risk_gradient,
    sharpness_of_minimiser,
    smallest_mobility,
    smallest_sharpness,
)


def hessian(inputs, targets, layers, step=1e-4):
    """Return the Hessian of the risk in the layers, by central differences."""

    def risk(u):
        return np.mean((inputs @ np.prod(u.reshape(layers.shape), axis=0) - targets) ** 2)

    point, units = layers.ravel(), step * np.eye(layers.size)
    return np.array(
        [
            [
                (
                    risk(point + a + b)
                    - risk(point + a - b)
                    - risk(point - a + b)
                    + risk(point - a - b)
                )
                / (4 * step**2)
                for a in units
            ]
            for b in units
        ]
    )


@given(st.integers(2, 5), st.integers(0, 100))
def test_products_leave_one_layer_out(depth, seed):
    layers = np.random.default_rng(seed).standard_normal((2, depth, 3))
    expected = [np.prod(np.delete(layers, k, axis=1), axis=1) for k in range(depth)]
    np.testing.assert_allclose(products_of_others(layers), np.stack(expected, axis=1), rtol=1e-12)


def test_the_gradient_is_that_of_the_risk():
    generator = np.random.default_rng(0)
    inputs, targets, w = (generator.standard_normal(shape) for shape in ((7, 4), 7, 4))
    step = 1e-6

    def risk(weights):
        return np.mean((inputs @ weights - targets) ** 2)

    slopes = [(risk(w + step * e) - risk(w - step * e)) / (2 * step) for e in np.eye(4)]
    np.testing.assert_allclose(risk_gradient(inputs, targets, w), slopes, atol=1e-8)


def test_the_sharpness_of_a_minimiser_is_the_largest_eigenvalue_of_its_hessian():
    generator = np.random.default_rng(1)
    inputs, layers = generator.standard_normal((6, 3)), generator.standard_normal((3, 3))
    targets = inputs @ network_weights(layers)
    sharpness = sharpness_of_minimiser(inputs.T @ inputs / 6, mobility(layers))
    largest = np.linalg.eigvalsh(hessian(inputs, targets, layers))[-1]
    np.testing.assert_allclose(sharpness, largest, rtol=1e-5)


@given(st.integers(2, 5), st.integers(0, 1000))
def test_no_factorisation_is_flatter_than_the_balanced_one(depth, seed):
    generator = np.random.default_rng(seed)
    layers = np.exp(generator.standard_normal((depth, 4)))
    inputs = generator.standard_normal((9, 4))
    weights, covariance = network_weights(layers), inputs.T @ inputs / 9
    smallest = smallest_sharpness(covariance, weights, depth)
    assert sharpness_of_minimiser(covariance, mobility(layers)) >= smallest * (1 - 1e-12)
    assert np.all(mobility(layers) >= smallest_mobility(weights, depth) * (1 - 1e-12))
    balanced = np.tile(weights ** (1 / depth), (depth, 1))
    np.testing.assert_allclose(mobility(balanced), smallest_mobility(weights, depth), rtol=1e-12)


def test_an_equal_start_computes_zero():
    start = equal_start(0.3, 3, 4)
    assert not network_weights(start).any()
    np.testing.assert_allclose(mobility(start), 0.3**4)
