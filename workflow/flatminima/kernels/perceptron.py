"""Gradient steps of multilayer perceptrons of any widths, with any activation of `activations`.

Samples are taken in pairs, forwards and backwards through the layers (for the notation see
`flatminima.perceptron`):

    z_k = W_k h_{k-1},               h_k = phi(z_k),
    delta_L = factor (2/n) (z_L - y),    delta_k = phi'(z_k) * (W_{k+1}^T delta_{k+1}),
    G_k <- G_k + delta_k h_{k-1}^T.

Every product is added with one rounding (`fma`), always in the same order: a run has the same
bits in every lane, block and batch.
"""

from collections.abc import Callable
from functools import cache

from flatminima.kernels.compiled import compiled, kernel
from flatminima.kernels.matrices import add_outer, multiply, multiply_transposed
from flatminima.kernels.steps import repeated
from flatminima.kernels.vector import entries, fma, offset, splat, stack, vectors

__all__ = ["add_gradients_with", "descend_with"]

PAIR = (None,) * 2
"""As long as the number of samples taken together, each of whose results wait for the last."""


@cache
def add_gradients_with(activation: Callable) -> Callable:
    """Return what adds the gradients of some samples, by an activation of `activations`."""

    @compiled
    def activate(z, slopes, number):
        for i in range(number):
            z[i], slopes[i] = activation(z[i])

    @compiled
    def add_gradients(W, G, squares, factors, targets, widths, depth, hidden, slopes, group):
        """Add delta_k h_{k-1}^T of a group of samples to G, and their squared residuals.

        `hidden` begins with h_0; factors and targets have a vector for each sample.
        """
        entry, here = 0, 0  # where W_k stands, and where h_{k-1}; behind it z_k, and then h_k
        for k in range(1, depth + 1):
            rows, columns = widths[k], widths[k - 1]
            behind = here + len(group) * columns
            z = offset(hidden, behind)
            multiply(offset(W, entry), offset(hidden, here), z, rows, columns, group)
            if k < depth:
                activate(z, offset(slopes, behind), len(group) * rows)
            entry, here = entry + rows * columns, behind

        delta = offset(slopes, here)
        for sample in range(len(group)):
            residual = hidden[here + sample] - targets[sample]
            squares = fma(residual, residual, squares)
            delta[sample] = factors[sample] * residual

        for k in range(depth, 0, -1):
            rows, columns = widths[k], widths[k - 1]
            entry, here = entry - rows * columns, here - len(group) * columns
            add_outer(offset(G, entry), delta, offset(hidden, here), rows, columns, group)
            if k > 1:
                preceding = offset(slopes, here)
                multiply_transposed(offset(W, entry), delta, preceding, rows, columns, group)
                delta = preceding
        return squares

    return add_gradients


@cache
def descend_with(activation: Callable) -> Callable:
    """Return the kernel of perceptrons with an activation, a function of `activations`."""
    add_gradients = add_gradients_with(activation)

    @compiled
    def step(W, number, G, size, factor, inputs, targets, samples, widths, depth, hidden, slopes):
        """Subtract factor times the gradient, which is left in G; return the risk before."""
        for i in range(size):
            G[i] = splat(0.0)
        squares = splat(0.0)
        factors, y = stack(PAIR), stack(PAIR)
        for sample in range(len(PAIR)):
            factors[sample] = factor * (2.0 / samples)
        for first in range(0, samples, len(PAIR)):
            for sample in range(len(PAIR)):
                x = offset(inputs, (first + sample) * widths[0])
                for j in range(widths[0]):
                    hidden[j * len(PAIR) + sample] = splat(x[j])
                y[sample] = splat(targets[first + sample])
            squares = add_gradients(W, G, squares, factors, y, widths, depth, hidden, slopes, PAIR)
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
