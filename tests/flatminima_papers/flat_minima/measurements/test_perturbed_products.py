import numpy as np
import pytest

from flatminima.core.columns import typed
from flatminima.core.seeding import random_generator
from flatminima.networks import initialise
from flatminima_papers.flat_minima.measurements.perturbed_products import PerturbedProducts
from flatminima_papers.flat_minima.theory.layer_products import limiting_range
from tests.flatminima.cases import measured
from tests.flatminima.claims.tables import perturbed_products

ENDS = ("found", "bound")


def test_the_table():
    table = perturbed_products()
    assert table.dtypes.astype(str).to_dict() == typed(PerturbedProducts.columns)
    assert len(table) == 2 * 3 * 60
    assert not table.duplicated(["smallest_start"]).any()
    assert (table["smallest_bound"] <= table["smallest_found"]).all()
    assert (table["smallest_found"] < table["smallest_start"]).all()
    assert (table["largest_start"] < table["largest_found"]).all()
    assert (table["largest_found"] <= table["largest_bound"]).all()
    limit = limiting_range(0.5).in_ball(0.1)
    assert (table["limiting_largest_bound"] == limit.largest.max()).all()
    assert (table["limiting_smallest_bound"] == limit.smallest.min()).all()


def test_the_start_has_the_extremes_of_all_partial_products():
    table = perturbed_products()
    for depth, width, draw in ((4, 16, 0), (8, 4, 7), (8, 32, 59)):
        shapes = ((width, width),) * depth
        generator = random_generator(0, "perturbed_product", depth, width, 0.5, draw)
        layers = initialise("residual", shapes, 0.5, generator).reshape(depth, width, width)
        product, values = np.eye(width), []
        for layer in layers:
            product = layer @ product
            values += [np.sqrt(value) for value in np.linalg.eigvalsh(product.T @ product)]
        same = (table["depth"] == depth) & (table["width"] == width) & (table["draw"] == draw)
        (row,) = table[same].to_dict("records")
        assert row["smallest_start"] == pytest.approx(min(values))
        assert row["largest_start"] == pytest.approx(max(values))


def test_without_noise_all_is_known():
    table = measured(PerturbedProducts((5,), (3,), (0.0,), 0.5, 2), {})
    np.testing.assert_allclose(table[["smallest_start", "largest_start"]], 1)
    np.testing.assert_allclose(table[[f"largest_{end}" for end in ENDS]], 1.1**5)
    np.testing.assert_allclose(table[[f"smallest_{end}" for end in ENDS]], 0.9**5)
    assert table["limiting_largest_bound"].iloc[0] == pytest.approx(np.exp(0.5), rel=1e-3)


def test_a_draw_does_not_depend_on_the_others_nor_its_start_on_the_radius():
    many = measured(PerturbedProducts((2, 4), (3,), (0.3,), 0.1, 3), {}, seed=1)
    one = measured(PerturbedProducts((4,), (3,), (0.3,), 0.4, 2), {}, seed=1).iloc[1]
    same = many[(many["depth"] == 4) & (many["draw"] == 1)].iloc[0]
    for column in ("smallest_start", "largest_start", "constant"):
        assert same[column] == one[column]
    assert same["largest_found"] < one["largest_found"]
