"""Products of layers in a ball, against points of the ball and against cases known exactly."""

import numpy as np
import pytest
from scipy.integrate import quad

from flatminima.networks import initialise
from flatminima.networks.linear.network import LinearNetwork
from flatminima_papers.flat_minima.theory.layer_products import (
    ball_constants,
    limiting_constants,
    limiting_range,
    limiting_singular_value,
    product_range,
    stretch_in_ball,
)
from tests.flatminima import references
from tests.flatminima.cases import data

SHAPES = [(2, 3), (5, 4), (8, 2)]


def draw(depth, width, scale=0.5, seed=0):
    generator = np.random.default_rng(seed)
    return initialise("residual", ((width, width),) * depth, scale, generator).reshape(
        depth, width, width
    )


def point_of_ball(layers, radius, generator):
    """Return W_k = V_k + theta_k / L with ||theta_k|| = radius, every other time of rank one."""
    theta = generator.standard_normal(layers.shape)
    if generator.integers(2):
        theta = theta[:, :, :1] * theta[:, :1, :]
    norms = np.linalg.norm(theta, 2, axis=(1, 2))[:, None, None]
    return layers + radius / len(layers) * theta / norms


def partial_products(layers):
    products = [np.eye(layers.shape[1])]
    for layer in layers:
        products.append(layer @ products[-1])
    return products


@pytest.mark.parametrize(("depth", "width"), SHAPES)
def test_the_range_is_that_of_each_product(depth, width):
    layers = draw(depth, width)
    found = product_range(layers)
    values = np.array([np.linalg.svd(P)[1] for P in partial_products(layers)])
    np.testing.assert_allclose(found.largest, values[:, 0], rtol=1e-12)
    np.testing.assert_allclose(found.smallest, values[:, -1], rtol=1e-12)


@pytest.mark.parametrize("radius", [0.05, 0.5])
@pytest.mark.parametrize(("depth", "width"), SHAPES)
def test_every_point_of_the_ball_is_within_the_bounds(depth, width, radius):
    layers, generator = draw(depth, width), np.random.default_rng(1)
    bounds = product_range(layers).in_ball(radius)
    for _ in range(50):
        found = product_range(point_of_ball(layers, radius, generator))
        assert (found.largest <= bounds.largest * (1 + 1e-12)).all()
        assert (found.smallest >= bounds.smallest * (1 - 1e-12)).all()


@pytest.mark.parametrize("radius", [0.05, 0.5])
@pytest.mark.parametrize(("depth", "width"), SHAPES)
def test_the_search_finds_more_than_chance_and_not_more_than_there_is(depth, width, radius):
    layers, generator = draw(depth, width), np.random.default_rng(1)
    bounds = product_range(layers).in_ball(radius)
    most = stretch_in_ball(layers, radius, largest=True)
    least = stretch_in_ball(layers, radius, largest=False)
    assert most <= bounds.largest[-1]
    assert least >= bounds.smallest[-1]
    points = [product_range(point_of_ball(layers, radius, generator)) for _ in range(50)]
    assert most >= max(point.largest[-1] for point in points)
    assert least <= min(point.smallest[-1] for point in points)


def test_about_the_identity_search_and_bounds_meet():
    layers = np.array([np.eye(3)] * 5)
    bounds = product_range(layers).in_ball(0.5)
    np.testing.assert_allclose(bounds.largest, 1.1 ** np.arange(6))
    np.testing.assert_allclose(bounds.smallest, 0.9 ** np.arange(6))
    assert stretch_in_ball(layers, 0.5, largest=True) == pytest.approx(1.1**5)
    assert stretch_in_ball(layers, 0.5, largest=False) == pytest.approx(0.9**5)


@pytest.mark.parametrize(("depth", "width"), SHAPES)
def test_the_steps_of_the_lemma(depth, width):
    layers, radius = draw(depth, width), 0.3
    point = point_of_ball(layers, radius, np.random.default_rng(3))
    B, Q = partial_products(layers), np.eye(width)
    for k, A in enumerate(partial_products(point)[1:], 1):
        theta = depth * (point[k - 1] - layers[k - 1])
        change = np.linalg.solve(B[k], theta @ B[k - 1])
        Q = Q + change @ Q / depth
        np.testing.assert_allclose(A, B[k] @ Q, rtol=1e-9, atol=1e-12)
        condition = np.linalg.norm(B[k - 1], 2) / np.linalg.svd(B[k])[1][-1]
        assert np.linalg.norm(change, 2) <= condition * radius * (1 + 1e-12)


