"""A network of another kind, with a class and a kernel of its own, is trained and measured."""

from importlib import import_module

import numpy as np
import pytest

from flatminima import networks
from flatminima.core.costs import DENSE_SIZE
from flatminima.datasets import Dataset
from flatminima.optimisers import GradientDescent
from flatminima.runs.training import train
from flatminima.sharpness import compute_sharpness
from tests.flatminima.cases import assert_close, assert_same_bits, data
from tests.flatminima.references import central_difference
from tests.toy_kinds import TOYS


@pytest.fixture(scope="module")
def diagonal(tmp_path_factory):
    """Return what builds the toy: a diagonal network of so many factors on some data."""
    folder = tmp_path_factory.mktemp("networks")
    for name, text in TOYS.items():
        if name.startswith("networks/"):
            path = folder / name.removeprefix("networks/")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
    networks.__path__.append(str(folder))
    yield import_module("flatminima.networks.toy_diagonal.network").DiagonalNetwork
    networks.__path__.remove(str(folder))


def weights_of(network, runs=1):
    return np.random.default_rng(1).standard_normal((network.size, runs))


def risk(network, weights):
    outputs = network.predict(weights[:, None], network.dataset.inputs)[:, 0]
    return np.mean((outputs - network.dataset.targets) ** 2)


def gradient(network, weights):
    kernel = network.kernel(weights[:, None])
    kernel.evaluate()
    return kernel.gradient[:, 0]


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_risk_gradient_and_hessian_are_derivatives_of_each_other(diagonal, depth):
    network = diagonal(data(20, 3), depth)
    (weights,) = weights_of(network).T
    assert network.kernel(weights[:, None]).evaluate()[0] == pytest.approx(risk(network, weights))
    slopes = central_difference(lambda point: risk(network, point), weights)
    assert_close(gradient(network, weights), slopes, 1e-7)
    curvatures = central_difference(lambda point: gradient(network, point), weights)
    assert_close(network.hessian(weights), curvatures, 1e-7)


def test_training_takes_the_steps_of_its_kernel(diagonal):
    network = diagonal(data(20, 3), 2)
    start, rates = weights_of(network, 9), np.linspace(0.001, 0.02, 9)
    at_once = train(network, start, GradientDescent(rates), 100)
    kernel = network.kernel(start)
    for _ in range(100):
        kernel.evaluate(rates)
        kernel.parameter_blocks -= kernel.gradient_blocks
    assert_same_bits(at_once.parameters, kernel.parameters)


def test_training_finds_a_positive_solution(diagonal):
    solution, inputs = np.array([1.0, 2.0, 0.5]), data(20, 3).inputs
    network = diagonal(Dataset(inputs, inputs @ solution), 2)
    start = np.full((network.size, 1), 0.8)
    trained = train(network, start, GradientDescent(np.array([0.02])), 5000)
    assert_close(network.product(trained.parameters)[:, 0], solution)


@pytest.mark.parametrize("features", [5, 250])
def test_the_sharpness_uses_its_own_hessian_products_however_many_weights(diagonal, features):
    network = diagonal(data(30, features), 3)
    assert (network.size > DENSE_SIZE) == (features == 250)
    (weights,) = weights_of(network).T
    found = compute_sharpness(network, weights)
    assert found.value == pytest.approx(np.linalg.eigvalsh(network.hessian(weights))[-1], rel=1e-9)
    assert found.residual < 1e-8
