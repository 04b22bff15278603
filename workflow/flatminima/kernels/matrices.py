"""Products with matrices of any size of several runs, for one sample after another.

The vectors of the samples are contiguous.  A matrix is taken tile by tile, and a tile stays in
registers while all samples pass.  Every product is added with one rounding (`fma`), always in the
order of the entries and of the samples.
"""

from collections.abc import Callable

from flatminima.kernels.compiled import compiled
from flatminima.kernels.vector import fma, offset, splat, stack

__all__ = ["add_outer", "multiply", "multiply_transposed"]

ONE = (None,)
"""The tile for the rows or columns that are left over."""


def tile_by_tile(of_tile: Callable) -> Callable:
    """Compile a function that goes through a matrix tile by tile, from the first row and column.

    Args:
        of_tile: A compiled function of the matrix, the first row and column of the tile, the
            numbers of rows, columns and samples, tuples whose lengths are the numbers of rows and
            columns of the tile, and a tuple of vectors.

    Returns:
        A compiled function of the matrix, the numbers of its rows, columns and samples, a tuple
        whose length is the number of rows and columns of a tile, and the tuple of vectors.
    """

    @compiled
    def of_matrix(W, rows, columns, samples, tile, vectors):
        whole_rows, whole_columns = rows - rows % len(tile), columns - columns % len(tile)
        for row in range(0, whole_rows, len(tile)):
            for column in range(0, whole_columns, len(tile)):
                of_tile(W, row, column, rows, columns, samples, tile, tile, vectors)
            for column in range(whole_columns, columns):
                of_tile(W, row, column, rows, columns, samples, tile, ONE, vectors)
        for row in range(whole_rows, rows):
            for column in range(0, whole_columns, len(tile)):
                of_tile(W, row, column, rows, columns, samples, ONE, tile, vectors)
            for column in range(whole_columns, columns):
                of_tile(W, row, column, rows, columns, samples, ONE, ONE, vectors)

    return of_matrix


@compiled
def copy_tile(source, source_columns, target, target_columns, height, width):
    """Copy a tile from one matrix with this number of columns to another."""
    for i in range(len(height)):
        for j in range(len(width)):
            target[i * target_columns + j] = source[i * source_columns + j]


@tile_by_tile
@compiled
def multiply(W, row, column, rows, columns, samples, height, width, vectors):
    """Write W h to z."""
    h, z = vectors
    w, total = stack(height, width), stack(height)
    copy_tile(offset(W, row * columns + column), columns, w, len(width), height, width)
    for sample in range(samples):
        h_s, z_s = offset(h, sample * columns + column), offset(z, sample * rows + row)
        for i in range(len(height)):
            total[i] = splat(0.0) if column == 0 else z_s[i]
        for j in range(len(width)):
            h_j = h_s[j]
            for i in range(len(height)):
                total[i] = fma(w[i * len(width) + j], h_j, total[i])
        for i in range(len(height)):
            z_s[i] = total[i]


@tile_by_tile
@compiled
def add_outer(G, row, column, rows, columns, samples, height, width, vectors):
    """Add delta h^T to G, sample by sample."""
    delta, h = vectors
    g, delta_s = stack(height, width), stack(height)
    G = offset(G, row * columns + column)
    copy_tile(G, columns, g, len(width), height, width)
    for sample in range(samples):
        for i in range(len(height)):
            delta_s[i] = delta[sample * rows + row + i]
        for j in range(len(width)):
            h_j = h[sample * columns + column + j]
            for i in range(len(height)):
                at = i * len(width) + j
                g[at] = fma(delta_s[i], h_j, g[at])
    copy_tile(g, len(width), G, columns, height, width)


@tile_by_tile
@compiled
def multiply_transposed(W, row, column, rows, columns, samples, height, width, vectors):
    """Multiply the slopes by W^T delta; `sums` is work space of the same size."""
    delta, sums, slopes = vectors
    w, total = stack(height, width), stack(width)
    copy_tile(offset(W, row * columns + column), columns, w, len(width), height, width)
    for sample in range(samples):
        delta_s, place = offset(delta, sample * rows + row), sample * columns + column
        sums_s, slopes_s = offset(sums, place), offset(slopes, place)
        for j in range(len(width)):
            total[j] = splat(0.0) if row == 0 else sums_s[j]
        for i in range(len(height)):
            delta_i = delta_s[i]
            for j in range(len(width)):
                total[j] = fma(w[i * len(width) + j], delta_i, total[j])
        if row + len(height) < rows:
            for j in range(len(width)):
                sums_s[j] = total[j]
        else:
            for j in range(len(width)):
                slopes_s[j] = slopes_s[j] * total[j]
