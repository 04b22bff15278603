import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima_papers.feature_strength.theory.catapults import descend, limiting_step


def start(width=3, seed=0):
    generator = np.random.default_rng(seed)
    first, second = generator.standard_normal((2, width))
    second -= first * (first @ second) / (first @ first)
    return first, second


def test_descent_is_that_of_finite_differences():
    first, second = start()
    strength, rate, solution, small = 0.7, 0.05, 1.3, 1e-6

    def risk(weights):
        a, b = np.split(weights, 2)
        return (a @ b / strength - solution) ** 2 / 2

    weights = np.concatenate([first, second])
    for _ in range(3):
        slope = [
            (risk(weights + small * e) - risk(weights - small * e)) / (2 * small) for e in np.eye(6)
        ]
        weights = weights - rate * np.array(slope)
    error, _, norm = descend(
        first[:, None], second[:, None], np.array([strength]), np.array([rate]), solution, 3
    )
    assert norm[0] == pytest.approx(weights @ weights, rel=1e-7)
    a, b = np.split(weights, 2)
    assert error[0] == pytest.approx(a @ b / strength - solution, rel=1e-7)


@pytest.mark.parametrize("curvature", [1.0, 2.5, 3.7, 4.3])
def test_small_strengths_follow_the_limiting_step(curvature):
    first, second = start()
    norm, strength = first @ first + second @ second, 1e-7
    rate = curvature * strength**2 / norm
    u, k = np.array(-rate / strength), np.array(curvature)  # f = 0: the error is -1
    for steps in range(1, 8):
        u, k = limiting_step(u, k)
        error, _, end = descend(
            first[:, None], second[:, None], np.array([strength]), np.array([rate]), 1.0, steps
        )
        assert error[0] * rate / strength == pytest.approx(u, rel=1e-3, abs=1e-9)
        assert rate * end[0] / strength**2 == pytest.approx(k, rel=1e-4)


@settings(max_examples=40)
@given(curvature=st.floats(0.1, 3.999), share=st.floats(-0.999, 0.999))
def test_below_four_the_limit_stays_bounded(curvature, share):
    u, k = np.array(share * curvature / 2), np.array(curvature)
    for _ in range(300):
        before = k**2 - 4 * u**2
        factor = (1 - u**2) ** 2
        u, k = limiting_step(u, k)
        assert k**2 - 4 * u**2 == pytest.approx(factor * before, rel=1e-6, abs=1e-9)
        assert abs(u) <= k / 2 + 1e-9
        assert k <= curvature + 1e-9


def test_above_four_it_grows():
    u, k = np.array(1e-3), np.array(4.05)
    for _ in range(40):
        before = k
        u, k = limiting_step(u, k)
        assert k >= before
        if k > 100:
            return
    raise AssertionError("did not grow")


def test_what_diverges_is_infinite():
    first, second = start()
    norm = first @ first + second @ second
    rates = np.array([1.0, 5.0]) * 1e-6 / norm
    wide = [np.repeat(one[:, None], 2, axis=1) for one in (first, second)]
    error, peak, _ = descend(*wide, np.full(2, 1e-3), rates, 1.0, 500)
    assert abs(error[0]) < 1e-9
    assert peak[0] == pytest.approx(1)
    assert np.isinf([error[1], peak[1]]).all()
