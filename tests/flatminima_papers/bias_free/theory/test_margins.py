import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from flatminima.theory.dense_networks import forward, gaussian_layers, gradients, rectifier
from flatminima_papers.bias_free.theory.margins import largest_margin_separator, loss_scaled_step


def separable(seed, points=7, features=3):
    generator = np.random.default_rng(seed)
    inputs = generator.standard_normal((points, features))
    labels = np.sign(inputs @ generator.standard_normal(features))
    return inputs, labels


@given(seed=st.integers(0, 99))
def test_the_separator_is_that_of_a_quadratic_program(seed):
    inputs, labels = separable(seed)
    signed = labels[:, None] * inputs
    found = largest_margin_separator(inputs, labels)
    assert (signed @ found).min() >= 1 - 1e-7
    program = minimize(
        lambda w: w @ w / 2, found + 0.1, jac=lambda w: w, method="SLSQP",
        constraints={"type": "ineq", "fun": lambda w: signed @ w - 1, "jac": lambda w: signed},
        options={"ftol": 1e-14, "maxiter": 300},
    )  # fmt: skip
    assert found @ found == pytest.approx(program.x @ program.x, rel=1e-5)


def test_labels_that_no_line_separates_are_refused():
    with pytest.raises(ValueError, match="no linear function separates"):
        largest_margin_separator(np.array([[1.0], [-1.0]]), np.array([1.0, 1.0]))


def test_a_step_is_that_of_the_gradient_over_the_loss():
    inputs, labels = separable(0)
    layers = gaussian_layers((3, 4, 1), 0.5, [np.random.default_rng(0)])
    passed = forward(layers, inputs, rectifier)
    margins = labels * passed.outputs
    loss = np.mean(np.log(1 + np.exp(-margins)))
    slopes = -labels / (1 + np.exp(margins)) / len(inputs)
    expected = [
        layer - 0.1 * gradient / loss
        for layer, gradient in zip(layers, gradients(layers, passed, slopes), strict=True)
    ]
    for one, other in zip(
        loss_scaled_step(layers, inputs, labels, 0.1, rectifier), expected, strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_a_step_stays_finite_where_the_loss_underflows():
    inputs, labels = separable(0)
    layers = [
        np.tile(100 * largest_margin_separator(inputs, labels), (1, 1, 1)),
        np.ones((1, 1, 1)),
    ]
    layers[0] = np.concatenate([layers[0], -layers[0]], axis=1)
    layers[1] = np.array([[[20.0, -20.0]]])
    assert (labels * forward(layers, inputs, rectifier).outputs).min() > 1000
    moved = loss_scaled_step(layers, inputs, labels, 0.1, rectifier)
    assert all(np.isfinite(layer).all() for layer in moved)
    assert not np.array_equal(moved[0], layers[0])
