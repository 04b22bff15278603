import numpy as np
import pytest

from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.networks import initialise, random_projection
from flatminima.networks.linear.network import LinearNetwork
from flatminima.sharpness import compute_sharpness
from flatminima.theory.closed_forms import flattest_minimiser
from flatminima.theory.gradient_flow import gradient_flow
from flatminima.theory.layer_structure import (
    imbalances,
    largest_deviation,
    largest_imbalance_change,
    layer_norm_bound,
    measure_structure,
    minimiser_spectrum,
    predictor_kernel,
)
from flatminima_papers.flat_minima.theory.minimisers import project_to_minimisers


def build(samples=30, features=3, depth=4, width=None, residual=False):
    generator = np.random.default_rng(1)
    dataset = gaussian_dataset(samples, features, 1.0, generator)
    projection = random_projection(features, generator) if residual else None
    return LinearNetwork(dataset, depth, width, projection)


def join(*layers):
    return np.concatenate([np.ravel(layer) for layer in layers]).astype(float)


CASES = [{}, {"width": 5}, {"residual": True}, {"samples": 3, "features": 5}, {"depth": 2}]


def test_structure_of_rank_one_aligned_layers_of_equal_norm():
    network = build(depth=3)
    a, b, c = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))[0].T
    structure = measure_structure(network, join(2 * np.outer(b, a), 2 * np.outer(c, b), 2 * c))
    assert structure.rank_one_rest == pytest.approx(0, abs=1e-30)
    assert structure.alignment == pytest.approx(1)
    assert structure.norm_spread == pytest.approx(1)


def test_structure_of_known_layers():
    network = build(depth=3)
    first = np.diag([3.0, 4.0, 0.0])  # first left singular vector: the second axis
    second = np.diag([10.0, 1.0, 1.0])  # first right singular vector: the first axis
    structure = measure_structure(network, join(first, second, [0.6, 0.8, 0.0]))
    assert structure.rank_one_rest == pytest.approx(9 / 25)
    assert structure.alignment == pytest.approx(0)
    assert structure.norm_spread == pytest.approx(np.sqrt(102))
    without_last = measure_structure(network, join(first, second, np.zeros(3)))
    assert without_last.norm_spread == np.inf
    assert without_last.rank_one_rest == pytest.approx(9 / 25)


def test_imbalances_are_the_definition():
    network = build(depth=3, width=4)
    a = np.random.default_rng(2).standard_normal(network.size)
    W1, W2, W3 = a[:12].reshape(4, 3), a[12:28].reshape(4, 4), a[28:].reshape(1, 4)
    expected = [W2.T @ W2 - W1 @ W1.T, W3.T @ W3 - W2 @ W2.T]
    for got, right in zip(imbalances(network, a), expected, strict=True):
        np.testing.assert_allclose(got, right)
    changed = a.copy()
    changed[0] += 1
    change = np.zeros((4, 4))
    change[0], change[:, 0] = W1[0, 0] * 0 + W1[:, 0], W1[:, 0]
    change[0, 0] = 2 * W1[0, 0] + 1
    assert largest_imbalance_change(network, a, changed) == pytest.approx(np.linalg.norm(change))
    assert largest_imbalance_change(build(depth=1), a[:3], a[3:6]) == 0


@pytest.mark.parametrize("case", CASES)
def test_predictor_kernel_moves_the_predictor(case):
    """A small step against the gradient changes w_prod by -M grad_w R."""
    network = build(**case)
    data = network.dataset
    point = np.random.default_rng(3).standard_normal(network.size)
    kernel = network.kernel(point[:, None].copy())
    kernel.evaluate()
    step = 1e-6 * kernel.gradient / np.linalg.norm(kernel.gradient)
    moved = network.product(point[:, None] + step) - network.product(point[:, None] - step)
    slope = (
        2 * data.covariance @ (network.product(point[:, None])[:, 0] - data.minimum_norm_solution)
    )
    expected = 2e-6 * predictor_kernel(network, point) @ slope / np.linalg.norm(kernel.gradient)
    np.testing.assert_allclose(moved[:, 0], expected, rtol=1e-6, atol=1e-11)


@pytest.mark.parametrize("case", CASES)
def test_minimiser_spectrum_is_that_of_the_brute_force_hessian(case):
    network = build(**case)
    point = project_to_minimisers(network, np.random.default_rng(4).standard_normal(network.size))
    hessian = network.hessian_vector_product(point[:, None], np.eye(network.size))
    spectrum = minimiser_spectrum(network, point)
    whole = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    np.testing.assert_allclose(spectrum, whole[-len(spectrum) :], rtol=1e-9)
    np.testing.assert_allclose(whole[: -len(spectrum)], 0, atol=1e-9 * whole[-1])
    assert layer_norm_bound(network, point) <= compute_sharpness(network, point).value


def test_layer_norm_bound_is_attained_in_one_dimension():
    network = build(features=1, depth=3)
    point = flattest_minimiser(
        network.dataset.covariance, network.dataset.minimum_norm_solution, network.layer_shapes
    )
    assert layer_norm_bound(network, point) == pytest.approx(
        compute_sharpness(network, point).value
    )


def test_deviation_of_a_flow_starts_at_zero():
    network = build(residual=True)
    initial = initialise("residual", network.layer_shapes, 0.5, np.random.default_rng(6))
    states = list(gradient_flow(network, initial))
    assert largest_deviation(network, initial, states[0].parameters) == 0
    moved = initial.copy()
    moved[9 + 4] += 0.5  # one entry of the second layer of four
    assert largest_deviation(network, initial, moved) == pytest.approx(2.0)
    assert 0 < largest_deviation(network, initial, states[-1].parameters) < 5
    assert largest_imbalance_change(network, initial, states[-1].parameters) < 1e-9
