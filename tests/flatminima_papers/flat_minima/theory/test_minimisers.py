import numpy as np
import pytest
from scipy.optimize import check_grad

from flatminima.datasets import prescribed_dataset
from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.networks import random_projection
from flatminima.networks.linear.network import LinearNetwork
from flatminima.sharpness import compute_sharpness
from flatminima.theory.closed_forms import flattest_minimiser, minimal_sharpness
from flatminima.theory.layer_structure import layer_norm_bound, minimiser_spectrum
from flatminima_papers.flat_minima.theory.minimisers import (
    _SmoothSharpness,
    project_to_minimisers,
    rescaled_layers,
    search_flattest_minimiser,
)


def build(samples=30, features=4, depth=3, width=None, residual=False):
    generator = np.random.default_rng(features)
    dataset = gaussian_dataset(samples, features, 1.0, generator)
    projection = random_projection(features, generator) if residual else None
    return LinearNetwork(dataset, depth, width, projection)


def smallest(network):
    data = network.dataset
    return minimal_sharpness(data.covariance, data.minimum_norm_solution, network.depth)


CASES = [
    {},
    {"depth": 2, "width": 6},
    {"width": 2},
    {"residual": True},
    {"samples": 3, "features": 5},
    {"features": 1, "depth": 4},
]


@pytest.mark.parametrize("case", CASES)
def test_projection_gives_minimisers_and_leaves_them(case):
    network = build(**case)
    point = np.random.default_rng(1).standard_normal(network.size)
    minimiser = project_to_minimisers(network, point)
    error = network.product(minimiser[:, None])[:, 0] - network.dataset.minimum_norm_solution
    np.testing.assert_allclose(network.dataset.covariance @ error, 0, atol=1e-11)
    np.testing.assert_allclose(project_to_minimisers(network, minimiser), minimiser, atol=1e-10)
    first = np.prod(network.layer_shapes[0])
    np.testing.assert_array_equal(minimiser[first:], point[first:])


@pytest.mark.parametrize("case", CASES)
def test_smooth_sharpness_has_the_right_limit_and_gradient(case):
    network = build(**case)
    objective = _SmoothSharpness(network)
    point = np.random.default_rng(2).standard_normal(network.size)
    brute_force = compute_sharpness(network, objective.minimiser(point)).value
    assert objective.sharpness(point) == pytest.approx(brute_force, rel=1e-10)
    beta = 10 / brute_force
    assert brute_force <= objective(point, beta)[0] * (1 + 1e-12)
    assert objective(point, 1e12 / brute_force)[0] == pytest.approx(brute_force, rel=1e-10)
    error = check_grad(lambda x: objective(x, beta)[0], lambda x: objective(x, beta)[1], point)
    assert error < 1e-5 * np.linalg.norm(objective(point, beta)[1])


@pytest.mark.parametrize("case", CASES)
def test_search_meets_the_closed_form_and_never_falls_below(case):
    network = build(**case)
    found = search_flattest_minimiser(network, 2, np.random.default_rng(3))
    assert network.squared_distance(found[:, None])[0] < 1e-20 or case.get("samples") == 3
    ratio = compute_sharpness(network, found).value / smallest(network)
    assert -1e-12 < ratio - 1 < 1e-9


@pytest.mark.parametrize("solution", [[1.0, 0.0, 0.0], [1.0, 0.1, 0.05], [0.0, 0.0, 1.0]])
def test_search_meets_the_closed_form_at_a_double_eigenvalue(solution):
    eigenvalues = np.array([1.0, 10.0, 100.0])
    data = prescribed_dataset(eigenvalues, np.array(solution), np.random.default_rng(0))
    network = LinearNetwork(data, 3)
    found = search_flattest_minimiser(network, 3, np.random.default_rng(4))
    ratio = compute_sharpness(network, found).value / smallest(network)
    assert -1e-12 < ratio - 1 < 1e-8


def test_rescaling_makes_a_minimiser_arbitrarily_sharp():
    network = build()
    data = network.dataset
    minimiser = flattest_minimiser(
        data.covariance, data.minimum_norm_solution, network.layer_shapes
    )
    curvature = data.minimum_norm_solution @ data.covariance @ data.minimum_norm_solution
    last = 0.0
    for factor in (1.0, 10.0, 100.0, 1000.0):
        sharp = rescaled_layers(network, minimiser, grown=1, shrunk=2, factor=factor)
        np.testing.assert_allclose(
            network.product(sharp[:, None]), network.product(minimiser[:, None]), rtol=1e-12
        )
        value = compute_sharpness(network, sharp).value
        assert value == pytest.approx(minimiser_spectrum(network, sharp)[-1], rel=1e-9)
        shrunk_norm = np.linalg.norm(minimiser[16:32])
        assert value >= layer_norm_bound(network, sharp) * (1 - 1e-12)
        assert value >= 2 * curvature * (factor / shrunk_norm) ** 2
        assert value > last
        last = value
    with pytest.raises(ValueError, match="at once"):
        rescaled_layers(network, minimiser, 2, 2, 3.0)
