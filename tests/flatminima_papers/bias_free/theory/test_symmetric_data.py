import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima_papers.bias_free.theory.symmetric_data import (
    circle_inputs,
    even_part,
    linear_floor,
    mirrored,
    odd_part,
    root_mean_square,
    white_inputs,
)


@given(seed=st.integers(0, 999))
def test_parts_sum_to_the_values_and_have_their_symmetry(seed):
    values = np.random.default_rng(seed).standard_normal((3, 10))
    even, odd = even_part(values), odd_part(values)
    np.testing.assert_allclose(np.concatenate([even + odd, even - odd], axis=1), values, atol=1e-15)
    np.testing.assert_allclose(
        root_mean_square(values) ** 2,
        root_mean_square(even) ** 2 + root_mean_square(odd) ** 2,
        rtol=1e-12,
    )


def test_white_inputs_are_white_and_mirrored():
    inputs = white_inputs(7, 3, np.random.default_rng(0))
    np.testing.assert_allclose(inputs.T @ inputs / 14, np.eye(3), atol=1e-14)
    assert np.array_equal(inputs[7:], -inputs[:7])


@given(points=st.integers(2, 40), seed=st.integers(0, 99))
def test_points_of_the_circle_are_on_distinct_lines(points, seed):
    inputs = circle_inputs(points, np.random.default_rng(seed))[:points]
    np.testing.assert_allclose(np.linalg.norm(inputs, axis=1), 1)
    cosines = np.abs(inputs @ inputs.T) - np.eye(points)
    assert cosines.max() < 1 - 1e-5


def test_the_floor_is_the_residual_of_the_odd_part():
    generator = np.random.default_rng(3)
    inputs, targets = mirrored(generator.standard_normal((6, 2))), generator.standard_normal(12)
    best = min(
        np.mean((odd_part(targets) - inputs[:6] @ w) ** 2)
        for w in generator.standard_normal((20_000, 2))
    )
    floor = linear_floor(inputs, targets)
    assert floor <= best <= 1.01 * floor
    assert linear_floor(inputs, targets + np.abs(inputs[:, 0])) == pytest.approx(floor)
