"""Models under schedules of decay: for which is the dose all that counts?

Fully connected, w^T = W_L ... W_1 with squared risk: the layers do not act coordinate by
coordinate. Matrix sensing, M = U U^T from y_k = <A_k, M> with A_k that do not commute. Both, and a
diagonal network beside them, are followed by one solver that knows none of them.
"""

from collections.abc import Callable

import numpy as np
import scipy  # whose parts are imported when they are first used

from flatminima.theory.diagonal_networks import (
    network_weights,
    products_of_others,
    risk_gradient,
)
from flatminima_papers.mirror_decay.theory.schedules import Piece

__all__ = ["Diagonal", "FullyConnected", "Sensing", "follow"]

TOLERANCE = 1e-8
"""Of the solver, relative; the effects are of the order of a per cent."""


class Diagonal:
    """A diagonal network.

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        depth: L.
    """

    def __init__(self, inputs: np.ndarray, targets: np.ndarray, depth: int) -> None:
        self.inputs, self.targets, self.depth = inputs, targets, depth

    def weights(self, parameters: np.ndarray) -> np.ndarray:
        """Return w, shape (d,)."""
        return network_weights(parameters.reshape(self.depth, -1))

    def risk(self, parameters: np.ndarray) -> float:
        """Return the mean of (y - X w)^2."""
        return float(np.mean((self.inputs @ self.weights(parameters) - self.targets) ** 2))

    def gradient(self, parameters: np.ndarray) -> np.ndarray:
        """Return the gradient of the risk in the parameters."""
        slope = risk_gradient(self.inputs, self.targets, self.weights(parameters))
        return (slope * products_of_others(parameters.reshape(self.depth, -1))).ravel()


class FullyConnected:
    """A linear network with matrices W_1, ..., W_L and one output.

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        shapes: Of the matrices, from the first.
    """

    def __init__(
        self, inputs: np.ndarray, targets: np.ndarray, shapes: list[tuple[int, int]]
    ) -> None:
        self.inputs, self.targets, self.shapes = inputs, targets, shapes

    def matrices(self, parameters: np.ndarray) -> list[np.ndarray]:
        """Return W_1, ..., W_L."""
        ends = np.cumsum([rows * columns for rows, columns in self.shapes])[:-1]
        parts = np.split(parameters, ends)
        return [part.reshape(shape) for part, shape in zip(parts, self.shapes, strict=True)]

    def weights(self, parameters: np.ndarray) -> np.ndarray:
        """Return w, shape (d,)."""
        product = np.eye(self.shapes[0][1])
        for matrix in self.matrices(parameters):
            product = matrix @ product
        return product[0]

    def risk(self, parameters: np.ndarray) -> float:
        """Return the mean of (y - X w)^2."""
        return float(np.mean((self.inputs @ self.weights(parameters) - self.targets) ** 2))

    def gradient(self, parameters: np.ndarray) -> np.ndarray:
        """Return the gradient of the risk in the parameters."""
        matrices = self.matrices(parameters)
        below = [np.eye(self.shapes[0][1])]
        for matrix in matrices:
            below.append(matrix @ below[-1])
        residual = below[-1][0] @ self.inputs.T - self.targets
        back = (2 / len(self.targets)) * (residual @ self.inputs)[None]  # g^T
        above, parts = np.eye(1), []
        for place in range(len(matrices) - 1, -1, -1):
            parts.append((above.T @ back @ below[place].T).ravel())
            above = above @ matrices[place]
        return np.concatenate(parts[::-1])


class Sensing:
    """A positive semidefinite matrix M = U U^T measured by symmetric matrices.

    Args:
        measurements: A_1, ..., A_n, symmetric, shape (n, m, m).
        targets: y, shape (n,).
    """

    def __init__(self, measurements: np.ndarray, targets: np.ndarray) -> None:
        self.measurements, self.targets = measurements, targets

    def weights(self, parameters: np.ndarray) -> np.ndarray:
        """Return M, flattened."""
        size = self.measurements.shape[1]
        factor = parameters.reshape(size, -1)
        return (factor @ factor.T).ravel()

    def risk(self, parameters: np.ndarray) -> float:
        """Return the mean of (y - <A, M>)^2."""
        seen = self.measurements.reshape(len(self.targets), -1) @ self.weights(parameters)
        return float(np.mean((seen - self.targets) ** 2))

    def gradient(self, parameters: np.ndarray) -> np.ndarray:
        """Return the gradient of the risk in U, flattened."""
        size = self.measurements.shape[1]
        factor = parameters.reshape(size, -1)
        residual = np.einsum("kij,ij->k", self.measurements, factor @ factor.T) - self.targets
        slope = (2 / len(self.targets)) * np.einsum("k,kij->ij", residual, self.measurements)
        return (2 * slope @ factor).ravel()


def follow(
    gradient: Callable[[np.ndarray], np.ndarray],
    parameters: np.ndarray,
    pieces: list[Piece],
    rest: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Follow gradient flow under a schedule, and after it for a time.

    Args:
        gradient: Of the risk.
        parameters: At the start.
        pieces: The schedule.
        rest: The time after it.

    Returns:
        Times, shape (m,), and the parameters at each, shape (m, size).

    Raises:
        RuntimeError: If the solver fails.
    """
    times, states, passed = [np.zeros(1)], [parameters[None]], 0.0
    for piece in [*pieces, Piece(rest, 0.0, 0.0)]:
        rate = piece.decay.rate
        solution = scipy.integrate.solve_ivp(
            lambda time, state, rate=rate: -gradient(state) - rate(time) * state,
            (0.0, piece.duration),
            states[-1][-1],
            method="DOP853",
            rtol=TOLERANCE,
            atol=TOLERANCE * 1e-3,
        )
        if not solution.success:
            raise RuntimeError(f"the gradient flow was not solved: {solution.message}")
        times.append(passed + solution.t[1:])
        states.append(solution.y.T[1:])
        passed += piece.duration
    return np.concatenate(times), np.concatenate(states)
