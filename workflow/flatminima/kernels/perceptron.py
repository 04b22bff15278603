"""Gradient steps of multilayer perceptrons of any widths, with any activation of `activations`.

Some samples go through the layers together, forwards and backwards (for the notation see
`flatminima.networks.mlp.network`): as many as fit into the second-level cache.

    z_k = W_k h_{k-1},               h_k = phi(z_k),
    delta_L = factor (2/n) (z_L - y),    delta_k = phi'(z_k) * (W_{k+1}^T delta_{k+1}),
    G_k <- G_k + delta_k h_{k-1}^T.

Every product is added with one rounding (`fma`), always in the same order.  So a run has the same
bits in every lane, block and job.
"""

from collections.abc import Callable
from functools import cache

from flatminima.kernels.compiled import compiled, kernel, spliced
from flatminima.kernels.matrices import add_outer, multiply, multiply_transposed
from flatminima.kernels.steps import repeated
from flatminima.kernels.vector import entries, fma, offset, splat, vectors

__all__ = ["add_gradients_with", "descend_with"]


@cache
def add_gradients_with(activation: Callable) -> Callable:
    """Return the function that adds the gradients of some samples, for an activation."""

    @compiled
    def activate(z, slopes, number):
        for i in range(number):
            z[i], slopes[i] = activation(z[i])

    @compiled
    def add_gradients(
        W, G, squares, factors, targets, samples, widths, depth, tile, hidden, slopes, sums
    ):
        """Add delta_k h_{k-1}^T of some samples to G, and their squared residuals.

        `hidden` begins with h_0; factors and targets have a vector for each sample.
        """
        entry, here = 0, 0  # the places of W_k and of h_{k-1}; after it comes z_k, then h_k
        for k in range(1, depth + 1):
            rows, columns = widths[k], widths[k - 1]
            behind = here + samples * columns
            z = offset(hidden, behind)
            multiply(offset(W, entry), rows, columns, samples, tile, (offset(hidden, here), z))
            if k < depth:
                activate(z, offset(slopes, behind), samples * rows)
            entry, here = entry + rows * columns, behind

        delta = offset(slopes, here)
        for sample in range(samples):
            residual = hidden[here + sample] - targets[sample]
            squares = fma(residual, residual, squares)
            delta[sample] = factors[sample] * residual

        for k in range(depth, 0, -1):
            rows, columns = widths[k], widths[k - 1]
            entry, here = entry - rows * columns, here - samples * columns
            h = offset(hidden, here)
            add_outer(offset(G, entry), rows, columns, samples, tile, (delta, h))
            if k > 1:
                preceding = offset(slopes, here)
                multiply_transposed(
                    offset(W, entry), rows, columns, samples, tile, (delta, sums, preceding)
                )
                delta = preceding
        return squares

    return add_gradients


@cache
def descend_with(activation: Callable) -> Callable:
    """Return the kernel of perceptrons with an activation, a function of `activations`."""
    add_gradients = add_gradients_with(activation)

    @spliced
    def step(W, number, problem):
        """Subtract factor times the gradient, which is left in G; return the risk before."""
        (
            G,
            size,
            factor,
            inputs,
            targets,
            samples,
            widths,
            depth,
            tile,
            together,
            hidden,
            slopes,
            sums,
            factors,
            y,
        ) = problem
        for i in range(size):
            G[i] = splat(0.0)
        squares = splat(0.0)
        for sample in range(together):
            factors[sample] = factor * (2.0 / samples)
        for first in range(0, samples, together):
            some = min(together, samples - first)
            x = offset(inputs, first * widths[0])
            for j in range(some * widths[0]):
                hidden[j] = splat(x[j])
            for sample in range(some):
                y[sample] = splat(targets[first + sample])
            squares = add_gradients(
                W, G, squares, factors, y, some, widths, depth, tile, hidden, slopes, sums
            )
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
        widths,
        tile,
        hidden,
        slopes,
        sums,
        of_samples,
        before,
        outcome,
    ):
        """Take gradient steps of every block: all steps of a block before the next block.

        Args:
            weights: W_1, ..., W_L, shape (blocks, size, 8); changed.
            gradients: Overwritten with factor times the last gradient, the same shape.
            factors: The factors of the gradients, shape (blocks, 8).
            steps: At least 1.
            inputs: X, shape (n, d).
            targets: y, shape (n,).
            widths: Columns of W_1, and the rows of W_1, ..., W_L, the last of them 1.
            tile: A tuple whose length is the number of rows and columns of a tile.
            hidden: Work space of a vector for each entry of h_0, h_1, ..., z_L of the samples
                taken together.
            slopes: Work space of the same size.
            sums: Work space for the longest h_k.
            of_samples: Work space, shape (2, samples taken together, 8).
            before: Work space, shape (size, 8).
            outcome: Overwritten with what `take_steps` returns, shape (blocks, 3, 8).
        """
        size = weights.shape[1]
        for block in range(len(weights)):
            told = vectors(outcome[block])
            told[0], told[1], told[2] = take_steps(
                vectors(weights[block]),
                vectors(before),
                size,
                steps,
                (
                    vectors(gradients[block]),
                    size,
                    vectors(factors[block])[0],
                    entries(inputs),
                    entries(targets),
                    len(inputs),
                    entries(widths),
                    len(widths) - 1,
                    tile,
                    of_samples.shape[1],
                    vectors(hidden),
                    vectors(slopes),
                    vectors(sums),
                    vectors(of_samples[0]),
                    vectors(of_samples[1]),
                ),
            )

    return kernel(descend, activation.__name__)
