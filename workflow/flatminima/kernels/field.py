"""The gradient of one run of a deep linear network, and what gradient flow needs besides.

Vectors lie along the rows of the matrices here, not across runs: sums are taken in any order,
so that results are the same to rounding on different processors.
"""

import numba
import numpy as np

from flatminima.kernels.compiled import kernel

__all__ = ["evaluate", "move"]

in_any_order = numba.njit(error_model="numpy", fastmath={"reassoc", "contract"})
"""Compile a function whose sums may be taken in any order."""


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
    """Write u_k v_k^T of every layer k to the gradient (see `flatminima.theory.linear_network`).

    Args:
        weights: W_1, ..., W_L, shape (size,).
        gradient: Overwritten, shape (size,).
        widths: Columns of W_1, and the rows of W_1, ..., W_L; shape (L + 1,).
        root: A with A^T A = Sigma, shape (m, d).
        solution: w*, shape (d,).
        u: u_0, ..., u_L one after another, of which u_L = p is given.
        v: Overwritten with v_1, ..., v_L, and one more, one after another.
        x: The same of W_{k-1} ... W_1 x_1, of which x_1 is given.

    Returns:
        R - R_min; ||grad_w R||^2; the sums over k of ||u_k||^2 ||v_k||^2, and of
        ||u_k||^2 ||x_k||^2.
    """
    depth, features = len(widths) - 1, widths[0]
    entry, here = len(weights), len(u) - widths[depth]
    for k in range(depth, 0, -1):
        rows, columns = widths[k], widths[k - 1]
        entry, before = entry - rows * columns, here - columns
        W = weights[entry : entry + rows * columns].reshape(rows, columns)
        multiply_transposed(W, u[here : here + rows], u[before:here])
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
    squared_slope = squared_norm(v[:features])

    entry, here = 0, 0
    squared_gradient, squared_speed = 0.0, 0.0
    for k in range(1, depth + 1):
        rows, columns = widths[k], widths[k - 1]
        after = here + columns
        W = weights[entry : entry + rows * columns].reshape(rows, columns)
        G = gradient[entry : entry + rows * columns].reshape(rows, columns)
        u_k, v_k, x_k = u[after : after + rows], v[here:after], x[here:after]
        square = squared_norm(u_k)
        squared_gradient += square * squared_norm(v_k)
        squared_speed += square * squared_norm(x_k)
        advance(W, G, u_k, v_k, x_k, v[after : after + rows], x[after : after + rows])
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
    pace = squared_speed**-0.5
    for i in range(size):
        gradient[i] = -pace * gradient[i]
    velocity[size] = pace


@in_any_order
def multiply_transposed(W: np.ndarray, after: np.ndarray, before: np.ndarray) -> None:
    """Write W^T after to `before`."""
    before[:] = 0
    for i in range(len(after)):
        for j in range(len(before)):
            before[j] += W[i, j] * after[i]


@in_any_order
def advance(
    W: np.ndarray,
    G: np.ndarray,
    u: np.ndarray,
    v: np.ndarray,
    x: np.ndarray,
    next_v: np.ndarray,
    next_x: np.ndarray,
) -> None:
    """Write u v^T to G, and W v and W x to the next of each."""
    for i in range(len(u)):
        v_i, x_i, u_i = 0.0, 0.0, u[i]
        for j in range(len(v)):
            v_i += W[i, j] * v[j]
            x_i += W[i, j] * x[j]
            G[i, j] = u_i * v[j]
        next_v[i], next_x[i] = v_i, x_i


@in_any_order
def squared_norm(vector: np.ndarray) -> float:
    """Return the sum of squares."""
    total = 0.0
    for entry in vector:
        total += entry * entry
    return total
