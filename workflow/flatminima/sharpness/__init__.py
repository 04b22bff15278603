"""The sharpness of a network: the algebraically largest eigenvalue of its Hessian.

It is exact, not estimated.  The Hessian is written out on a subspace outside which it is zero, or
on the whole space if no smaller one is known.  A small matrix goes to LAPACK, a larger one to a
Lanczos method, and only the largest Hessians are not written out for it.  The eigenpair is always
checked against the closed-form Hessian-vector product in the whole space.  A pair that misses the
tolerance is an error, not a number.

It is certain that an eigenvalue of the Hessian is within residual |S| of S.  That no eigenvalue is
larger follows from LAPACK.  This includes the Lanczos result of a matrix, because either
(1 + 1e-8) S - H has a Cholesky factor or all eigenvalues are computed.  Only if no matrix was
written out it is merely likely: the method would miss an eigenvector that is orthogonal, up to
rounding, to its random but fixed start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import eigh
from scipy.linalg.lapack import dpotrf
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from flatminima.core.costs import DENSE_DIMENSION, DENSE_SIZE
from flatminima.networks import HessianSubspace, Network

__all__ = ["RESIDUAL_TOLERANCE", "SharpnessError", "SharpnessResult", "compute_sharpness"]

RESIDUAL_TOLERANCE = 1e-8
"""The largest ||H v - S v|| / |S| of an accepted eigenpair."""

LAPACK_DIMENSION = 150
"""Up to this dimension LAPACK is no slower than a Lanczos method with its proof."""

FEW_RESTARTS = 30
"""Restarts of a Lanczos method that LAPACK can replace."""

MOST_RESTARTS = 10_000
"""Restarts of a Lanczos method without a matrix, for eigenvalues that nearly coincide."""


class SharpnessError(ArithmeticError):
    """An eigenpair whose residual, which the message states, is above the tolerance."""


@dataclass(frozen=True)
class SharpnessResult:
    """The largest eigenvalue of a Hessian and the proof that it is an eigenvalue.

    Attributes:
        value: S, NaN where the Hessian is not finite.
        residual: ||H v - S v|| / |S| for the unit eigenvector v, NaN in the same case.
    """

    value: float
    residual: float


def compute_sharpness(
    network: Network, parameters: Any, dense_dimension: int | None = None
) -> SharpnessResult:
    """Compute the sharpness of one run.

    Args:
        network: The network and its training risk.
        parameters: The weights of the run, shape (size,), or the list of layers of a fully
            connected network.
        dense_dimension: The largest dimension of a matrix that is written out; by default
            `DENSE_DIMENSION` on a subspace and `DENSE_SIZE` on the whole space.

    Returns:
        The largest eigenvalue with its residual; both NaN if the Hessian overflows.

    Raises:
        SharpnessError: If the residual is above `RESIDUAL_TOLERANCE`.
        ValueError: If the weights are not those of the network.

    Examples:
        The risk (1 - w_2 w_1)^2 has the Hessian [[2, 2], [2, 2]] at w_1 = w_2 = 1.

        >>> from flatminima.datasets import Dataset
        >>> from flatminima.networks.linear.network import LinearNetwork
        >>> data = Dataset(np.array([[1.0], [-1.0]]), np.array([1.0, -1.0]))
        >>> sharpness = compute_sharpness(LinearNetwork(data, depth=2), np.ones(2))
        >>> round(sharpness.value, 12), sharpness.residual < 1e-12
        (4.0, True)
    """
    parameters = network.weights_of_a_run(parameters)
    subspace = network.hessian_subspace(parameters)
    dimension = network.size if subspace is None else subspace.dimension
    if dense_dimension is None:
        dense_dimension = DENSE_SIZE if subspace is None else DENSE_DIMENSION
    if dimension <= dense_dimension:
        hessian = network.hessian(parameters) if subspace is None else subspace.hessian()
        if not np.isfinite(hessian).all():
            return SharpnessResult(np.nan, np.nan)
        value, coordinates = _largest_dense(hessian)
    else:
        apply = _operator(network, parameters, subspace)
        sample = apply(np.random.default_rng(0).standard_normal(dimension))
        if not np.isfinite(sample).all():
            return SharpnessResult(np.nan, np.nan)
        if not sample.any():
            return SharpnessResult(0.0, 0.0)
        operator = LinearOperator((dimension, dimension), matvec=apply, dtype=np.float64)
        try:
            value, coordinates = _largest_lanczos(operator, MOST_RESTARTS)
        except ArpackNoConvergence as error:
            raise SharpnessError(
                f"Lanczos did not converge in dimension {dimension}: {error}"
            ) from None
    vector = coordinates[:, None] if subspace is None else subspace.lift(coordinates[:, None])
    product = network.hessian_vector_product(parameters[:, None], vector)
    unit = max(abs(value), 1e-290)
    residual = float(np.linalg.norm(product / unit - value / unit * vector))
    if not residual <= RESIDUAL_TOLERANCE:
        raise SharpnessError(
            f"the largest eigenvalue {value:.6g} of a Hessian of dimension {network.size} has the "
            f"residual {residual:.3g}; at most {RESIDUAL_TOLERANCE:g} is allowed"
        )
    return SharpnessResult(value, residual)


def _operator(
    network: Network, parameters: np.ndarray, subspace: HessianSubspace | None
) -> Callable[[np.ndarray], np.ndarray]:
    """Return the product of the Hessian with a vector, on the subspace if there is one."""
    if subspace is None:
        return network.hessian_operator(parameters)

    def apply(vector: np.ndarray) -> np.ndarray:
        direction = subspace.lift(vector[:, None])
        product = network.hessian_vector_product(parameters[:, None], direction)
        return subspace.project(product)[:, 0]

    return apply


def _largest_dense(hessian: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the largest eigenpair of a matrix that is symmetric up to rounding."""
    symmetric = (hessian + hessian.T) / 2
    unit = np.abs(symmetric).max()
    if len(hessian) > LAPACK_DIMENSION and unit > 0:
        scaled = symmetric / unit  # ARPACK treats numbers far below 1 as zero
        try:
            value, vector = _largest_lanczos(scaled, FEW_RESTARTS)
        except ArpackNoConvergence:
            pass
        else:
            if _none_is_larger(scaled, value + RESIDUAL_TOLERANCE * abs(value)):
                return unit * value, vector
    last = len(hessian) - 1
    values, vectors = eigh(symmetric, subset_by_index=(last, last), check_finite=False)
    return float(values[0]), vectors[:, 0]


def _none_is_larger(symmetric: np.ndarray, bound: float) -> bool:
    """Return whether no eigenvalue is above a bound, up to rounding, by a Cholesky factor."""
    below = -symmetric
    below[np.diag_indices(len(below))] += bound
    _, failed_at = dpotrf(below.T, clean=False, overwrite_a=True)
    return failed_at == 0


def _largest_lanczos(
    operator: LinearOperator | np.ndarray, restarts: int
) -> tuple[float, np.ndarray]:
    """Return the largest eigenpair of a matrix or operator, to machine precision.

    Raises:
        ArpackNoConvergence: If the restarts do not suffice.
    """
    start = np.random.default_rng(0).standard_normal(operator.shape[0])
    values, vectors = eigsh(operator, k=1, which="LA", v0=start, tol=0, maxiter=restarts)
    return float(values[0]), vectors[:, 0]
