"""Products with the matrices of some runs, of any sizes, for some samples at a time.

The entries of a vector stand sample by sample: entry j of sample s at j * group + s, where a
group is a tuple as long as the number of samples.  Matrices are taken a few rows or columns at a
time, whose sums stay in registers; every product is added with one rounding (`fma`), always in
the same order.
"""

from flatminima.kernels.compiled import compiled, inlined
from flatminima.kernels.vector import fma, offset, stack

__all__ = ["add_outer", "multiply", "multiply_transposed"]

TILE = (None,) * 4
"""As long as the number of rows or columns taken at a time; larger tiles are no faster."""


@compiled
def multiply(W, h, z, rows, columns, group):
    """Write W h to z."""
    whole = rows - rows % len(TILE)
    for i in range(0, whole, len(TILE)):
        multiply_rows(offset(W, i * columns), h, offset(z, i * len(group)), columns, group, TILE)
    for i in range(whole, rows):
        multiply_rows(offset(W, i * columns), h, offset(z, i * len(group)), columns, group, (None,))


@inlined
def multiply_rows(W, h, z, columns, group, tile):
    """The same, of as many rows as `tile` is long."""
    total = stack(tile, group)
    for i in range(len(tile)):
        for sample in range(len(group)):
            total[i * len(group) + sample] = W[i * columns] * h[sample]
    for j in range(1, columns):
        for i in range(len(tile)):
            W_ij = W[i * columns + j]
            for sample in range(len(group)):
                at = i * len(group) + sample
                total[at] = fma(W_ij, h[j * len(group) + sample], total[at])
    for i in range(len(tile) * len(group)):
        z[i] = total[i]


@compiled
def add_outer(G, delta, h, rows, columns, group):
    """Add delta h^T to G, sample by sample."""
    delta_i = stack(group)
    for i in range(rows):
        for sample in range(len(group)):
            delta_i[sample] = delta[i * len(group) + sample]
        for j in range(columns):
            total = G[i * columns + j]
            for sample in range(len(group)):
                total = fma(delta_i[sample], h[j * len(group) + sample], total)
            G[i * columns + j] = total


@compiled
def multiply_transposed(W, delta, slopes, rows, columns, group):
    """Multiply the slopes by W^T delta."""
    whole = columns - columns % len(TILE)
    for j in range(0, whole, len(TILE)):
        multiply_columns(
            offset(W, j), delta, offset(slopes, j * len(group)), rows, columns, group, TILE
        )
    for j in range(whole, columns):
        multiply_columns(
            offset(W, j), delta, offset(slopes, j * len(group)), rows, columns, group, (None,)
        )


@inlined
def multiply_columns(W, delta, slopes, rows, columns, group, tile):
    """The same, of as many columns as `tile` is long."""
    total = stack(tile, group)
    for j in range(len(tile)):
        for sample in range(len(group)):
            total[j * len(group) + sample] = W[j] * delta[sample]
    for i in range(1, rows):
        for j in range(len(tile)):
            W_ij = W[i * columns + j]
            for sample in range(len(group)):
                at = j * len(group) + sample
                total[at] = fma(W_ij, delta[i * len(group) + sample], total[at])
    for j in range(len(tile) * len(group)):
        slopes[j] = slopes[j] * total[j]
