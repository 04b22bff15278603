import numba
import numpy as np
import pytest

from flatminima.kernels import matrices
from flatminima.kernels.batch import matrix_tile
from flatminima.kernels.blocks import LANES, aligned_empty
from flatminima.kernels.vector import vectors

SIZES = pytest.mark.parametrize(
    ("rows", "columns", "samples"),
    [(1, 1, 1), (5, 5, 3), (1, 5, 2), (4, 9, 3), (11, 3, 1), (8, 12, 4)],
)
TILES = pytest.mark.parametrize("tile", [4, 5])


@numba.njit
def run_multiply(W, h, z, rows, columns, samples, tile):
    matrices.multiply(vectors(W), rows, columns, samples, tile, (vectors(h), vectors(z)))


@numba.njit
def run_add_outer(G, delta, h, rows, columns, samples, tile):
    matrices.add_outer(vectors(G), rows, columns, samples, tile, (vectors(delta), vectors(h)))


@numba.njit
def run_multiply_transposed(W, delta, sums, slopes, rows, columns, samples, tile):
    room = (vectors(delta), vectors(sums), vectors(slopes))
    matrices.multiply_transposed(vectors(W), rows, columns, samples, tile, room)


def drawn(*shape):
    room = aligned_empty((*shape, LANES))
    room[:] = np.random.default_rng(shape).normal(size=room.shape)
    return room


@SIZES
@TILES
def test_multiply(rows, columns, samples, tile):
    W, h, z = drawn(rows, columns), drawn(samples, columns), drawn(samples, rows)
    run_multiply(W, h, z, rows, columns, samples, (None,) * tile)
    np.testing.assert_allclose(z, np.einsum("ijr,sjr->sir", W, h), rtol=1e-12, atol=1e-14)


@SIZES
@TILES
def test_add_outer(rows, columns, samples, tile):
    G, delta, h = drawn(rows, columns), drawn(samples, rows), drawn(samples, columns)
    expected = G + np.einsum("sir,sjr->ijr", delta, h)
    run_add_outer(G, delta, h, rows, columns, samples, (None,) * tile)
    np.testing.assert_allclose(G, expected, rtol=1e-12, atol=1e-14)


@SIZES
@TILES
def test_multiply_transposed(rows, columns, samples, tile):
    W, delta, slopes = drawn(rows, columns), drawn(samples, rows), drawn(samples, columns)
    expected = slopes * np.einsum("ijr,sir->sjr", W, delta)
    sums = drawn(samples, columns)
    run_multiply_transposed(W, delta, sums, slopes, rows, columns, samples, (None,) * tile)
    np.testing.assert_allclose(slopes, expected, rtol=1e-12, atol=1e-14)


def test_the_tile_that_leaves_least_over():
    widths = ([5, 5, 5, 1], [64, 32, 32, 1], [20, 20, 1], [7, 1], [15, 15, 1])
    assert [len(matrix_tile(each)) for each in widths] == [5, 4, 4, 5, 5]
