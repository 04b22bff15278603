import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima_papers.feature_speed.theory.wide_networks import (
    free_constant,
    free_cosine,
    limiting_cosine_of_free,
    random_start,
    rectified_cosine,
)


def slow_start(activation, width, depth, branch, generator):
    """Return the cosines with all weights written out, by the kernel's definition."""
    keep = np.sqrt(1 - branch**2)
    gain = branch * np.sqrt((2 if activation == "relu" else 1) / width)
    h = generator.standard_normal(width)
    jacobians = []
    for _ in range(depth):
        mask = (h > 0).astype(float) if activation == "relu" else np.ones(width)
        weights = generator.standard_normal((width, width))
        jacobians.append(keep * np.eye(width) + gain * weights * mask)
        h = keep * h + gain * weights @ (mask * h)
    vectors = [generator.standard_normal(width)]
    for jacobian in reversed(jacobians[1:]):
        vectors.insert(0, jacobian.T @ vectors[0])
    found = []
    for last in range(depth):
        velocity = np.zeros(width)
        for k in range(last + 1):
            carried = -vectors[k] / (vectors[k] @ vectors[k])
            for jacobian in jacobians[k + 1 : last + 1]:
                carried = jacobian @ carried
            velocity += carried
        found.append(-(velocity @ vectors[last]) / np.linalg.norm(velocity))
        found[-1] /= np.linalg.norm(vectors[last])
    return np.array(found)


@pytest.mark.parametrize(
    ("activation", "branch"), [("identity", 1.0), ("relu", 1.0), ("relu", 0.6)]
)
def test_draws_without_weights_have_the_law_of_those_with(activation, branch):
    width, depth, draws = 24, 4, 400
    pairs = [
        [
            draw(activation, width, depth, branch, np.random.default_rng([n, r]))
            for r in range(draws)
        ]
        for n, draw in enumerate((slow_start, lambda *given: random_start(*given).cosines))
    ]
    slow, fast = (np.array(each) for each in pairs)
    for moment in (lambda x: x, lambda x: (x - x.mean(0)) ** 2):
        one, other = moment(slow)[:, 1:], moment(fast)[:, 1:]
        error = np.sqrt((one.var(0) + other.var(0)) / draws)
        assert np.all(np.abs(one.mean(0) - other.mean(0)) < 4.5 * error)
    np.testing.assert_allclose(fast[:, 0], 1)


def slow_recursion(depth, branch):
    """Return the cosine by the recursion as it is stated, entry by entry."""
    a, b2 = np.sqrt(1 - branch**2), branch**2
    names = ["1", *range(depth)]

    def tau(one):
        return 1.0 if one == "1" else 0.5

    def overlap(one, other):
        if one == "1" or other == "1":
            return tau(one) * tau(other) if one != other else 1.0
        return 0.5 - np.arccos(a ** abs(one - other)) / (2 * np.pi)

    moments = {(one, other): 0.0 for one in names for other in names}
    for k in range(depth):
        moments = {
            (A, B): a**4 * moments[A, B]
            + 2 * a**2 * b2 * k**2 * overlap(A, B)
            + 2 * a**2 * b2 * (moments[A, k] * tau(B) + tau(A) * moments[k, B])
            + 4 * b2**2 * (overlap(A, B) * k**2 / 4 + tau(A) * tau(B) * moments[k, k])
            + (2 * k + 1) * overlap(A, B)
            for A, B in moments
        }
    return depth / np.sqrt(moments["1", "1"])


@given(depth=st.integers(1, 6), branch=st.floats(0.01, 1))
def test_the_recursion_is_what_is_stated(depth, branch):
    assert rectified_cosine(depth, branch) == pytest.approx(slow_recursion(depth, branch))


@pytest.mark.parametrize("branch", [0.1, 0.5, 1.0])
def test_wide_draws_lie_on_the_recursion(branch):
    depth, width, draws = 12, 4000, 12
    found = [
        random_start("relu", width, depth, branch, np.random.default_rng(r)).cosines[-1]
        for r in range(draws)
    ]
    error = np.std(found, ddof=1) / np.sqrt(draws)
    assert abs(np.mean(found) - rectified_cosine(depth, branch)) < 4.5 * error + 1e-3


def test_two_layers_of_any_kind_have_the_free_cosine():
    for branch in (0.2, 0.7, 1.0):
        expected = free_cosine(2, free_constant("relu", branch))
        assert rectified_cosine(2, branch) <= expected + 1e-12


def test_the_free_sum_is_over_all_pairs_of_layers():
    for layers, constant in ((1, 2.0), (5, 0.3), (40, 2.0)):
        moments = sum(
            1 + constant * min(one, other) for one in range(layers) for other in range(layers)
        )
        assert free_cosine(layers, constant) == pytest.approx(layers / np.sqrt(moments))


def test_deep_networks_tend_to_the_limit():
    for factor in (0.5, 3.0):
        deep = free_cosine(10**6, free_constant("identity", factor / 1000))
        assert limiting_cosine_of_free(factor) == pytest.approx(deep, rel=1e-5)


def test_the_speed_is_that_of_the_cosine():
    start = random_start("relu", 50, 7, 1.0, np.random.default_rng(0))
    assert start.speed * start.backward_norm * start.cosines[-1] == pytest.approx(7)
