"""What kernels of steps on batches of samples share: each run has samples of its own.

Sample s of the batch of a step stands at s * 8 of its rows, one for each lane.  An array that
holds fewer steps than are taken is gone through again and again.
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
    """Return what `of_step` needs of the arrays that steps of all blocks are given."""
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
    """Return inputs and targets, and of a step the rows, how many, their weights and noise."""
    inputs, targets, rows, held, batch, weights, weighted, noise, noisy = samples
    rows = offset(rows, (number % held) * batch * LANES)
    weights = offset(weights, (number % weighted) * batch)
    noise = offset(noise, (number % noisy) * batch)
    return inputs, targets, rows, batch, weights, noise


@compiled
def gather(inputs, rows, features, x):
    """Write the row of each lane to x, of single entries."""
    for lane in range(LANES):
        row = offset(inputs, rows[lane] * features)
        for j in range(features):
            x[j * LANES + lane] = row[j]


@compiled
def targets_of(targets, rows, room):
    """Write the targets of the rows of each lane; room is of single entries."""
    for lane in range(LANES):
        room[lane] = targets[rows[lane]]


@compiled
def scale_to(squared_norm, clip_norm):
    """Return by what vectors of a squared norm are multiplied to be no longer than allowed."""
    norm = square_root(squared_norm)
    return where_less(splat(clip_norm), norm, clip_norm / norm, splat(1.0))


@compiled
def shrink(W, size, learning_rate, decay):
    """Multiply all weights by 1 - eta decay."""
    kept = 1.0 - learning_rate * decay
    for i in range(size):
        W[i] = W[i] * kept
