"""The steps of the proofs on the paper's page, by numbers at random points.

This is no proof, but a wrong step would show.
"""

from itertools import pairwise

import numpy as np
import pytest

from flatminima.core.covariances import symmetric_root
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.closed_forms import balanced_sharpness
from flatminima_papers.flat_minima.theory.asymptotics import moment_ratio
from flatminima_papers.flat_minima.theory.certificates import (
    certify_minimal_sharpness,
    dual_bound,
    primal_bound,
)
from flatminima_papers.flat_minima.theory.random_minimisers import draw_minimiser
from tests.flatminima import references
from tests.flatminima.cases import LINEAR, data

NAMES = ["two layers", "square", "narrow", "residual", "fewer samples than features", "width one"]


def smallest_eigenvalue(matrix):
    return np.linalg.eigvalsh(matrix)[0]


def pieces(network, point):
    """Return A_0, ..., A_{L-1} and u_1, ..., u_L."""
    A = [np.eye(network.dataset.features)]
    for W in references.split(network, point)[:-1]:
        A.append(W @ A[-1])
    return A, references.suffixes(network, point)


@pytest.fixture(params=NAMES)
def network(request):
    return LINEAR[request.param]


@pytest.fixture(params=range(4))
def minimiser(network, request):
    return draw_minimiser(network, 0.5, np.random.default_rng(request.param))


def test_the_derivative_of_the_product_and_its_gram_matrix(network, minimiser):
    A, u = pieces(network, minimiser)
    J = np.concatenate(
        [np.einsum("ia,j->aji", a, b).reshape(a.shape[1], -1) for a, b in zip(A, u, strict=True)],
        axis=1,
    )
    direction = np.random.default_rng(0).standard_normal(network.size)
    moved = [network.product((minimiser + h * direction)[:, None])[:, 0] for h in (1e-6, -1e-6)]
    np.testing.assert_allclose(J @ direction, (moved[0] - moved[1]) / 2e-6, rtol=1e-5, atol=1e-5)
    M = sum((b @ b) * a.T @ a for a, b in zip(A, u, strict=True))
    np.testing.assert_allclose(J @ J.T, M, rtol=1e-10, atol=1e-12 * np.abs(M).max())
    sigma = network.dataset.covariance
    spectrum = np.linalg.eigvalsh(2 * J.T @ sigma @ J)[-1]
    brute_force = np.linalg.eigvalsh(references.hessian(network, minimiser))[-1]
    assert brute_force == pytest.approx(spectrum, rel=1e-7)


def test_each_inequality_of_the_lower_bound(network, minimiser):
    A, u = pieces(network, minimiser)
    depth, p = network.depth, np.linalg.norm(network.projection)
    w = network.product(minimiser[:, None])[:, 0]
    t = np.array([np.linalg.norm(b) for b in u])
    assert t[-1] == pytest.approx(p)
    scale = max(np.abs(a.T @ a).max() for a in A)
    for k in range(1, depth):  # k = 2, ..., L in the text
        np.testing.assert_allclose(A[k].T @ u[k - 1], w, rtol=1e-8, atol=1e-10)
        assert smallest_eigenvalue(A[k].T @ A[k] - np.outer(w, w) / t[k - 1] ** 2) > -1e-9 * scale
    ratios = t[1:] / t[:-1]
    assert np.prod(ratios) == pytest.approx(p / t[0])
    mean = (depth - 1) * (p / t[0]) ** (2 / (depth - 1))
    assert np.sum(ratios**2) >= mean * (1 - 1e-12)
    M = sum((b @ b) * a.T @ a for a, b in zip(A, u, strict=True))
    bound = t[0] ** 2 * np.eye(len(w)) + mean * np.outer(w, w)
    assert smallest_eigenvalue(M - bound) > -1e-9 * np.abs(M).max()
    problem = network.dataset.covariance, network.dataset.minimum_norm_solution, depth
    sharpness = references.minimiser_sharpness(network, minimiser)
    assert sharpness >= primal_bound(*problem, np.log(t[0])) * (1 - 1e-8)


def test_the_objective_is_convex_and_coercive():
    dataset = data(20, 4)
    problem = dataset.covariance, dataset.minimum_norm_solution, 5
    tau = np.linspace(-6, 3, 200)
    values = np.array([primal_bound(*problem, t) for t in tau])
    assert np.diff(values, 2).min() > 0
    assert min(values[0], values[-1]) > 10 * values.min()


def test_a_density_matrix_is_no_better_than_a_vector():
    """The step from all V >= 0 of trace one to V = v v^T in the dual."""
    generator = np.random.default_rng(0)
    sigma, q = np.array([0.1, 0.5, 1.0, 3.0]), generator.standard_normal(4)
    for _ in range(200):
        root = generator.standard_normal((4, generator.integers(1, 5)))
        V = root @ root.T / np.sum(root**2)
        v = np.sqrt(np.diag(V)) * np.sign(q)
        assert v @ v == pytest.approx(1)
        assert np.sum(sigma * v**2) == pytest.approx(np.sum(sigma * np.diag(V)))
        assert (v @ q) ** 2 >= q @ V @ q * (1 - 1e-12)


def test_the_inner_minimum_of_the_dual():
    dataset = data(20, 4)
    problem = dataset.covariance, dataset.minimum_norm_solution, 3
    v = np.random.default_rng(1).standard_normal(4)
    v /= np.linalg.norm(v)
    sigma = dataset.covariance
    values, vectors = np.linalg.eigh(sigma)
    q = (vectors * np.sqrt(values)) @ vectors.T @ dataset.minimum_norm_solution
    tau = np.linspace(-8, 8, 200001)
    along = np.exp(2 * tau) * (v @ sigma @ v) + 2 * np.exp(-tau) * (v @ q) ** 2
    assert 2 * along.min() == pytest.approx(dual_bound(*problem, v), rel=1e-8)


