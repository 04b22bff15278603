"""The common parts of kernels that take steps on batches of samples, different for each run.

Sample s of the batch of a step is at position s * 8 of its rows, one entry for each lane.  An array
with fewer steps than are taken is used repeatedly.
"""

from flatminima.kernels.blocks import LANES
from flatminima.kernels.compiled import compiled
from flatminima.kernels.vector import (
    entries,
    offset,
    splat,
    square_root,
    vectors,
    where_less,
)

__all__ = ["gather", "of_block", "of_step", "scale_to", "shrink", "targets_of"]


@compiled
def of_block(block, inputs, targets, rows, weights, noise):
    """Return what `of_step` needs from the arrays for the steps of all blocks."""
    return (
        entries(inputs),
        entries(targets),
        entries(rows[block]),
        rows.shape[1],
        rows.shape[2],
        vectors(weights[block]),
        weights.shape[1],
        vectors(noise[block]),
        noise.shape[1],
    )


@compiled
def of_step(samples, number):
    """Return inputs and targets, and for a step the rows, their number, weights and noise."""
    inputs, targets, rows, held, batch, weights, weighted, noise, noisy = samples
    rows = offset(rows, (number % held) * batch * LANES)
    weights = offset(weights, (number % weighted) * batch)
    noise = offset(noise, (number % noisy) * batch)
    return inputs, targets, rows, batch, weights, noise


@compiled
def gather(inputs, rows, features, x):
    """Write the row of each lane to x, entry by entry."""
    for lane in range(LANES):
        row = offset(inputs, rows[lane] * features)
        for j in range(features):
            x[j * LANES + lane] = row[j]


@compiled
def targets_of(targets, rows, room):
    """Write the targets of the rows of each lane; `room` has single entries."""
    for lane in range(LANES):
        room[lane] = targets[rows[lane]]


@compiled
def scale_to(squared_norm, clip_norm):
    """Return the factor that shortens vectors with this squared norm to the allowed length."""
    norm = square_root(squared_norm)
    return where_less(splat(clip_norm), norm, clip_norm / norm, splat(1.0))


@compiled
def shrink(W, size, learning_rate, decay):
    """Multiply all weights by 1 - eta decay."""
    kept = 1.0 - learning_rate * decay
    for i in range(size):
        W[i] = W[i] * kept
