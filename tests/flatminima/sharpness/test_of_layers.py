"""Sharpness at layers from anywhere, beside finite differences and the study's own networks."""

import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.linalg import LinearOperator, lobpcg
from scipy.special import erf

import flatminima
from flatminima import HessianOperator, sharpness_of
from flatminima.datasets import Dataset
from flatminima.networks.mlp.network import MultilayerPerceptron
from flatminima.sharpness import compute_sharpness
from flatminima.sharpness.of_layers import ACTIVATIONS

FUNCTIONS = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "gelu_tanh": lambda z: z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "gelu_erf": lambda z: z / 2 * (1 + erf(z / np.sqrt(2))),
}


def case(shapes=((4, 3), (5, 4), (2, 5)), samples=7, biases=True, seed=0):
    generator = np.random.default_rng(seed)
    X = generator.standard_normal((samples, shapes[0][1]))
    y = generator.standard_normal((samples, shapes[-1][0]))
    layers = [
        (generator.standard_normal(shape), generator.standard_normal(shape[0]) if biases else None)
        for shape in shapes
    ]
    return layers, X, y


def risk_by_hand(parameters, shapes, X, y, phi, scale, biases=True):
    """Compute the risk from the formula, one sample after another."""
    total = 0.0
    for x, target in zip(X, y, strict=True):
        h, place = x, 0
        for number, (rows, columns) in enumerate(shapes):
            W = parameters[place : place + rows * columns].reshape(rows, columns)
            place += rows * columns
            z = W @ h
            if biases:
                z = z + parameters[place : place + rows]
                place += rows
            h = z if number == len(shapes) - 1 else phi(z)
        total += ((h - target) ** 2).sum()
    return total * scale


def hessian_by_differences(function, point, step=1e-4):
    size = len(point)
    E = step * np.eye(size)
    hessian = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            signs = [
                (a, b, function(point + a * E[i] + b * E[j])) for a in (1, -1) for b in (1, -1)
            ]
            hessian[i, j] = sum(a * b * value for a, b, value in signs) / (4 * step**2)
    return hessian


def flat(layers):
    return np.concatenate([part.ravel() for pair in layers for part in pair if part is not None])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("biases", [True, False])
def test_the_operator_is_the_hessian_of_the_risk(activation, biases):
    shapes = ((3, 2), (2, 3), (2, 2))
    layers, X, y = case(shapes, samples=4, biases=biases)
    given_layers = layers if biases else [W for W, _ in layers]
    for loss, scale in (("mse", 1 / 8), ("squared_error", 1 / 4)):
        operator = HessianOperator(given_layers, X, y, activation=activation, loss=loss)
        expected = hessian_by_differences(
            lambda p, scale=scale: risk_by_hand(
                p, shapes, X, y, FUNCTIONS[activation], scale, biases
            ),
            flat(layers),
        )
        found = operator @ np.eye(operator.shape[0])
        np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())
        np.testing.assert_allclose(found, found.T, atol=1e-13 * np.abs(found).max())


def test_it_is_the_networks_own_hessian_without_biases():
    layers, X, y = case(((6, 3), (4, 6), (1, 4)), biases=False)
    matrices = [W for W, _ in layers]
    network = MultilayerPerceptron(Dataset(X, y[:, 0]), 3, (6, 4), activation="tanh")
    expected = network.hessian(flat(layers))
    found = HessianOperator(matrices, X, y[:, 0], activation="tanh") @ np.eye(network.size)
    np.testing.assert_allclose(found, expected, atol=1e-13 * np.abs(expected).max())
    sharpness = sharpness_of(matrices, X, y, activation="tanh")
    assert float(sharpness) == pytest.approx(compute_sharpness(network, matrices).value, rel=1e-12)


def test_ends_of_the_spectrum_by_lapack_and_by_lanczos(monkeypatch):
    layers, X, y = case()
    hessian = HessianOperator(layers, X, y, activation="tanh")
    values = np.linalg.eigvalsh(hessian @ np.eye(hessian.shape[0]))
    for dense in (600, 5):
        monkeypatch.setattr("flatminima.sharpness.of_layers.DENSE_SIZE", dense)
        found = sharpness_of(layers, X, y, activation="tanh", largest=3, smallest=2)
        np.testing.assert_allclose(found.largest, values[::-1][:3], rtol=1e-10)
        np.testing.assert_allclose(found.smallest, values[:2], rtol=1e-10)
        assert found.value == found.largest[0]
        assert found.residual < 1e-10


def test_scipys_own_methods_take_the_operator():
    layers, X, y = case()
    operator = HessianOperator(layers, X, y, activation="tanh")
    assert isinstance(operator, LinearOperator)
    start = np.random.default_rng(1).standard_normal((operator.shape[0], 4))
    values, _ = lobpcg(operator, start, largest=True, tol=1e-8, maxiter=500)
    assert values.max() == pytest.approx(sharpness_of(layers, X, y, activation="tanh").value)
    vector = start[:, 0]
    np.testing.assert_array_equal(operator.T @ vector, operator @ vector)


