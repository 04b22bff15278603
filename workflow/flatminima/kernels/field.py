"""The gradient of one run of a deep linear network, and what else gradient flow needs.

Here vectors go along the rows of the matrices, not across runs.  Every operation is rounded
separately, in the order in which it is written.  So results are the same to the last bit on all
processors, and wherever in memory the arrays are.
"""

import numpy as np

from flatminima.kernels.compiled import compiled, kernel

__all__ = ["evaluate", "move"]


@kernel
def evaluate(
    weights: np.ndarray,
    gradient: np.ndarray,
    widths: np.ndarray,
    root: np.ndarray,
    solution: np.ndarray,
    u: np.ndarray,
    v: np.ndarray,
    x: np.ndarray,
) -> tuple[float, float, float, float]:
    """Write u_k v_k^T of every layer k to the gradient (see `flatminima.networks.linear.network`).

    Args:
        weights: W_1, ..., W_L, shape (size,).
        gradient: Overwritten, shape (size,).
        widths: Columns of W_1, and the rows of W_1, ..., W_L; shape (L + 1,).
        root: A with A^T A = Sigma, shape (m, d).
        solution: w*, shape (d,).
        u: u_0, ..., u_L, contiguous; u_L = p is given, the others are overwritten.
        v: Overwritten with v_1, ..., v_L and one more, contiguous.
        x: The same for W_{k-1} ... W_1 x_1; x_1 is given.

    Returns:
        R - R_min; ||grad_w R||^2; the sums over k of ||u_k||^2 ||v_k||^2, and of
        ||u_k||^2 ||x_k||^2.
    """
    depth, features = len(widths) - 1, widths[0]
    entry, here = len(weights), len(u) - widths[depth]
    for k in range(depth, 0, -1):
        rows, columns = widths[k], widths[k - 1]
        entry, before = entry - rows * columns, here - columns
        multiply_transposed(weights, entry, rows, columns, u, here, before)
        here = before

    excess_risk = 0.0
    v[:features] = 0
    for i in range(len(root)):
        error = 0.0
        for j in range(features):
            error += root[i, j] * (u[j] - solution[j])
        excess_risk += error * error
        for j in range(features):
            v[j] += 2 * root[i, j] * error
    squared_slope = squared_norm(v, 0, features)

    entry, here = 0, 0
    squared_gradient, squared_speed = 0.0, 0.0
    for k in range(1, depth + 1):
        rows, columns = widths[k], widths[k - 1]
        after = here + columns
        square = squared_norm(u, after, rows)
        squared_gradient += square * squared_norm(v, here, columns)
        squared_speed += square * squared_norm(x, here, columns)
        advance(weights, gradient, entry, rows, columns, u, v, x, here)
        entry, here = entry + rows * columns, after
    return excess_risk, squared_slope, squared_gradient, squared_speed


@kernel
def move(unknowns: np.ndarray, velocity: np.ndarray, *problem: np.ndarray) -> None:
    """Write the velocity of the weights and of the time (see `flatminima.theory.gradient_flow`).

    Args:
        unknowns: W_1, ..., W_L and the time, shape (size + 1,).
        velocity: Overwritten with -q grad R and q, the same shape.
        problem: The arguments of `evaluate` from `widths` on.
    """
    size = len(unknowns) - 1
    gradient = velocity[:size]
    _, _, _, squared_speed = evaluate(unknowns[:size], gradient, *problem)
    pace = 1 / np.sqrt(squared_speed)
    for i in range(size):
        gradient[i] = -pace * gradient[i]
    velocity[size] = pace


# Here a number says where a matrix or a vector begins.  Making views of them would take as long as
# all the products.


@compiled
def multiply_transposed(
    weights: np.ndarray, entry: int, rows: int, columns: int, u: np.ndarray, here: int, before: int
) -> None:
    """Write W^T u to the vector that begins at `before`; W begins at `entry` and u at `here`."""
    for j in range(columns):
        u[before + j] = 0.0
    for i in range(rows):
        for j in range(columns):
            u[before + j] += weights[entry + i * columns + j] * u[here + i]


@compiled
def advance(
    weights: np.ndarray,
    gradient: np.ndarray,
    entry: int,
    rows: int,
    columns: int,
    u: np.ndarray,
    v: np.ndarray,
    x: np.ndarray,
    here: int,
) -> None:
    """Write u v^T of a layer, and W v and W x after v and x, which begin at `here`."""
    behind = here + columns
    for i in range(rows):
        v_i, x_i, u_i = 0.0, 0.0, u[behind + i]
        for j in range(columns):
            at = entry + i * columns + j
            v_i += weights[at] * v[here + j]
            x_i += weights[at] * x[here + j]
            gradient[at] = u_i * v[here + j]
        v[behind + i], x[behind + i] = v_i, x_i


@compiled
def squared_norm(vector: np.ndarray, first: int, number: int) -> float:
    """Return the sum of squares of a number of entries."""
    total = 0.0
    for i in range(first, first + number):
        total += vector[i] * vector[i]
    return total