@pytest.mark.parametrize("name", ["two layers", "square", "residual"])
def test_one_minimiser_makes_the_step_of_descent_invertible(name):
    """Rescaled so that t_1 is large, its Hessian has no eigenvalue 1 / eta."""
    network = LINEAR[name]
    rate = (
        1
        / np.linalg.eigvalsh(
            references.hessian(network, draw_minimiser(network, 0.0, np.random.default_rng(0)))
        )[-1]
    )
    layers = references.split(network, draw_minimiser(network, 0.0, np.random.default_rng(0)))
    layers[0], layers[1] = layers[0] / 1000, 1000 * layers[1]
    eigenvalues = np.linalg.eigvalsh(references.hessian(network, references.join(layers)))
    nonzero = eigenvalues[eigenvalues > 1e-6 * eigenvalues[-1]]
    assert len(nonzero) == np.linalg.matrix_rank(network.dataset.covariance)
    assert nonzero.min() > 2 / rate


@pytest.mark.parametrize("x", [0.05, 0.2])
def test_beside_an_unstable_minimiser_the_cone_expands(x):
    """The difference of two runs, once in the cone about the unstable direction, grows."""
    network = LinearNetwork(data(30, 3), 3)
    problem = network.dataset.covariance, network.dataset.minimum_norm_solution, 3
    point = references.balanced_minimiser(network)
    rate = (1 + x) * 2 / references.sharpness(network, point)
    values, vectors = np.linalg.eigh(references.hessian(network, point))
    assert certify_minimal_sharpness(*problem).below <= values[-1] * (1 + 1e-9)
    unstable = vectors[:, np.abs(1 - rate * values) > 1 + 1e-9]
    generator = np.random.default_rng(0)
    for _ in range(20):
        a, b = point + 1e-4 * generator.standard_normal((2, network.size))
        difference = b - a
        outside = difference - unstable @ (unstable.T @ difference)
        size = np.linalg.norm(unstable.T @ difference)
        b = a + unstable @ (unstable.T @ difference) + outside * size / np.linalg.norm(outside)
        steps = [z - rate * references.gradient(network, z) for z in (a, b)]
        after = steps[1] - steps[0]
        inside = np.linalg.norm(unstable.T @ after)
        assert inside > (1 + x) * size
        assert inside >= np.linalg.norm(after - unstable @ (unstable.T @ after))


def test_the_expansions_in_the_depth():
    """The rest of S_balanced / (2c) is of order 1/L, that of S_min, relative, of order 1/L^2."""
    dataset = data(20, 4)
    sigma, w = dataset.covariance, dataset.minimum_norm_solution
    x, size = moment_ratio(sigma, w), np.linalg.norm(w)
    a = w @ sigma @ w / size**2
    rests = []
    for depth in (100, 200):
        c = size ** (2 - 2 / depth)
        balanced = balanced_sharpness(sigma, w, depth) / (2 * c) - (depth - 1) * a - a * x
        smallest = certify_minimal_sharpness(sigma, w, depth).below
        rests.append([balanced, smallest / (2 * c * depth * a * x ** (1 / depth)) - 1])
    np.testing.assert_allclose(np.divide(*rests), [2, 4], rtol=0.1)


@pytest.mark.parametrize("seed", range(4))
def test_each_inequality_of_lemma_2(seed):
    """Of any layers, the last of one row: all that the proof takes of a flow is conserved."""
    generator = np.random.default_rng(seed)
    layers = [generator.standard_normal(shape) for shape in ((4, 3), (4, 4), (4, 4), (1, 4))]
    imbalances = [b.T @ b - a @ a.T for a, b in pairwise(layers)]
    norms = [np.linalg.norm(D, 2) for D in imbalances]
    parts = [np.linalg.svd(W) for W in layers]
    squares = np.array([values[0] ** 2 for _, values, _ in parts])
    assert (np.abs(np.diff(squares)) <= np.array(norms) * (1 + 1e-12)).all()  # Weyl
    frobenius = np.array([np.sum(W**2) for W in layers])
    traces = [np.trace(D) for D in imbalances]
    np.testing.assert_allclose(np.diff(frobenius), traces)
    assert frobenius[-1] == pytest.approx(squares[-1])
    total = sum(norms)
    rest = np.max(frobenius - frobenius[-1]) + total
    assert (frobenius - squares <= rest).all()
    for k, D in enumerate(imbalances):
        u, v = parts[k][0][:, 0], parts[k + 1][2][0]
        gamma = (v @ u) ** 2
        moved = v @ (layers[k] @ layers[k].T + D) @ v
        assert moved == pytest.approx(squares[k + 1])
        assert moved <= squares[k] * gamma + rest * (1 - gamma) + total
        assert 1 - gamma <= (rest + 2 * total) / squares[k + 1]


def test_what_bounds_the_sharpness_by_the_norms_of_layers(network, minimiser):
    A, u = pieces(network, minimiser)
    layers, sigma = references.split(network, minimiser), network.dataset.covariance
    root, p = symmetric_root(sigma), np.linalg.norm(network.projection)
    q = root @ network.dataset.minimum_norm_solution
    norms = np.array([np.linalg.norm(W, 2) for W in layers])
    for k, (W, a, b) in enumerate(zip(layers, A, u, strict=True)):
        np.testing.assert_allclose(b @ W @ a @ root, q, rtol=1e-8, atol=1e-9)
        others = np.prod(np.delete(norms, k))
        assert np.linalg.norm(b) * np.linalg.norm(a, 2) <= p * others * (1 + 1e-12)
