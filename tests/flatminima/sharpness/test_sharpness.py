import numpy as np
import pytest

from flatminima import sharpness as module
from flatminima.datasets import Dataset
from flatminima.networks.linear.network import LinearNetwork
from flatminima.sharpness import RESIDUAL_TOLERANCE, SharpnessError, compute_sharpness
from flatminima.theory.closed_forms import flattest_minimiser
from tests.flatminima import references
from tests.flatminima.cases import (
    LINEAR,
    PERCEPTRONS,
    linear,
    named,
    perceptron,
    random_parameters,
    residual,
)

NETWORKS = LINEAR | PERCEPTRONS

networks = pytest.mark.parametrize("network", named(NETWORKS))


def stubborn(*_, **__):
    """Stand for a Lanczos method that does not converge."""
    raise module.ArpackNoConvergence("no convergence", np.empty(0), np.empty((0, 0)))


def with_scaled_layers(network, parameters, factors):
    """Multiply the layers by factors, given by their positions."""
    matrices = [W.copy() for W in references.split(network, parameters)]
    for layer, factor in factors.items():
        matrices[layer] *= factor
    return references.join(matrices)


def random_point(network, scale=1.0):
    return random_parameters(network, 1, scale=scale)[:, 0].copy()


def solution_of_one_layer(network):
    return np.outer(network.projection, network.dataset.minimum_norm_solution).ravel()


POINTS = {
    "initialisation": random_point,
    "zero weights": lambda network: np.zeros(network.size),
    "first layer zero": lambda n: with_scaled_layers(n, random_point(n), {0: 0.0}),
    "last layer zero": lambda n: with_scaled_layers(n, random_point(n), {-1: 0.0}),
    "small weights": lambda network: random_point(network, 1e-3),
    "tiny weights": lambda network: random_point(network, 1e-15),
    "large weights": lambda network: random_point(network, 30.0),
    "a small layer": lambda n: with_scaled_layers(n, random_point(n), {0: 1e-4, -1: 1e4}),
}

MINIMISERS = {
    "any": lambda network: references.random_minimiser(network, np.random.default_rng(0)),
    "balanced": references.balanced_minimiser,
    "flattest": lambda network: flattest_minimiser(
        network.dataset.covariance,
        network.dataset.minimum_norm_solution,
        network.layer_shapes,
        None if network.projection.shape == (1,) else network.projection,
    ),
    "first layer small": lambda network: with_scaled_layers(
        network, references.balanced_minimiser(network), {0: 1e-3, -1: 1e3}
    ),
    "last layer small": lambda network: with_scaled_layers(
        network, references.balanced_minimiser(network), {0: 1e3, -1: 1e-3}
    ),
}


def assert_is_largest_eigenvalue(network, parameters, dense_dimension=None):
    arguments = () if dense_dimension is None else (dense_dimension,)
    found = compute_sharpness(network, parameters, *arguments)
    expected = references.sharpness(network, parameters)
    assert found.value == pytest.approx(expected, rel=1e-9, abs=0)
    assert 0 <= found.residual <= RESIDUAL_TOLERANCE


# Against the whole Hessian


@networks
@pytest.mark.parametrize("point", POINTS)
def test_sharpness_is_the_largest_eigenvalue_of_the_whole_hessian(network, point):
    assert_is_largest_eigenvalue(network, POINTS[point](network))


deep = pytest.mark.parametrize(
    "network", named({name: net for name, net in LINEAR.items() if net.depth > 1})
)


@deep
@pytest.mark.parametrize("point", MINIMISERS)
def test_sharpness_at_minimisers(network, point):
    parameters = MINIMISERS[point](network)
    assert_is_largest_eigenvalue(network, parameters)
    assert compute_sharpness(network, parameters).value == pytest.approx(
        references.minimiser_sharpness(network, parameters), rel=1e-9
    )


@pytest.mark.parametrize("name", ["square", "residual", "tanh"])
def test_sharpness_is_the_largest_and_not_the_largest_in_absolute_value(name):
    # Near the saddle at zero the most negative eigenvalue is sometimes the largest in size.
    network = NETWORKS[name]
    points = random_parameters(network, 10, scale=0.05).T
    values = [np.linalg.eigvalsh(references.hessian(network, point)) for point in points]
    found = [compute_sharpness(network, point).value for point in points]
    assert found == pytest.approx([spectrum[-1] for spectrum in values], rel=1e-9)
    assert any(-spectrum[0] > 1.01 * spectrum[-1] for spectrum in values)