def test_the_limit_of_the_bounds_is_an_integral():
    def kernel(x):
        return limiting_singular_value(0.5 * np.sqrt(x)) ** 2

    bound = limiting_singular_value(0.5) * np.exp(0.3 * quad(kernel, 0, 1)[0])
    limit = limiting_range(0.5).in_ball(0.3)
    assert limit.largest[-1] == pytest.approx(bound, rel=2e-3)
    assert limit.smallest[-1] == pytest.approx(1 / bound, rel=2e-3)


def test_a_ball_that_holds_a_singular_network_has_no_lower_bound():
    bounds = product_range(np.array([np.eye(3)] * 2)).in_ball(3.0)
    assert bounds.smallest[-1] == 0


def test_the_bounds_of_many_radii_are_those_of_each():
    layers, radii = draw(5, 4), np.array([0.0, 0.1, 0.7])
    many = product_range(layers).in_ball(radii)
    for row, radius in enumerate(radii):
        one = product_range(layers).in_ball(radius)
        np.testing.assert_array_equal(many.largest[row], one.largest)
        np.testing.assert_array_equal(many.smallest[row], one.smallest)


@pytest.mark.parametrize("scale", [0.1, 0.5])
@pytest.mark.parametrize(("depth", "width"), SHAPES)
def test_the_constants_hold_at_every_point_of_their_ball(depth, width, scale):
    """The two inequalities of the proof: of Polyak and Lojasiewicz, and of the speed of a layer."""
    layers, generator = draw(depth, width, scale), np.random.default_rng(2)
    constants = ball_constants(layers)
    p = generator.standard_normal(width)
    network = LinearNetwork(data(20, width), depth, projection=p)
    eigenvalues, size = np.linalg.eigvalsh(network.dataset.covariance), np.linalg.norm(p)
    rate = 4 * eigenvalues[0] * size**2 * depth * constants.lower
    for _ in range(30):
        point = references.join(point_of_ball(layers, constants.radius, generator))
        excess = references.risk(network, point) - network.dataset.minimal_risk
        gradient = references.gradient(network, point)
        assert gradient @ gradient >= rate * excess * (1 - 1e-9)
        speeds = [np.linalg.norm(layer) for layer in references.split(network, gradient)]
        speed = 2 * np.sqrt(eigenvalues[-1] * excess) * constants.upper * size
        assert max(speeds) <= speed * (1 + 1e-9)


def test_the_constant_is_the_best_of_its_radii():
    """About the identity nu = exp(-r) and N = exp(r) in the limit: C = (r exp(-3 r))^2."""
    best = limiting_constants(0.0)
    assert best.constant == pytest.approx((1 / (3 * np.e)) ** 2, rel=2e-3)
    assert best.radius == pytest.approx(1 / 3, rel=0.1)
    deep = ball_constants(np.array([np.eye(2)] * 500))
    assert deep.constant == pytest.approx(best.constant, rel=0.01)


def test_large_balls_that_hold_singular_networks_are_passed_over():
    constants = ball_constants(draw(4, 16, 1.0))
    assert constants.lower > 0
    assert constants.radius < 0.2


def test_the_constants_tend_to_their_limit():
    far, near = (
        ball_constants(draw(depth, width, 0.25)).constant / limiting_constants(0.25).constant
        for depth, width in ((8, 8), (60, 100))
    )
    assert abs(np.log(near)) < abs(np.log(far))
    assert near == pytest.approx(1, abs=0.3)


def test_limit_is_that_of_the_semicircle_at_small_scales():
    """To first order W_L ... W_1 = I + s N / sqrt(d), of symmetric part sqrt(2) s wide."""
    assert limiting_singular_value(1e-4) == pytest.approx(1 + np.sqrt(2) * 1e-4, rel=1e-7)


def test_the_limiting_range_goes_from_one_to_the_limit():
    limit = limiting_range(0.5)
    assert limit.largest[0] == limit.smallest[0] == 1
    assert limit.largest[-1] == limiting_singular_value(0.5)
    middle = len(limit.largest) // 2
    assert limit.largest[middle] == pytest.approx(limiting_singular_value(0.5 / np.sqrt(2)))
    np.testing.assert_allclose(limit.largest * limit.smallest, 1)
