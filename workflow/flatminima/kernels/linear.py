"""Gradient steps of deep linear networks: fully connected or residual, of any depth and width.

A step goes backwards through the layers for u_L = p, ..., u_0 = w_prod and forwards for
v_1, ..., v_L, multiplied by the factor of the step.  It changes each layer as soon as nothing
else needs it (see `flatminima.networks.linear.network`):

    u_{k-1} = W_k^T u_k,    v_1 = factor 2 Sigma (u_0 - w*),
    v_{k+1} = W_k v_k,      W_k <- W_k - u_k v_k^T.

Every product and sum is rounded separately, in the order in which it is written.  So a step is the
same to the last bit on all processors.

Matrices are taken a few rows at a time.  The entries of u for these rows stay in registers, and so
does everything that one layer of a small network passes to the next.  The sizes of layers are
lengths of tuples, which the compiler knows, so that it unrolls the loops over a small matrix.
"""

from flatminima.kernels.compiled import compiled, kernel, spliced
from flatminima.kernels.steps import repeated
from flatminima.kernels.vector import entries, offset, splat, stack, vectors

__all__ = ["descend"]

FEW = 5
"""The number of vectors that stay in registers together with a tile of a matrix."""


@spliced
def step(W, number, problem):
    """Subtract factor u_k v_k^T from every layer k; return the risk before."""
    (
        factor,
        depth,
        twice_covariance,
        solution,
        minimal_risk,
        projection,
        u,
        v,
        features,
        width,
        outputs,
        tile,
    ) = problem
    d, m = len(features), len(width)
    # W_2 comes after W_1, u_1 after u_0, and v_2 after v_1.
    W_2, u_1, v_2 = offset(W, m * d), offset(u, d), offset(v, d)

    for i in range(len(outputs)):
        u_1[(depth - 1) * m + i] = splat(projection[i])
    room = stack(width)
    after = u_1
    if depth > 1:
        last = depth - 2
        after = offset(u_1, last * m)
        multiply_transposed(
            offset(W_2, last * m * m), offset(u_1, (last + 1) * m), after, outputs, width, tile
        )
    after = at_hand(after, room, width)
    for k in range(depth - 3, -1, -1):
        before = offset(u_1, k * m)
        multiply_transposed(offset(W_2, k * m * m), after, before, width, width, tile)
        after = at_hand(before, room, width)
    multiply_transposed(W, after, u, width, features, tile)

    risk = slope(u, v, factor, twice_covariance, solution, features) + minimal_risk

    multiply_and_update(W, u_1, v, v_2, width, features, tile)
    before = at_hand(v_2, room, width)
    for k in range(depth - 2):
        product = offset(v_2, (k + 1) * m)
        multiply_and_update(
            offset(W_2, k * m * m), offset(u_1, (k + 1) * m), before, product, width, width, tile
        )
        before = at_hand(product, room, width)
    if depth > 1:
        last = depth - 2
        multiply_and_update(
            offset(W_2, last * m * m),
            offset(u_1, (last + 1) * m),
            before,
            offset(v_2, (last + 1) * m),
            outputs,
            width,
            tile,
        )
    return risk


@compiled
def at_hand(written, room, length):
    """Return where to read vectors that were just written: a copy in the room if they are few.

    The next layer needs them immediately.  A copy of a few vectors stays in registers.  A load
    right after the store would have to wait, a third of the time of a small network.
    """
    if len(length) > FEW:
        return written
    for i in range(len(length)):
        room[i] = written[i]
    return room


@compiled
def slope(u_0, v_1, factor, twice_covariance, solution, features):
    """Write factor 2 Sigma (u_0 - w*) to v_1; return the excess risk."""
    error = stack(features)
    for j in range(len(features)):
        error[j] = u_0[j] - solution[j]
    risk = splat(0.0)
    for i in range(len(features)):
        total = splat(0.0)
        for j in range(len(features)):
            total = total + twice_covariance[i * len(features) + j] * error[j]
        risk = risk + 0.5 * error[i] * total
        v_1[i] = total * factor
    return risk


