import numpy as np
import pytest

from flatminima.core.kinds import Misfit, restore
from flatminima.datasets import DataSize
from flatminima.networks.mlp import Mlp
from flatminima.networks.mlp.network import MultilayerPerceptron
from tests.flatminima import references
from tests.flatminima.cases import (
    LINEAR,
    PERCEPTRONS,
    assert_close,
    assert_same_bits,
    data,
    named,
    perceptron,
    random_parameters,
)

RUNS = 8

networks = pytest.mark.parametrize("network", named(PERCEPTRONS))


# Architecture


def test_layers_have_the_shapes_of_the_architecture():
    assert perceptron(50, 5, 3, width=2).layer_shapes == ((2, 5), (2, 2), (1, 2))
    assert perceptron(50, 5, 2).layer_shapes == ((5, 5), (1, 5))
    assert perceptron(50, 5, 1).layer_shapes == ((1, 5),)
    assert perceptron(50, 5, 3, width=2).size == 16


@pytest.mark.parametrize(("depth", "width"), [(0, 5), (-1, 5), (3, 0)])
def test_depth_and_width_must_be_positive(depth, width):
    with pytest.raises(ValueError, match=f"at least 1, not {depth} and {width}"):
        MultilayerPerceptron(data(50, 5), depth, width)


def test_an_unknown_form_of_gelu_is_refused():
    with pytest.raises(ValueError, match="'relu' is not one of"):
        MultilayerPerceptron(data(50, 5), 3, gelu="relu")
    with pytest.raises(ValueError, match="'selu' is not one of"):
        MultilayerPerceptron(data(50, 5), 3, activation="selu")


def test_layers_may_differ_in_width():
    network = MultilayerPerceptron(data(50, 5), 3, (4, 2))
    assert network.layer_shapes == ((4, 5), (2, 4), (1, 2))
    with pytest.raises(ValueError, match="depth 3 has 2 widths of at least 1, not \\[4\\]"):
        MultilayerPerceptron(data(50, 5), 3, (4,))


@networks
def test_each_run_is_contiguous(network):
    parameters = network.allocate(RUNS)
    assert parameters.shape == (network.size, RUNS)
    assert parameters.flags.f_contiguous


# Each quantity against its reference, one run at a time


@networks
def test_predictions(network):
    parameters = random_parameters(network, RUNS)
    inputs = np.random.default_rng(0).standard_normal((4, network.dataset.features))
    expected = [references.outputs(network, run, inputs) for run in parameters.T]
    assert_close(network.predict(parameters, inputs), np.transpose(expected))


@networks
@pytest.mark.parametrize("scale", [0.1, 1.0, 4.0])  # the middle and the tails of GELU
def test_risk_and_gradient(network, scale):
    parameters = random_parameters(network, RUNS, scale=scale)
    kernel = network.kernel(parameters)
    with np.errstate(over="ignore"):  # as in training: the exponential of a tail may overflow
        risk = kernel.evaluate()
    assert_close(risk, [references.risk(network, run) for run in parameters.T])
    for gradient, run in zip(kernel.gradient.T, parameters.T, strict=True):
        assert_close(gradient, references.gradient(network, run))


@pytest.mark.parametrize("samples", [7, 8, 50])
def test_steps_have_the_same_bits_however_many_samples_are_taken_together(samples, monkeypatch):
    network = perceptron(samples, 5, 3)
    parameters = random_parameters(network, RUNS)
    ends = []
    for together in (1, 5, 1000):
        monkeypatch.setattr("flatminima.networks.mlp.network.FEWEST_TOGETHER", together)
        monkeypatch.setattr("flatminima.networks.mlp.network.ROOM", 0)
        kernel = network.kernel(parameters)
        assert_close(kernel.evaluate(), [references.risk(network, run) for run in parameters.T])
        kernel.descend(0.01, 3)
        ends.append(kernel.parameters)
    assert_same_bits(ends[0], ends[1])
    assert_same_bits(ends[0], ends[2])


