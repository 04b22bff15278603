"""The end of gradient flow from an equal start of vanishing scale, to the next order.

Let the solution of smallest l1 norm be the only one, with support S of as many entries as samples,
rest O, and rho = X_O^T X_S^-T sign(w_S), of modulus below 1. Then (this study)

    L >= 3:  w_O = alpha^L * (weights at q = rho C_L of the equal start 1),
    L = 2:   w_O = (alpha^2 / 2) sinh(2 X_O^T X_S^-T q_S),
             q_S = sign(w_S) log(4 |w_S| / alpha^2) / 2.

The first vanishes as alpha^L, the second only as alpha^(2 (1 - max |rho|)).
"""

from typing import NamedTuple

import numpy as np

from flatminima.theory.diagonal_potentials import Potential, dual_limit

__all__ = ["SparseVertex", "small_scale_limit", "small_scale_weights", "sparse_vertex"]


class SparseVertex(NamedTuple):
    """The solution of smallest l1 norm.

    Attributes:
        weights: w, shape (d,).
        support: Which entries are not zero, shape (d,).
        slopes: X^T X_S^-T sign(w_S), shape (d,): of modulus 1 on the support, rho off it.
    """

    weights: np.ndarray
    support: np.ndarray
    slopes: np.ndarray

    @property
    def largest_slope(self) -> float:
        """The largest |rho|; below 1 if no other solution has the smallest norm."""
        return float(np.abs(self.slopes[~self.support]).max())


def sparse_vertex(inputs: np.ndarray, solution: np.ndarray) -> SparseVertex:
    """Describe the solution of smallest l1 norm.

    Args:
        inputs: X, shape (n, d).
        solution: w, shape (d,).

    Examples:
        >>> vertex = sparse_vertex(np.array([[1.0, 2.0]]), np.array([0.0, 2.0]))
        >>> vertex.support.tolist(), vertex.slopes.tolist()
        ([False, True], [0.5, 1.0])
    """
    support = np.abs(solution) > 1e-9 * np.abs(solution).max()
    # fewer entries than samples leave X_S^-T open: the pseudoinverse is one choice
    dual = np.linalg.pinv(inputs[:, support].T) @ np.sign(solution[support])
    return SparseVertex(solution, support, inputs.T @ dual)


def small_scale_weights(
    inputs: np.ndarray, vertex: SparseVertex, scale: float, depth: int
) -> np.ndarray:
    """Return the entries of the flow's end off the support, to leading order; zero on it.

    Args:
        inputs: X, shape (n, d).
        vertex: The solution of smallest l1 norm.
        scale: alpha of the equal start.
        depth: L >= 2.
    """
    if depth == 2:
        inside = vertex.weights[vertex.support]
        q = np.sign(inside) * np.log(4 * np.abs(inside) / scale**2) / 2
        dual = inputs.T @ np.linalg.pinv(inputs[:, vertex.support].T) @ q
        unit = Potential(np.ones((1, len(dual)))).weights_at(np.where(vertex.support, 0.0, dual))
    else:
        unit_potential = Potential(np.ones((depth - 1, len(vertex.slopes))))
        slopes = np.where(vertex.support, 0.0, vertex.slopes)
        unit = unit_potential.weights_at(slopes * dual_limit(depth))
    return scale**depth * unit


def small_scale_limit(inputs: np.ndarray, vertex: SparseVertex, outside: np.ndarray) -> np.ndarray:
    """Return the weights that fit the data and have given entries off the support.

    Args:
        inputs: X, shape (n, d).
        vertex: The solution of smallest l1 norm.
        outside: From `small_scale_weights`, shape (d,).

    Examples:
        >>> X = np.array([[1.0, 2.0]])
        >>> vertex = sparse_vertex(X, np.array([0.0, 2.0]))
        >>> small_scale_limit(X, vertex, np.array([0.5, 0.0])).round(12).tolist()
        [0.5, 1.75]
    """
    weights = vertex.weights + outside
    weights[vertex.support] -= np.linalg.pinv(inputs[:, vertex.support]) @ (inputs @ outside)
    return weights
