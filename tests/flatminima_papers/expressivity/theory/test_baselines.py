import numpy as np
import pytest

from flatminima_papers.expressivity.theory.baselines import (
    LENGTHS,
    RIDGES,
    kernel_error,
    random_features_error,
    relative_error,
)


def plane(points):
    return points @ np.arange(1, points.shape[1] + 1)


def drawn(rows, dimension, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (rows, dimension))


def test_the_mean_has_an_error_of_one():
    true = drawn(50, 1)[:, 0]
    assert relative_error(np.full(50, true.mean()), true) == pytest.approx(1)
    assert relative_error(true, true) == 0


def test_kernel_regression_by_hand():
    """At the best length and ridge of a loop over both, with the inverse written out."""
    train, test = drawn(30, 2), drawn(40, 2, seed=1)
    values, wanted = plane(train), plane(test)

    def kernel(x, y, length):
        distances = ((x[:, None] - y[None]) ** 2).sum(2)
        return np.exp(-distances / (2 * 2 * length**2))

    errors = [
        relative_error(
            values.mean()
            + kernel(test, train, length)
            @ np.linalg.inv(kernel(train, train, length) + ridge * np.eye(30))
            @ (values - values.mean()),
            wanted,
        )
        for length in LENGTHS
        for ridge in RIDGES
    ]
    assert kernel_error(plane, train, test) == pytest.approx(min(errors), abs=1e-5)


def test_random_features_fit_a_plane_but_no_product_of_many():
    generator = np.random.default_rng(2)
    train, test = drawn(1000, 8), drawn(400, 8, seed=3)
    assert random_features_error(plane, train, test, 200, generator) < 0.05
    assert random_features_error(lambda x: x.prod(1), train, test, 200, generator) > 0.9
