"""Gradient steps of multilayer perceptrons of any widths, with any activation of `activations`.

Samples are taken in pairs, forwards and backwards through the layers (for the notation see
`flatminima.networks.mlp`):

    z_k = W_k h_{k-1},               h_k = phi(z_k),
    delta_L = factor (2/n) (z_L - y),    delta_k = phi'(z_k) * (W_{k+1}^T delta_{k+1}),
    G_k <- G_k + delta_k h_{k-1}^T.

Every product is added with one rounding (`fma`), always in the same order: a run has the same
bits in every lane, block and batch.  Matrices are taken a few rows or columns at a time, whose
sums stay in registers.
"""

from collections.abc import Callable
from functools import cache

from flatminima.kernels.compiled import compiled, inlined, kernel
from flatminima.kernels.steps import repeated
from flatminima.kernels.vector import entries, fma, offset, splat, stack, vectors

__all__ = ["descend_with"]

PAIR = (None,) * 2
"""As long as the number of samples taken together, each of whose results wait for the last."""

TILE = (None,) * 4
"""As long as the number of rows or columns taken at a time; larger tiles are no faster."""


@cache
def descend_with(activation: Callable) -> Callable:
    """Return the kernel of perceptrons with an activation, a function of `activations`."""

    @compiled
    def activate(z, slopes, number):
        for i in range(number):
            z[i], slopes[i] = activation(z[i])

    @compiled
    def add_gradients(W, G, squares, factor, inputs, targets, widths, depth, hidden, slopes):
        """Add delta_k h_{k-1}^T of a pair of samples to G, and their squared residuals."""
        features, pair = widths[0], len(PAIR)
        for j in range(features):
            for sample in range(pair):
                hidden[j * pair + sample] = splat(inputs[sample * features + j])

        entry, here = 0, 0  # where W_k stands, and where h_{k-1}; behind it z_k, and then h_k
        for k in range(1, depth + 1):
            rows, columns = widths[k], widths[k - 1]
            behind = here + pair * columns
            z = offset(hidden, behind)
            multiply(offset(W, entry), offset(hidden, here), z, rows, columns)
            if k < depth:
                activate(z, offset(slopes, behind), pair * rows)
            entry, here = entry + rows * columns, behind

        delta = offset(slopes, here)
        for sample in range(pair):
            residual = hidden[here + sample] - targets[sample]
            squares = fma(residual, residual, squares)
            delta[sample] = factor * residual

        for k in range(depth, 0, -1):
            rows, columns = widths[k], widths[k - 1]
            entry, here = entry - rows * columns, here - pair * columns
            add_outer(offset(G, entry), delta, offset(hidden, here), rows, columns)
            if k > 1:
                preceding = offset(slopes, here)
                multiply_transposed(offset(W, entry), delta, preceding, rows, columns)
                delta = preceding
        return squares

    @compiled
    def step(W, G, size, factor, inputs, targets, samples, widths, depth, hidden, slopes):
        """Subtract factor times the gradient, which is left in G; return the risk before."""
        for i in range(size):
            G[i] = splat(0.0)
        squares, factor = splat(0.0), factor * (2.0 / samples)
        for first in range(0, samples, len(PAIR)):
            X, y = offset(inputs, first * widths[0]), offset(targets, first)
            squares = add_gradients(W, G, squares, factor, X, y, widths, depth, hidden, slopes)
        for i in range(size):
            W[i] = W[i] - G[i]
        return squares / float(samples)

    take_steps = repeated(step)

    def descend(
        weights,
        gradients,
        factors,
        steps,
        inputs,
        targets,
        samples,
        widths,
        hidden,
        slopes,
        before,
        outcome,
    ):
        """Take gradient steps of every block, all of a block before the next.

        An odd number of samples is filled up by one whose entries and target are zero: phi(0)
        is zero, and so is all that it adds.

        Args:
            weights: W_1, ..., W_L, shape (blocks, size, 8); changed.
            gradients: Overwritten with factor times the last gradient, the same shape.
            factors: What the gradient is multiplied by, shape (blocks, 8).
            steps: At least 1.
            inputs: X, shape (n or n + 1, d).
            targets: y, shape (n or n + 1,).
            samples: n.
            widths: Columns of W_1, and the rows of W_1, ..., W_L, the last of them 1.
            hidden: Work space of 2 vectors for each entry of h_0, h_1, ..., z_L.
            slopes: As much.
            before: Work space, shape (size, 8).
            outcome: Overwritten with what `take_steps` tells, shape (blocks, 3, 8).
        """
        size = weights.shape[1]
        for block in range(len(weights)):
            told = vectors(outcome[block])
            told[0], told[1], told[2] = take_steps(
                vectors(weights[block]),
                vectors(before),
                size,
                steps,
                vectors(gradients[block]),
                size,
                vectors(factors[block])[0],
                entries(inputs),
                entries(targets),
                samples,
                entries(widths),
                len(widths) - 1,
                vectors(hidden),
                vectors(slopes),
            )

    return kernel(descend, activation.__name__)


@compiled
def multiply(W, h, z, rows, columns):
    """Write W h to z."""
    whole = rows - rows % len(TILE)
    for i in range(0, whole, len(TILE)):
        multiply_rows(offset(W, i * columns), h, offset(z, i * len(PAIR)), columns, TILE)
    for i in range(whole, rows):
        multiply_rows(offset(W, i * columns), h, offset(z, i * len(PAIR)), columns, (None,))


@inlined
def multiply_rows(W, h, z, columns, tile):
    """The same, of as many rows as `tile` is long."""
    pair = len(PAIR)
    total = stack(tile, PAIR)
    for i in range(len(tile)):
        for sample in range(pair):
            total[i * pair + sample] = W[i * columns] * h[sample]
    for j in range(1, columns):
        for i in range(len(tile)):
            W_ij = W[i * columns + j]
            for sample in range(pair):
                at = i * pair + sample
                total[at] = fma(W_ij, h[j * pair + sample], total[at])
    for i in range(len(tile) * pair):
        z[i] = total[i]


@compiled
def add_outer(G, delta, h, rows, columns):
    """Add delta h^T to G, sample by sample."""
    pair = len(PAIR)
    delta_i = stack(PAIR)
    for i in range(rows):
        for sample in range(pair):
            delta_i[sample] = delta[i * pair + sample]
        for j in range(columns):
            total = G[i * columns + j]
            for sample in range(pair):
                total = fma(delta_i[sample], h[j * pair + sample], total)
            G[i * columns + j] = total


@compiled
def multiply_transposed(W, delta, slopes, rows, columns):
    """Multiply the slopes by W^T delta."""
    pair = len(PAIR)
    whole = columns - columns % len(TILE)
    for j in range(0, whole, len(TILE)):
        multiply_columns(offset(W, j), delta, offset(slopes, j * pair), rows, columns, TILE)
    for j in range(whole, columns):
        multiply_columns(offset(W, j), delta, offset(slopes, j * pair), rows, columns, (None,))


@inlined
def multiply_columns(W, delta, slopes, rows, columns, tile):
    """The same, of as many columns as `tile` is long."""
    pair = len(PAIR)
    total = stack(tile, PAIR)
    for j in range(len(tile)):
        for sample in range(pair):
            total[j * pair + sample] = W[j] * delta[sample]
    for i in range(1, rows):
        for j in range(len(tile)):
            W_ij = W[i * columns + j]
            for sample in range(pair):
                at = j * pair + sample
                total[at] = fma(W_ij, delta[i * pair + sample], total[at])
    for j in range(len(tile) * pair):
        slopes[j] = slopes[j] * total[j]