@pytest.mark.parametrize("name", ["square", "ten layers", "residual", "one feature", "tanh", "erf"])
@pytest.mark.parametrize("point", POINTS)
def test_a_large_hessian_goes_to_lanczos_with_the_same_result(name, point):
    network = NETWORKS[name]
    assert_is_largest_eigenvalue(network, POINTS[point](network), dense_dimension=3)


@pytest.mark.parametrize("name", ["square", "ten layers", "residual"])
@pytest.mark.parametrize("point", MINIMISERS)
def test_lanczos_at_minimisers(name, point):
    network = NETWORKS[name]
    assert_is_largest_eigenvalue(network, MINIMISERS[point](network), dense_dimension=3)


# A matrix larger than what LAPACK is quick with

LARGE = {
    "linear": linear(50, 5, 30),
    "residual": residual(50, 5, 30),
    "perceptron": perceptron(20, 5, 5, width=8),
}


@pytest.fixture
def matrices(monkeypatch):
    """Which matrices all eigenvalues are computed of."""
    computed = []
    solve = module.eigh
    monkeypatch.setattr(
        module, "eigh", lambda matrix, **how: computed.append(1) or solve(matrix, **how)
    )
    return computed


@pytest.mark.parametrize("network", named(LARGE))
@pytest.mark.parametrize("point", POINTS)
def test_a_larger_matrix_goes_to_lanczos_with_the_same_result(network, point):
    assert_is_largest_eigenvalue(network, POINTS[point](network))


@pytest.mark.parametrize("network", named(LARGE))
def test_what_cholesky_proves_needs_no_other_eigenvalues(network, matrices):
    assert_is_largest_eigenvalue(network, random_point(network))
    assert not matrices


@pytest.mark.parametrize("network", named(LARGE))
def test_an_eigenvalue_of_lanczos_that_is_not_the_largest_is_found_out(
    network, matrices, monkeypatch
):
    """As if the start were orthogonal to the eigenvector that is wanted."""

    def second(operator, restarts):
        values, vectors = np.linalg.eigh(operator)
        return float(values[-2]), vectors[:, -2]

    monkeypatch.setattr(module, "_largest_lanczos", second)
    assert_is_largest_eigenvalue(network, random_point(network))
    assert matrices


def test_a_matrix_that_lanczos_does_not_converge_on_goes_to_lapack(matrices, monkeypatch):
    monkeypatch.setattr(module, "eigsh", stubborn)
    assert_is_largest_eigenvalue(LARGE["linear"], random_point(LARGE["linear"]))
    assert matrices


# Closed forms


@pytest.mark.parametrize("depth", [2, 3, 10, 40])
def test_in_one_dimension_the_sharpness_of_unit_weights_is_2L(depth):
    network = LinearNetwork(Dataset(np.array([[1.0], [-1.0]]), np.array([1.0, -1.0])), depth)
    assert compute_sharpness(network, np.ones(depth)).value == pytest.approx(2 * depth, rel=1e-13)


@pytest.mark.parametrize("name", ["one layer", "one residual layer", "tanh, one layer"])
@pytest.mark.parametrize("point", ["initialisation", "zero weights", "large weights", "minimiser"])
def test_with_one_layer_the_sharpness_is_twice_the_largest_variance(name, point):
    network = NETWORKS[name]
    if point != "minimiser":
        parameters = POINTS[point](network)
    elif network in LINEAR.values():
        parameters = solution_of_one_layer(network)
    else:
        parameters = network.dataset.minimum_norm_solution
    largest = np.linalg.eigvalsh(network.dataset.covariance)[-1]
    assert compute_sharpness(network, parameters).value == pytest.approx(2 * largest, rel=1e-12)


