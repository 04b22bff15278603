"""Where gradient flow of a diagonal network ends, without following it.

Of a mirror flow with potential phi from the dual point q_0 the end is

    w_inf = argmin phi(w) - q_0 . w   subject to   X w = y,

and w_inf = w(q_0 + X^T nu) with nu the minimiser of the convex function
sum of s(q_0 + X^T nu)^2 / 2 - nu . y (see `flatminima.theory.diagonal_potentials`).

When all layers of a start shrink together, L >= 3, the dual variable fills its range and the
program becomes linear: min sum of q_max |w| - q_0 w subject to X w = y (this study).
"""

from typing import NamedTuple

import numpy as np
import scipy  # whose parts are imported when they are first used

from flatminima.theory.diagonal_potentials import Potential, StartOfFlow

__all__ = ["Projection", "limit_of_flow", "linear_program", "project", "smallest_l1_norm"]


class Projection(NamedTuple):
    """The point of least potential among all that fit the data.

    Attributes:
        weights: w, shape (d,).
        dual: q, shape (d,).
        residual: The largest entry of |X w - y| over that of |y|.
    """

    weights: np.ndarray
    dual: np.ndarray
    residual: float


def limit_of_flow(inputs: np.ndarray, targets: np.ndarray, start: StartOfFlow) -> Projection:
    """Return where gradient flow from a start ends.

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        start: From `flatminima.theory.diagonal_potentials.split_start`.
    """
    return project(start.potential, start.dual, inputs, targets)


def project(
    potential: Potential, centre: np.ndarray, inputs: np.ndarray, targets: np.ndarray
) -> Projection:
    """Minimise phi(w) - centre . w over all least-squares solutions, by the dual.

    Newton's method with backtracking; the last step is taken in w, where it keeps the digits that
    the dual loses near its bound.

    Args:
        potential: phi.
        centre: A dual point within bounds, shape (d,).
        inputs: X, shape (n, d).
        targets: y, shape (n,).

    Raises:
        RuntimeError: If Newton's method does not end.

    Examples:
        From a large scale the potential is quadratic, and the end the minimum-norm solution.

        >>> X, y = np.array([[1.0, 2.0]]), np.array([5.0])
        >>> project(Potential(np.full((1, 2), 1e8)), np.zeros(2), X, y).weights.round(9).tolist()
        [1.0, 2.0]
    """
    left, values, right = np.linalg.svd(inputs, full_matrices=False)
    rank = int(np.sum(values > values[0] * max(inputs.shape) * np.finfo(float).eps))
    rows, goal = right[:rank], (left.T @ targets)[:rank] / values[:rank]  # rows w = goal

    def objective(nu: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        s = potential.smallest_layer(centre + nu @ rows)
        return float(np.sum(s**2) / 2 - nu @ goal), s, potential.weights(s)

    nu = np.zeros(rank)
    value, s, w = objective(nu)
    scale = np.abs(goal).max()
    for _ in range(2000):
        gradient = rows @ w - goal
        speed = potential.mobility(s)
        step = _solve((rows * speed) @ rows.T, -gradient)
        slope = gradient @ step
        if np.abs(gradient).max() <= 1e-13 * scale or -slope <= 1e-15 * abs(value):
            break
        length = min(
            1.0, 0.99 * _way_to_the_bound(centre + nu @ rows, step @ rows, potential.bound)
        )
        with np.errstate(over="ignore", invalid="ignore"):
            trial = objective(nu + length * step)
            while not trial[0] <= value + 1e-4 * length * slope and length > 1e-60:
                length /= 2
                trial = objective(nu + length * step)
        if length <= 1e-60:
            break  # rounding alone is left
        nu = nu + length * step
        value, s, w = trial
    else:
        raise RuntimeError("Newton's method for the limit of the flow did not end")
    for _ in range(3):
        w = w + speed * (rows.T @ _solve((rows * speed) @ rows.T, goal - rows @ w))
    residual = np.abs(rows @ w - goal).max() / scale
    return Projection(w, centre + nu @ rows, float(residual))


def linear_program(
    costs: np.ndarray, centre: np.ndarray, inputs: np.ndarray, targets: np.ndarray
) -> np.ndarray:
    """Minimise sum of costs |w| - centre w subject to X w = y.

    Args:
        costs: Positive, shape (d,); q_max of the potential.
        centre: q_0, of smaller modulus than the costs, shape (d,).
        inputs: X, shape (n, d).
        targets: y, shape (n,), in the range of X.

    Returns:
        w, shape (d,), a vertex.

    Raises:
        ValueError: If the program has no solution.

    Examples:
        >>> X, y = np.array([[1.0, 2.0]]), np.array([4.0])
        >>> linear_program(np.ones(2), np.zeros(2), X, y).tolist()
        [0.0, 2.0]
    """
    features = inputs.shape[1]
    result = scipy.optimize.linprog(
        np.concatenate([costs - centre, costs + centre]) / np.abs(costs).max(),
        A_eq=np.hstack([inputs, -inputs]),
        b_eq=targets,
        method="highs-ds",
    )
    if not result.success:
        raise ValueError(f"the linear program has no solution: {result.message}")
    return result.x[:features] - result.x[features:]


def smallest_l1_norm(inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return w of smallest l1 norm with X w = y, shape (d,); arguments as for `linear_program`."""
    features = inputs.shape[1]
    return linear_program(np.ones(features), np.zeros(features), inputs, targets)


def _way_to_the_bound(dual: np.ndarray, step: np.ndarray, bound: np.ndarray) -> float:
    """Return how many steps lead from a dual point to where a coordinate is out of bounds."""
    with np.errstate(divide="ignore"):
        return float(np.min((bound - np.sign(step) * dual) / np.abs(step)))


def _solve(matrix: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Solve a symmetric positive system whose rows may differ by many orders."""
    scale = 1 / np.sqrt(np.diag(matrix))
    return scale * np.linalg.solve(matrix * scale[:, None] * scale, scale * side)