@compiled
def multiply_transposed(W, after, before, rows, columns, tile):
    """Write W^T after to `before`."""
    whole = len(rows) - len(rows) % len(tile)
    for i in range(0, whole, len(tile)):
        add_transposed_rows(W, after, before, i, columns, tile)
    for i in range(whole, len(rows)):
        add_transposed_rows(W, after, before, i, columns, (None,))


@compiled
def add_transposed_rows(W, after, before, start, columns, tile):
    """Add to `before` the part of W^T after of the rows from `start` on; the first set it."""
    W, after = offset(W, start * len(columns)), offset(after, start)
    u = stack(tile)
    for i in range(len(tile)):
        u[i] = after[i]
    for j in range(len(columns)):
        total = splat(0.0)
        if start > 0:
            total = before[j]
        for i in range(len(tile)):
            total = total + W[i * len(columns) + j] * u[i]
        before[j] = total


@compiled
def multiply_and_update(W, after, before, product, rows, columns, tile):
    """Write W before to `product`, then subtract after before^T from W."""
    whole = len(rows) - len(rows) % len(tile)
    for i in range(0, whole, len(tile)):
        multiply_and_update_rows(W, after, before, product, i, columns, tile)
    for i in range(whole, len(rows)):
        multiply_and_update_rows(W, after, before, product, i, columns, (None,))


@compiled
def multiply_and_update_rows(W, after, before, product, start, columns, tile):
    """The same for the rows from `start` on."""
    W, after, product = (
        offset(W, start * len(columns)),
        offset(after, start),
        offset(product, start),
    )
    u, total = stack(tile), stack(tile)
    for i in range(len(tile)):
        u[i] = after[i]
        total[i] = splat(0.0)
    for j in range(len(columns)):
        v_j = before[j]
        for i in range(len(tile)):
            W_ij = W[i * len(columns) + j]
            total[i] = total[i] + W_ij * v_j
            W[i * len(columns) + j] = W_ij - u[i] * v_j
    for i in range(len(tile)):
        product[i] = total[i]


take_steps = repeated(step)


@kernel
def descend(
    weights,
    factors,
    steps,
    depth,
    twice_covariance,
    solution,
    minimal_risk,
    projection,
    suffixes,
    prefixes,
    before,
    outcome,
    features,
    width,
    outputs,
    tile,
):
    """Take gradient steps of every block: all steps of a block before the next block.

    Args:
        weights: W_1, ..., W_L, shape (blocks, size, 8); changed.
        factors: The factors of the gradients, shape (blocks, 8).
        steps: At least 1.
        depth: L.
        twice_covariance: 2 Sigma, shape (d, d).
        solution: w*, shape (d,).
        minimal_risk: R_min.
        projection: p.
        suffixes: Overwritten with u_0, ..., u_L of the last step.
        prefixes: Overwritten with factor v_1, ..., factor v_L of the last step, and more.
        before: Work space, shape (size, 8).
        outcome: Overwritten with what `take_steps` returns, shape (blocks, 3, 8).
        features: A tuple as long as W_1 has columns.
        width: A tuple as long as W_1 has rows.
        outputs: A tuple as long as W_L has rows.
        tile: A tuple as long as the number of rows taken at a time.
    """
    for block in range(len(weights)):
        told = vectors(outcome[block])
        told[0], told[1], told[2] = take_steps(
            vectors(weights[block]),
            vectors(before),
            weights.shape[1],
            steps,
            (
                vectors(factors[block])[0],
                depth,
                entries(twice_covariance),
                entries(solution),
                minimal_risk,
                entries(projection),
                vectors(suffixes[block]),
                vectors(prefixes[block]),
                features,
                width,
                outputs,
                tile,
            ),
        )