@pytest.mark.parametrize("factor", [1e20, 1e30, 1e45])
def test_the_sharpness_of_huge_weights_grows_by_its_power(factor):
    # Far out only the term of the highest degree counts: of the risk 2L, of the Hessian 2L - 2.
    network = linear(50, 5, 3)
    weights = random_point(network)
    reference = compute_sharpness(network, 1e10 * weights).value
    found = compute_sharpness(network, factor * weights)
    assert found.value / factor**4 == pytest.approx(reference / 1e10**4, rel=1e-12)
    assert found.residual <= RESIDUAL_TOLERANCE


# The residual, and what happens without an eigenpair


def test_the_residual_is_the_error_of_the_eigenpair(monkeypatch):
    network = LINEAR["square"]
    parameters = random_point(network)
    solve = module._largest_dense

    def slightly_wrong(hessian):
        value, vector = solve(hessian)
        return value * (1 + 3e-9), vector

    assert compute_sharpness(network, parameters).residual < 1e-14
    monkeypatch.setattr(module, "_largest_dense", slightly_wrong)
    assert compute_sharpness(network, parameters).residual == pytest.approx(3e-9, rel=1e-5)


@pytest.mark.parametrize("name", ["square", "tanh"])
@pytest.mark.parametrize("wrong", ["value", "vector", "NaN value", "NaN vector"])
def test_a_wrong_eigenpair_is_an_error_and_not_a_number(monkeypatch, name, wrong):
    solve = module._largest_dense

    def broken(hessian):
        value, vector = solve(hessian)
        return {
            "value": (value * (1 + 1e-7), vector),
            "vector": (value, vector + 1e-6 * np.eye(len(vector))[0]),
            "NaN value": (np.nan, vector),
            "NaN vector": (value, vector * np.nan),
        }[wrong]

    monkeypatch.setattr(module, "_largest_dense", broken)
    network = NETWORKS[name]
    with pytest.raises(SharpnessError, match="residual"):
        compute_sharpness(network, random_point(network))


def test_a_wrong_hessian_in_the_subspace_is_found_in_the_whole_space(monkeypatch):
    # The check must not live in the subspace whose completeness it proves.
    network = LINEAR["residual"]
    other = network.hessian_subspace(random_parameters(network, 1, seed=1)[:, 0])
    monkeypatch.setattr(network, "hessian_subspace", lambda _: other)
    with pytest.raises(SharpnessError, match="residual"):
        compute_sharpness(network, random_point(network))


def test_a_lanczos_that_does_not_converge_is_an_error(monkeypatch):
    monkeypatch.setattr(module, "eigsh", stubborn)
    network = PERCEPTRONS["tanh"]
    with pytest.raises(SharpnessError, match="Lanczos did not converge in dimension 55"):
        compute_sharpness(network, random_point(network), dense_dimension=3)


@pytest.mark.parametrize("network", named({n: NETWORKS[n] for n in ("square", "residual", "tanh")}))
@pytest.mark.parametrize("weights", [1e90, np.inf, np.nan])
@pytest.mark.parametrize("dense_dimension", [2000, 3])
def test_a_hessian_that_overflows_has_no_sharpness(network, weights, dense_dimension):
    parameters = random_point(network)
    parameters *= weights
    with np.errstate(over="ignore", invalid="ignore"):  # as in training
        found = compute_sharpness(network, parameters, dense_dimension)
    assert np.isnan(found.value)
    assert np.isnan(found.residual)


@pytest.mark.parametrize("name", ["square", "residual", "tanh"])
def test_the_result_is_the_same_for_any_layout_of_the_weights(name):
    network = NETWORKS[name]
    batch = random_parameters(network, 9)
    column = compute_sharpness(network, batch[:, 4])
    assert column == compute_sharpness(network, np.ascontiguousarray(batch[:, 4]))
    assert column == compute_sharpness(network, np.asfortranarray(batch)[:, 4])


def test_the_projection_of_a_residual_network_is_not_trained():
    # Doubling p quadruples a quadratic risk without targets to reach: it acts as data do.
    network = residual(50, 5, 3)
    assert network.size == 75
    doubled = LinearNetwork(network.dataset, 3, projection=2 * network.projection)
    point = random_point(network, 1e3)
    assert compute_sharpness(doubled, point).value == pytest.approx(
        4 * compute_sharpness(network, point).value, rel=1e-6
    )
