r"""Two layers on one feature: gradient descent as a recursion of three numbers.

The network f(x) = (a^T b) x of any width, on one feature with Sigma = 1/2 and w* = Phi, has the
risk (a^T b - Phi)^2 / 2.  With

    epsilon = a^T b - Phi,    lambda = ||a||^2 + ||b||^2,    Q = ||a + b|| ||a - b||,

where Q^2 = lambda^2 - 4 (a^T b)^2, one step of gradient descent is exactly

    epsilon <- epsilon (1 - eta lambda + eta^2 epsilon (epsilon + Phi)),
    lambda  <- (1 + eta^2 epsilon^2) lambda - 4 eta epsilon (epsilon + Phi),
    Q       <- |1 - eta^2 epsilon^2| Q,

and each a_i^2 - b_i^2 is multiplied by 1 - eta^2 epsilon^2.  At a minimum the sharpness is
lambda = sqrt(Q^2 + 4 Phi^2).  Gradient flow conserves Q.  (Beneventano and Woodworth 2025,
arXiv:2501.09137.)  Q is the nuclear norm of b b^T - a a^T, which flow conserves (this study).
"""

from typing import NamedTuple

import numpy as np

from flatminima.datasets import Dataset

__all__ = [
    "Coordinates",
    "advance",
    "coordinates",
    "limit_sharpness",
    "outcomes_of_descent",
    "shallow_dataset",
]

CONVERGED = 1e-13
"""The largest |epsilon| over Phi of a converged run; rounding is a few times 1e-16."""

DIVERGED = 1e8
"""The smallest |epsilon| over Phi of a diverged run; from there steps only grow."""

RETIRED_EVERY = 20
"""Steps between two checks for descents that are done."""


class Coordinates(NamedTuple):
    """The positions of descents.

    Attributes:
        error: epsilon, shape (runs,).
        squared_norm: lambda, shape (runs,).
        imbalance: Q, shape (runs,).
    """

    error: np.ndarray
    squared_norm: np.ndarray
    imbalance: np.ndarray


def shallow_dataset(solution: float) -> Dataset:
    """Return one feature with Sigma = 1/2 and w* = Phi, without noise.

    Examples:
        >>> data = shallow_dataset(3.0)
        >>> data.covariance.tolist(), data.minimum_norm_solution.round(12).tolist()
        ([[0.5]], [3.0])
    """
    return Dataset(np.array([[1.0], [0.0]]), np.array([solution, 0.0]))


def coordinates(first: np.ndarray, second: np.ndarray, solution: float) -> Coordinates:
    """Return epsilon, lambda and Q.

    Args:
        first: b, the first layer of each run, shape (width, runs).
        second: a, the second layer, of the same shape.
        solution: Phi.

    Examples:
        >>> [x.tolist() for x in coordinates(np.array([[3.0]]), np.array([[1.0]]), 2.0)]
        [[1.0], [10.0], [8.0]]
    """
    together, apart = ((x**2).sum(axis=0) for x in (first + second, first - second))
    return Coordinates(
        (first * second).sum(axis=0) - solution,
        (first**2 + second**2).sum(axis=0),
        np.sqrt(together * apart),
    )


def advance(point: Coordinates, learning_rate: np.ndarray, solution: float) -> Coordinates:
    """Return the positions after one step of gradient descent.

    Args:
        point: The positions of the runs.
        learning_rate: eta, shape (runs,).
        solution: Phi.
    """
    error, squared_norm, imbalance = point
    move = learning_rate * error
    return Coordinates(
        error * (1 - learning_rate * squared_norm + learning_rate * move * (error + solution)),
        (1 + move**2) * squared_norm - 4 * move * (error + solution),
        np.abs(1 - move**2) * imbalance,
    )


def limit_sharpness(imbalance: np.ndarray, solution: float) -> np.ndarray:
    """Return sqrt(Q^2 + 4 Phi^2), the sharpness of the minimum with this Q.

    >>> float(limit_sharpness(np.array(3.0), 2.0))
    5.0
    """
    return np.hypot(imbalance, 2 * solution)


def outcomes_of_descent(
    learning_rates: np.ndarray, imbalances: np.ndarray, solution: float, steps: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Follow descents from a network that computes zero, each with a rate and an imbalance.

    There epsilon = -Phi and lambda = Q. The weights themselves, and their number, do not matter.

    Args:
        learning_rates: eta, shape (runs,).
        imbalances: Q at the start, shape (runs,).
        solution: Phi.
        steps: The largest number of steps.

    Returns:
        For each run ``converged``, ``diverged`` or ``bounded`` (neither within the steps); the
        step at which this was noticed, a multiple of `RETIRED_EVERY`; and lambda at the end, NaN if
        it did not converge.

    Examples:
        >>> outcome, _, end = outcomes_of_descent(
        ...     np.array([0.5, 1.1, 2.0]), np.array([1.0, 1.0, 9.0]), 1.0, 1000
        ... )
        >>> outcome.tolist(), bool(2.0 <= end[0] < 5**0.5)
        (['converged', 'bounded', 'diverged'], True)
    """
    runs = len(learning_rates)
    outcome = np.full(runs, "bounded", dtype=object)
    taken, end = np.full(runs, steps), np.full(runs, np.nan)
    active = np.arange(runs)
    rates = learning_rates
    point = Coordinates(np.full(runs, -solution), imbalances, imbalances)
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(1, steps + 1):
            point = advance(point, rates, solution)
            if step % RETIRED_EVERY and step < steps:
                continue
            size = np.abs(point.error) / abs(solution)
            converged, diverged = size <= CONVERGED, ~(size <= DIVERGED)
            outcome[active[converged]], outcome[active[diverged]] = "converged", "diverged"
            end[active[converged]] = point.squared_norm[converged]
            staying = ~(converged | diverged)
            taken[active[~staying]] = step
            active, rates = active[staying], rates[staying]
            point = Coordinates(*(values[staying] for values in point))
    return outcome, taken, end
