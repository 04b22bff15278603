"""Steps of multilayer perceptrons on batches of samples, different for each run.

Like `flatminima.kernels.perceptron`, with the gradient of sum_s w_s (z_L - y)_s^2 over the samples
s of a batch, with weights w_s and perhaps noise on the targets.  Then

    W <- (1 - eta decay) W - eta G min(1, clip_norm / ||G||).
"""

from collections.abc import Callable
from functools import cache

from flatminima.kernels.batches import gather, of_block, of_step, scale_to, shrink, targets_of
from flatminima.kernels.blocks import LANES
from flatminima.kernels.compiled import kernel, spliced
from flatminima.kernels.perceptron import add_gradients_with
from flatminima.kernels.steps import repeated
from flatminima.kernels.vector import entries, fma, offset, splat, vectors

__all__ = ["descend_on_batches_with"]


@cache
def descend_on_batches_with(activation: Callable) -> Callable:
    """Return the kernel of perceptrons with an activation, a function of `activations`."""
    add_gradients = add_gradients_with(activation)

    @spliced
    def step(W, number, problem):
        """Take a step, whose gradient is left in G; return the mean squared residual."""
        (
            G,
            size,
            learning_rate,
            decay,
            clip_norm,
            samples,
            widths,
            depth,
            tile,
            together,
            hidden,
            hidden_entries,
            slopes,
            sums,
            factors,
            y,
            y_entries,
        ) = problem
        for i in range(size):
            G[i] = splat(0.0)
        squares = splat(0.0)
        inputs, targets, rows, batch, weights_of_samples, noise = of_step(samples, number)
        for first in range(0, batch, together):
            some = min(together, batch - first)
            for sample in range(some):
                place = offset(rows, (first + sample) * LANES)
                x = offset(hidden_entries, sample * widths[0] * LANES)
                gather(inputs, place, widths[0], x)
                targets_of(targets, place, offset(y_entries, sample * LANES))
                y[sample] = y[sample] + noise[first + sample]
                factors[sample] = 2.0 * weights_of_samples[first + sample]
            squares = add_gradients(
                W, G, squares, factors, y, some, widths, depth, tile, hidden, slopes, sums
            )
        rate = learning_rate
        if clip_norm > 0:
            squared_norm = splat(0.0)
            for i in range(size):
                squared_norm = fma(G[i], G[i], squared_norm)
            rate = rate * scale_to(squared_norm, clip_norm)
        if decay > 0:
            shrink(W, size, learning_rate, decay)
        for i in range(size):
            W[i] = W[i] - rate * G[i]
        return squares / float(batch)

    take_steps = repeated(step)

    def descend(
        weights,
        gradients,
        learning_rates,
        steps,
        decay,
        clip_norm,
        inputs,
        targets,
        rows,
        weights_of_samples,
        noise,
        widths,
        tile,
        hidden,
        slopes,
        sums,
        of_samples,
        before,
        outcome,
    ):
        """Take steps of every block: all steps of a block before the next block.

        Args:
            weights: W_1, ..., W_L, shape (blocks, size, 8); changed.
            gradients: Work space, the same shape.
            learning_rates: eta, shape (blocks, 8).
            steps: At least 1.
            decay: The weight decay; 0 for none.
            clip_norm: The largest norm of a gradient; 0 for no limit.
            inputs: X, shape (n, d).
            targets: y, shape (n,).
            rows: The row of each sample of each step, shape (blocks, steps or fewer, batch, 8).
            weights_of_samples: The same shape, perhaps with fewer steps.
            noise: Numbers added to the targets, of such a shape.
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
                    vectors(learning_rates[block])[0],
                    decay,
                    clip_norm,
                    of_block(block, inputs, targets, rows, weights_of_samples, noise),
                    entries(widths),
                    len(widths) - 1,
                    tile,
                    of_samples.shape[1],
                    vectors(hidden),
                    entries(hidden),
                    vectors(slopes),
                    vectors(sums),
                    vectors(of_samples[0]),
                    vectors(of_samples[1]),
                    entries(of_samples[1]),
                ),
            )

    return kernel(descend, activation.__name__)
