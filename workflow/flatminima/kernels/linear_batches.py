"""Steps of deep linear networks of any widths on batches of samples, different for each run.

Like `flatminima.kernels.linear`, but each run has its own gradient with respect to w_prod,

    v_1 = sum_s 2 w_s (u_0^T x_s - y_s) x_s,

over the samples s of a batch, with weights w_s and perhaps noise on the targets.  Then

    W_k <- (1 - eta decay) W_k - eta u_k v_k^T min(1, clip_norm / ||G||),
    ||G||^2 = sum_k ||u_k||^2 ||v_k||^2.
"""

from flatminima.kernels.batches import gather, of_block, of_step, scale_to, shrink, targets_of
from flatminima.kernels.blocks import LANES
from flatminima.kernels.compiled import kernel, spliced
from flatminima.kernels.matrices import add_outer, multiply, multiply_transposed
from flatminima.kernels.steps import repeated
from flatminima.kernels.vector import entries, fma, offset, splat, vectors

__all__ = ["descend_on_batches"]


@spliced
def step(W, number, problem):
    """Take a step; return the mean squared residual before it."""
    (
        learning_rate,
        decay,
        clip_norm,
        samples,
        projection,
        widths,
        depth,
        tile,
        u,
        v,
        x,
        x_entries,
        sums,
    ) = problem
    features, entry, here = widths[0], 0, 0
    for k in range(1, depth + 1):
        entry, here = entry + widths[k] * widths[k - 1], here + widths[k - 1]
    size = entry
    for i in range(widths[depth]):
        u[here + i] = splat(projection[i])
    for k in range(depth, 0, -1):
        entry, before = entry - widths[k] * widths[k - 1], here - widths[k - 1]
        for i in range(widths[k - 1]):
            u[before + i] = splat(1.0)
        multiply_transposed(
            offset(W, entry),
            widths[k],
            widths[k - 1],
            1,
            tile,
            (offset(u, here), sums, offset(u, before)),
        )
        here = before

    squares = splat(0.0)
    for j in range(features):
        v[j] = splat(0.0)
    inputs, targets, rows, batch, weights_of_samples, noise = of_step(samples, number)
    for sample in range(batch):
        place = offset(rows, sample * LANES)
        gather(inputs, place, features, x_entries)
        targets_of(targets, place, offset(x_entries, features * LANES))
        residual = splat(0.0) - (x[features] + noise[sample])
        for j in range(features):
            residual = fma(u[j], x[j], residual)
        squares = fma(residual, residual, squares)
        factor = 2.0 * weights_of_samples[sample] * residual
        for j in range(features):
            v[j] = fma(factor, x[j], v[j])

    entry, here = 0, 0
    for k in range(1, depth):
        behind = here + widths[k - 1]
        v_k, v_next = offset(v, here), offset(v, behind)
        multiply(offset(W, entry), widths[k], widths[k - 1], 1, tile, (v_k, v_next))
        entry, here = entry + widths[k] * widths[k - 1], behind

    rate = learning_rate
    if clip_norm > 0:
        squared_norm, here = splat(0.0), 0
        for k in range(1, depth + 1):
            u_square, v_square = splat(0.0), splat(0.0)
            for i in range(widths[k]):
                u_i = u[here + widths[k - 1] + i]
                u_square = fma(u_i, u_i, u_square)
            for j in range(widths[k - 1]):
                v_square = fma(v[here + j], v[here + j], v_square)
            squared_norm = fma(u_square, v_square, squared_norm)
            here = here + widths[k - 1]
        rate = rate * scale_to(squared_norm, clip_norm)
    if decay > 0:
        shrink(W, size, learning_rate, decay)
    entry, here = 0, 0
    for k in range(1, depth + 1):
        for i in range(widths[k]):
            sums[i] = splat(0.0) - rate * u[here + widths[k - 1] + i]
        add_outer(offset(W, entry), widths[k], widths[k - 1], 1, tile, (sums, offset(v, here)))
        entry, here = entry + widths[k] * widths[k - 1], here + widths[k - 1]
    return squares / float(batch)


take_steps = repeated(step)


@kernel
def descend_on_batches(
    weights,
    learning_rates,
    steps,
    decay,
    clip_norm,
    inputs,
    targets,
    rows,
    weights_of_samples,
    noise,
    projection,
    widths,
    tile,
    u,
    v,
    x,
    sums,
    before,
    outcome,
):
    """Take steps of every block: all steps of a block before the next block.

    Args:
        weights: W_1, ..., W_L, shape (blocks, size, 8); changed.
        learning_rates: eta, shape (blocks, 8).
        steps: At least 1.
        decay: The weight decay; 0 for none.
        clip_norm: The largest norm of a gradient; 0 for no limit.
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        rows: The row of each sample of each step, shape (blocks, steps or fewer, batch, 8).
        weights_of_samples: The same shape, perhaps with fewer steps.
        noise: Numbers added to the targets, of such a shape.
        projection: p.
        widths: Columns of W_1, and the rows of W_1, ..., W_L.
        tile: A tuple whose length is the number of rows and columns of a tile.
        u: Overwritten with u_0, ..., u_L of the last step, shape (blocks, entries, 8).
        v: Overwritten with v_1, ..., v_L of the last step, the same shape.
        x: Work space of d + 1 vectors.
        sums: Work space of a vector for each entry of the longest u_k.
        before: Work space, shape (size, 8).
        outcome: Overwritten with what `take_steps` returns, shape (blocks, 3, 8).
    """
    for block in range(len(weights)):
        told = vectors(outcome[block])
        told[0], told[1], told[2] = take_steps(
            vectors(weights[block]),
            vectors(before),
            weights.shape[1],
            steps,
            (
                vectors(learning_rates[block])[0],
                decay,
                clip_norm,
                of_block(block, inputs, targets, rows, weights_of_samples, noise),
                entries(projection),
                entries(widths),
                len(widths) - 1,
                tile,
                vectors(u[block]),
                vectors(v[block]),
                vectors(x),
                entries(x),
                vectors(sums),
            ),
        )
