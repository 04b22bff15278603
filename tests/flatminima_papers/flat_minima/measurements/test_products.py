import numpy as np
import pytest

from flatminima.core.seeding import random_generator
from flatminima.networks import initialise
from flatminima_papers.flat_minima.measurements.products import Products
from flatminima_papers.flat_minima.theory.layer_products import limiting_singular_value
from tests.flatminima.cases import measured


def test_no_noise_is_the_identity():
    table = measured(Products((4,), (3,), (0.0,), 2), {})
    columns = ["smallest_singular_value", "largest_singular_value", "limiting_largest"]
    np.testing.assert_allclose(table[columns], 1)


def test_extremes_are_over_partial_products():
    few = measured(Products((1,), (3,), (0.7,), 4), {}, seed=2)
    assert (few["largest_singular_value"] >= few["smallest_singular_value"]).all()
    shapes, size = ((3, 3),) * 2, 9
    draws = [
        initialise("residual", shapes, 0.7, random_generator(2, "product", 2, 3, 0.7, draw))
        for draw in range(2)
    ]
    extremes = []
    for draw in draws:
        first, second = draw[:size].reshape(3, 3), draw[size:].reshape(3, 3)
        values = [np.linalg.svd(product)[1] for product in (first, second @ first)]
        extremes.append((np.min(values), np.max(values)))
    table = measured(Products((2,), (3,), (0.7,), 2), {}, seed=2)
    ends = table[table["quantile"].isin([0.0, 1.0])]
    np.testing.assert_allclose(ends["smallest_singular_value"], np.sort(extremes, 0)[:, 0])
    np.testing.assert_allclose(ends["largest_singular_value"], np.sort(extremes, 0)[:, 1])
    between = table[table["quantile"] == 0.5]["largest_singular_value"].item()
    assert between == pytest.approx(np.mean(extremes, 0)[1])


@pytest.mark.parametrize("scale", [0.25, 1.0])
def test_wide_and_deep_products_approach_the_limit(scale):
    table = measured(Products((60,), (100,), (scale,), 2), {})
    middle = table[table["quantile"] == 0.5].iloc[0]
    limit = limiting_singular_value(scale)
    assert middle["largest_singular_value"] == pytest.approx(limit, rel=0.08)
    assert middle["smallest_singular_value"] == pytest.approx(1 / limit, rel=0.08)
