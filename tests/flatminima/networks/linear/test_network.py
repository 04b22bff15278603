import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.networks.linear.network import LinearNetwork
from flatminima.sharpness import compute_sharpness
from tests.flatminima import references
from tests.flatminima.cases import (
    LINEAR,
    assert_close,
    data,
    linear,
    named,
    random_parameters,
    random_rotation,
    residual,
)

RUNS = 8

networks = pytest.mark.parametrize("network", named(LINEAR))


# Architecture


@pytest.mark.parametrize(
    ("network", "shapes"),
    [
        (linear(50, 5, 3), ((5, 5), (5, 5), (1, 5))),
        (linear(50, 5, 3, width=2), ((2, 5), (2, 2), (1, 2))),
        (linear(50, 5, 1), ((1, 5),)),
        (residual(50, 5, 2), ((5, 5), (5, 5))),
    ],
)
def test_layers_have_the_shapes_of_the_architecture(network, shapes):
    assert network.layer_shapes == shapes
    assert network.depth == len(shapes)
    assert network.size == sum(rows * columns for rows, columns in shapes)


@pytest.mark.parametrize(("depth", "width"), [(0, 5), (-1, 5), (3, 0)])
def test_depth_and_width_must_be_positive(depth, width):
    with pytest.raises(ValueError, match=f"at least 1, not {depth} and {width}"):
        LinearNetwork(data(50, 5), depth, width)


@pytest.mark.parametrize(("width", "entries"), [(4, 5), (None, 4), (None, 1)])
def test_a_projection_must_fit(width, entries):
    with pytest.raises(ValueError, match="as wide as its data has features"):
        LinearNetwork(data(50, 5), 3, width, projection=np.ones(entries))


@networks
def test_runs_are_contiguous(network):
    parameters = network.allocate(RUNS)
    assert parameters.shape == (network.size, RUNS)
    assert parameters.flags.c_contiguous


# Each quantity against its reference, one run at a time


@networks
def test_predictions(network):
    parameters = random_parameters(network, RUNS)
    inputs = np.random.default_rng(0).standard_normal((4, network.dataset.features))
    expected = [references.outputs(network, run, inputs) for run in parameters.T]
    assert_close(network.predict(parameters, inputs), np.transpose(expected))


@networks
def test_product_and_squared_distance(network):
    parameters = random_parameters(network, RUNS)
    axes = np.eye(network.dataset.features)
    products = [references.outputs(network, run, axes) for run in parameters.T]
    assert_close(network.product(parameters), np.transpose(products))
    errors = np.array(products) - network.dataset.minimum_norm_solution
    assert_close(network.squared_distance(parameters), np.sum(errors**2, axis=1))


@networks
def test_risk_and_gradient(network):
    parameters = random_parameters(network, RUNS)
    kernel = network.kernel(parameters)
    risk = kernel.evaluate()
    assert_close(risk, [references.risk(network, run) for run in parameters.T])
    for gradient, run in zip(kernel.gradient.T, parameters.T, strict=True):
        assert_close(gradient, references.gradient(network, run))


def test_the_risk_of_a_minimiser_is_the_minimal_risk():
    network = LINEAR["wide"]
    parameters = network.allocate(1)
    parameters[:, 0] = references.random_minimiser(network, np.random.default_rng(0))
    kernel = network.kernel(parameters)
    assert kernel.evaluate()[0] == pytest.approx(network.dataset.minimal_risk, rel=1e-14)
    assert np.abs(kernel.gradient).max() < 1e-14  # the gradient is the size of a rounding
    assert network.squared_distance(parameters)[0] < 1e-28


# The Hessian


@networks
def test_hessian_of_one_run_in_many_directions(network):
    point = random_parameters(network, 1)
    product = network.hessian_vector_product(point, np.eye(network.size))
    assert_close(product, references.hessian(network, point[:, 0]))
    assert np.array_equal(network.hessian(point[:, 0]), product)


@pytest.mark.parametrize(
    "network", named({n: LINEAR[n] for n in ("narrow", "wide", "residual", "one layer")})
)
def test_hessian_of_each_run_in_its_own_direction(network):
    parameters = random_parameters(network, 3, seed=0)
    directions = random_parameters(network, 3, seed=1)
    product = network.hessian_vector_product(parameters, directions)
    for run in range(3):
        H = references.hessian(network, parameters[:, run])
        assert_close(product[:, run], H @ directions[:, run])


def with_zero_layer(network, parameters, layer):
    matrices = [W.copy() for W in references.split(network, parameters)]
    matrices[layer][:] = 0
    return references.join(matrices)


@networks
@pytest.mark.parametrize("point", ["random", "zero", "first layer zero", "last layer zero"])
def test_the_hessian_is_zero_outside_its_subspace(network, point):
    parameters = random_parameters(network, 1)[:, 0]
    if point == "zero":
        parameters = np.zeros_like(parameters)
    elif point != "random":
        parameters = with_zero_layer(network, parameters, 0 if "first" in point else -1)
    subspace = network.hessian_subspace(parameters)
    basis = subspace.lift(np.eye(subspace.dimension))
    shapes = network.layer_shapes
    assert subspace.dimension == sum(rows + columns - 1 for rows, columns in shapes)
    assert np.abs(basis.T @ basis - np.eye(subspace.dimension)).max() < 1e-14  # orthonormal

    H = references.hessian(network, parameters)
    outside = np.eye(network.size) - basis @ basis.T
    assert np.abs(H @ outside).max() <= 1e-13 * np.abs(H).max()
    assert_close(subspace.hessian(), basis.T @ H @ basis)


@networks
def test_projecting_is_the_transpose_of_lifting(network):
    subspace = network.hessian_subspace(random_parameters(network, 1)[:, 0])
    basis = subspace.lift(np.eye(subspace.dimension))
    assert_close(subspace.project(np.eye(network.size)), basis.T, 1e-14)


# Invariance


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.sampled_from(["square", "narrow", "wide", "residual"]))
def test_rotating_the_hidden_layers_changes_nothing(seed, name):
    network = LINEAR[name]
    generator = np.random.default_rng(seed)
    parameters = random_parameters(network, 1, seed)
    matrices = references.split(network, parameters[:, 0])
    rotations = [random_rotation(len(W), generator) for W in matrices[:-1]]
    after = [*rotations, np.eye(len(matrices[-1]))]
    before = [np.eye(network.dataset.features), *rotations]
    rotated = network.allocate(1)
    rotated[:, 0] = references.join(
        [Q @ W @ P.T for Q, W, P in zip(after, matrices, before, strict=True)]
    )

    inputs = network.dataset.test_inputs
    assert_close(network.predict(rotated, inputs), network.predict(parameters, inputs))
    assert_close(network.squared_distance(rotated), network.squared_distance(parameters))
    kernel, rotated_kernel = network.kernel(parameters), network.kernel(rotated)
    assert_close(rotated_kernel.evaluate(), kernel.evaluate())
    assert np.linalg.norm(rotated_kernel.gradient) == pytest.approx(
        np.linalg.norm(kernel.gradient), rel=1e-12
    )
    assert compute_sharpness(network, rotated[:, 0]).value == pytest.approx(
        compute_sharpness(network, parameters[:, 0]).value, rel=1e-12
    )