def test_a_state_dict_goes_in_as_it_is():
    layers, X, y = case()
    named = {}
    for number, (W, b) in enumerate(layers):
        named |= {f"body.{2 * number}.weight": W, f"body.{2 * number}.bias": b}
    assert sharpness_of(named, X, y).value == sharpness_of(layers, X, y).value


@given(st.sampled_from([np.uint8, np.int16, np.float32]), st.integers(0, 2**32 - 1))
def test_numbers_of_any_type_give_the_same_answer(dtype, seed):
    generator = np.random.default_rng(seed)
    X, y = generator.integers(1, 250, (5, 2)), generator.permutation(5) + 200
    layers = [generator.integers(0, 9, shape) for shape in ((3, 2), (1, 3))]
    expected = sharpness_of([W.astype(float) for W in layers], X.astype(float), y.astype(float))
    for form in (np.asfortranarray, pd.DataFrame, np.ndarray.tolist):
        typed = [form(W.astype(dtype)) for W in layers]
        found = sharpness_of(typed, form(X.astype(dtype)), y.astype(dtype))
        assert found.value == expected.value
    data, plain = Dataset(X.astype(dtype), y.astype(dtype)), Dataset(X * 1.0, y * 1.0)
    np.testing.assert_array_equal(data.covariance, plain.covariance)
    minimal = flatminima.minimal_sharpness(data.covariance, data.minimum_norm_solution, 2)
    assert minimal == flatminima.minimal_sharpness(plain.covariance, plain.minimum_norm_solution, 2)


def test_small_integers_do_not_overflow():
    data = Dataset(np.array([[200, 3], [100, 7], [250, 1]], dtype=np.uint8), [1, 2, 4])
    minimal = flatminima.minimal_sharpness(data.covariance, data.minimum_norm_solution, 2)
    assert minimal == pytest.approx(1868.94, abs=0.005)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"layers": []}, "there are no layers"),
        ({"layers": [np.ones((8, 3)), np.ones((8, 5))]}, "layer 2 is 8 × 5; expected 8 × 8"),
        ({"layers": [np.ones((2, 4))]}, "layer 1 is 2 × 4; expected 2 × 3"),
        ({"layers": [np.ones((3, 3))]}, "the last layer has 3 outputs, but y has 2 columns"),
        (
            {"layers": [(np.ones((2, 3)), np.ones(3))]},
            "the bias of layer 1 has 3 entries; expected 2",
        ),
        ({"layers": [np.ones((2, 3)) * 1j]}, "layer 1 holds complex numbers"),
        ({"layers": {"0.scale": [1]}}, "'0.scale' is neither the weight nor the bias"),
        ({"layers": {"0.bias": [1]}}, "'0' has a bias, but no weight"),
        ({"y": np.ones((3, 2))}, "y has the shape (3, 2), but X has 7 rows"),
        ({"activation": "gelu"}, "activation is 'gelu'; allowed: linear, relu, tanh, gelu_tanh"),
        ({"loss": "mae"}, "loss is 'mae'; allowed: mse, squared_error"),
        ({"largest": 0}, "largest is 0; allowed: 1 to 6"),
        ({"smallest": 9}, "smallest is 9; allowed: 0 to 6"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(change, says):
    _, X, y = case()
    arguments = {"layers": [np.ones((2, 3))], "X": X, "y": y} | change
    with pytest.raises(ValueError, match=re.escape(says)):
        sharpness_of(**arguments)


def test_overflow_gives_no_number():
    found = sharpness_of([[[1e200]], [[1e200]]], [[1.0], [2.0]], [1.0, 2.0], smallest=1)
    assert np.isnan([found.value, found.residual, *found.largest, *found.smallest]).all()


def test_weights_of_a_network_are_checked_and_may_be_layers():
    layers, X, y = case(((6, 3), (4, 6), (1, 4)), biases=False)
    network = MultilayerPerceptron(Dataset(X, y[:, 0]), 3, (6, 4))
    weights, matrices = flat(layers), [W for W, _ in layers]
    assert compute_sharpness(network, matrices) == compute_sharpness(network, weights)
    for wrong, says in (
        (np.append(weights, 1.0), "there are 47 weights, but the network has 46"),
        (matrices[:2], "there are 2 layers, but the network has 3"),
        ([matrices[0], np.ones((4, 5)), matrices[2]], "layer 2 is 4 × 5; expected 4 × 6"),
        (weights * 1j, "the array of weights holds complex numbers"),
    ):
        with pytest.raises(ValueError, match=re.escape(says)):
            compute_sharpness(network, wrong)


def test_the_package_offers_what_people_want_and_loads_it_late():
    for name in flatminima.OFFERED:
        assert callable(getattr(flatminima, name))
    with pytest.raises(AttributeError, match="no attribute 'sharpnes_of'"):
        _ = flatminima.sharpnes_of
    code = (
        "import sys, flatminima; assert 'scipy' not in sys.modules and 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