@pytest.mark.parametrize("gelu", ["tanh", "erf"])
def test_a_single_layer_is_linear(gelu):
    network, linear = perceptron(50, 5, 1, gelu=gelu), LINEAR["one layer"]
    parameters = random_parameters(linear, RUNS)
    mine = network.allocate(RUNS)
    mine[:] = parameters
    kernel, linear_kernel = network.kernel(mine), linear.kernel(parameters)
    assert_close(kernel.evaluate(), linear_kernel.evaluate())
    assert_close(kernel.gradient, linear_kernel.gradient)


# The Hessian


@networks
@pytest.mark.parametrize("scale", [0.1, 1.0, 4.0])
def test_hessian_of_one_run_in_many_directions(network, scale):
    point = random_parameters(network, 1, scale=scale)
    product = network.hessian_vector_product(point, np.eye(network.size))
    assert_close(product, references.hessian(network, point[:, 0]))


@networks
@pytest.mark.parametrize("scale", [0.1, 1.0, 4.0])
def test_hessian_as_a_matrix(network, scale):
    point = random_parameters(network, 1, scale=scale)[:, 0]
    hessian = network.hessian(point)
    assert_close(hessian, references.hessian(network, point))
    assert_close(hessian, hessian.T, 1e-13)


@networks
def test_hessian_of_each_run_in_its_own_direction(network):
    parameters = random_parameters(network, 3, seed=0)
    directions = random_parameters(network, 3, seed=1)
    product = network.hessian_vector_product(parameters, directions)
    for run in range(3):
        H = references.hessian(network, parameters[:, run])
        assert_close(product[:, run], H @ directions[:, run])


def test_no_subspace_is_known():
    network = PERCEPTRONS["tanh"]
    assert network.hessian_subspace(random_parameters(network, 1)[:, 0]) is None


# The kind


def test_a_kind_has_a_depth_and_width_or_the_widths_of_its_layers():
    size = DataSize(50, 5)
    kind = Mlp("he", widths=(7, 3), activation="relu")
    assert (kind.depth, kind.width) == ((3,), (7,))
    assert list(kind.cells(size)) == [(3, 7)]
    assert kind.at(3, 7) == kind
    assert restore("networks", kind.plain()) == kind
    network = kind.build(data(50, 5), np.random.default_rng(0))
    assert network.layer_shapes == ((7, 5), (3, 7), (1, 3))
    assert kind.weights(size) == network.size == 5 * 7 + 7 * 3 + 3
    start = kind.initialise(network, 0.3, np.random.default_rng(1))
    first = np.random.default_rng(1).standard_normal((7, 5))
    np.testing.assert_allclose(start[:35], 0.3 * np.sqrt(2 / 5) * first.ravel(), rtol=1e-15)
    with pytest.raises(Misfit, match="has neither depth nor widths"):
        Mlp("he").cells(size)
    with pytest.raises(Misfit, match="depth is given beside widths"):
        Mlp("he", depth=(2,), widths=(7, 3)).cells(size)


def test_a_kind_builds_its_network_and_starts_its_runs():
    kind = Mlp("gaussian", (3,), (4,), gelu="erf")
    network = kind.build(data(50, 5), np.random.default_rng(0))
    assert network.layer_shapes == ((4, 5), (4, 4), (1, 4))
    assert references.gelu_form(network) == "erf"
    start = kind.initialise(network, 0.3, np.random.default_rng(1))
    noise = np.random.default_rng(1)
    expected = [0.3 * noise.standard_normal(shape) for shape in network.layer_shapes]
    assert np.array_equal(start, references.join(expected))


@pytest.mark.parametrize(("depth", "width"), [(2, 3), (3, 5), (6, 8)])
def test_its_hessian_is_as_large_as_it_has_weights(depth, width):
    kind = Mlp("gaussian", (depth,), (width,))
    network = kind.build(data(50, 5), np.random.default_rng(0))
    assert kind.hessian_cost(DataSize(50, 5)).dimension == network.size
