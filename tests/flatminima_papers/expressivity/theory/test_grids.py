import numpy as np
import pytest
from scipy.interpolate import RegularGridInterpolator

from flatminima_papers.expressivity.theory.grids import (
    grid_nodes,
    maximum_constant,
    maximum_grid_nodes,
    multilinear,
    nodes_by_lipschitz,
)


def wave(points):
    return np.sin(3 * points[:, 0]) + np.cos(points).prod(1)


@pytest.mark.parametrize("dimension", [1, 2, 3])
@pytest.mark.parametrize("pieces", [1, 4, 7])
def test_it_is_scipys(dimension, pieces):
    nodes = np.linspace(-1, 1, pieces + 1)
    grid = np.stack(np.meshgrid(*[nodes] * dimension, indexing="ij"), axis=-1)
    values = wave(grid.reshape(-1, dimension)).reshape(grid.shape[:-1])
    x = np.random.default_rng(0).uniform(-1, 1, (200, dimension))
    expected = RegularGridInterpolator([nodes] * dimension, values)(x)
    np.testing.assert_allclose(multilinear(wave, x, pieces), expected, atol=1e-13)


@pytest.mark.parametrize("dimension", [2, 3, 5])
def test_the_error_about_the_maximum_is_a_closed_form(dimension):
    pieces = 3
    generator = np.random.default_rng(0)
    anywhere = generator.uniform(-1, 1, (20_000, dimension))
    diagonal = np.repeat(np.linspace(-1, 1, 30_001)[:, None], dimension, axis=1)

    def largest(x):
        return np.abs(multilinear(lambda y: y.max(1), x, pieces) - x.max(1)).max()

    exact = maximum_constant(dimension) * 2 / pieces
    assert largest(anywhere) <= exact
    assert largest(diagonal) == pytest.approx(exact, rel=1e-6)


def test_grids_multiply_products_exactly():
    """So that products of coordinates are no example of the curse on grids."""
    x = np.random.default_rng(0).uniform(-1, 1, (100, 4))
    np.testing.assert_allclose(multilinear(lambda y: y.prod(1), x, 1), x.prod(1), atol=1e-14)


def test_nodes_are_counted():
    assert [maximum_grid_nodes(d, 0.1) for d in (2, 4, 8)] == [36, 11**4, 15**8]
    assert nodes_by_lipschitz(1.0, 2, 0.5) == 25
    assert grid_nodes(9, 299) == pytest.approx(1e299)
    assert np.isnan(grid_nodes(9, 300))
