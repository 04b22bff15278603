"""The risks of batches of samples at the weights of one run: gradients, Hessians, sharpness.

A batch B of b rows of the data has the risk R_B = (1/b) sum_{i in B} (f(x_i) - y_i)^2, gradient
g_B and Hessian H_B.  For many batches at once, given as rows of indices, shape (number, b):

    batch sharpness        E_B[ g_B^T H_B g_B / ||g_B||^2 ]     (the mean of ratios),
    mini-batch sharpness   E_B[ lambda_max(H_B) ],

as defined by Andreyev and Beneventano (2024).  The first is at most the second, by Rayleigh's
quotient.  The second is at least lambda_max(H), by Jensen's inequality, if B is drawn uniformly.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from flatminima.core.seeding import random_generator
from flatminima.networks import BatchRisks, LayeredNetwork

__all__ = [
    "Estimate",
    "estimate_batch_sharpness",
    "estimate_mini_batch_sharpness",
    "estimate_over_batches",
    "gradient_noise_trace",
    "largest_eigenvalues",
    "rayleigh_quotients",
]

RESIDUAL_TOLERANCE = 1e-3
"""The largest ||H_B v - S v|| / |S| of an eigenpair.

An eigenvalue is within this relative distance of S, and usually much closer, because the error of a
Rayleigh quotient is quadratic.
"""

KRYLOV_DIMENSION = 60
"""The dimension of the largest subspace in which eigenvectors are searched."""

CHUNK = 32
"""Minibatches taken together."""

MOST_BATCHES = 160
"""This number is enough, whatever the standard error is."""

FEW_BATCHES = 64
"""If there are at most this many batches, all are taken."""


def rayleigh_quotients(
    network: LayeredNetwork, weights: np.ndarray, batches: np.ndarray
) -> np.ndarray:
    """Return g_B^T H_B g_B / ||g_B||^2 of each batch, shape (number,).

    It is 0 where g_B is zero, and NaN where the weights are NaN.

    Args:
        network: The network.
        weights: The weights of one run, shape (size,).
        batches: Rows of the data, shape (number, b).

    Examples:
        The risk of one layer is quadratic; its Hessian is 2 x^2 at all weights.

        >>> from flatminima.datasets import Dataset
        >>> from flatminima.networks.linear.network import LinearNetwork
        >>> data = Dataset(np.array([[1.0], [-2.0]]), np.array([1.0, 2.0]))
        >>> rayleigh_quotients(LinearNetwork(data, 1), np.zeros(1), np.array([[0], [1]])).tolist()
        [2.0, 8.0]
    """
    risks = BatchRisks(network, weights, batches)
    gradients = risks.gradients
    squares = np.einsum("ms,ms->m", gradients, gradients)
    products = np.einsum("ms,ms->m", gradients, risks.hessian_products(gradients))
    return np.divide(products, squares, out=np.zeros(len(squares)), where=squares != 0)


def largest_eigenvalues(
    network: LayeredNetwork,
    weights: np.ndarray,
    batches: np.ndarray,
    tolerance: float = RESIDUAL_TOLERANCE,
) -> tuple[np.ndarray, np.ndarray]:
    """Return lambda_max(H_B) of each batch, and the residuals that prove that it is an eigenvalue.

    The method is Lanczos, with every vector made orthogonal to all earlier ones. It starts from the
    gradient, which is usually close to the eigenvector, plus some noise.

    Args:
        network: The network.
        weights: The weights of one run, shape (size,).
        batches: Rows of the data, shape (number, b).
        tolerance: The largest allowed ||H_B v - S v|| / |S|.

    Returns:
        S and ||H_B v - S v|| / |S| for unit vectors v, each of shape (number,).

    Raises:
        ArithmeticError: If a residual misses the tolerance.
    """
    risks = BatchRisks(network, weights, batches)
    noise = np.random.default_rng(0).standard_normal(network.size)
    start = _unit(risks.gradients) + 0.1 * noise / np.linalg.norm(noise)
    value, vector, product = _largest_ritz(risks.hessian_products, _unit(start), tolerance)
    unit = np.maximum(np.abs(value), 1e-290)
    residual = np.linalg.norm(product - value[:, None] * vector, axis=1) / unit
    if not (residual <= tolerance).all():
        raise ArithmeticError(
            "the largest eigenvalue of the Hessian of a batch has the residual "
            f"{residual.max():.3g}; at most {tolerance:g} is allowed"
        )
    return value, residual


def _largest_ritz(
    apply: Callable[[np.ndarray], np.ndarray], start: np.ndarray, tolerance: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return Ritz values, their unit vectors and the products of H_B with these."""
    number, size = start.shape
    dimension = min(KRYLOV_DIMENSION, size)
    # vector by vector, so that only the used part of the memory is ever touched
    basis, products = np.empty((2, dimension, number, size)).transpose(0, 2, 1, 3)
    projected = np.zeros((number, dimension, dimension))
    vector, generator = start, np.random.default_rng(1)
    for k in range(dimension):
        basis[:, k] = vector
        products[:, k] = apply(vector)
        entries = _inner_products(basis[:, : k + 1], products[:, k])
        projected[:, k, : k + 1] = projected[:, : k + 1, k] = entries
        values, vectors = np.linalg.eigh(projected[:, : k + 1, : k + 1])
        rest = _without(basis[:, : k + 1], products[:, k])
        length = np.linalg.norm(rest, axis=1)
        bound = length * np.abs(vectors[:, -1, -1])
        if k + 1 == dimension or (bound <= tolerance / 2 * np.abs(values[:, -1])).all():
            break
        # Where nothing new is left, the subspace contains everything that the start reaches.
        whole = length <= 1e-10 * np.abs(values).max(axis=1)
        rest[whole] = _without(
            basis[whole, : k + 1], generator.standard_normal((whole.sum(), size))
        )
        vector = _unit(rest)
    largest = vectors[:, :, -1]
    return (
        values[:, -1],
        _combinations(largest, basis[:, : k + 1]),
        _combinations(largest, products[:, : k + 1]),
    )


def _without(basis: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return vectors minus their projections on orthonormal bases, twice because of rounding."""
    for _ in range(2):
        vectors = vectors - _combinations(_inner_products(basis, vectors), basis)
    return vectors


def _inner_products(bases: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return the coefficients of each vector, shape (number, size), in its basis, (number, j)."""
    return (bases @ vectors[:, :, None])[:, :, 0]


def _combinations(coefficients: np.ndarray, bases: np.ndarray) -> np.ndarray:
    """Return the sums of basis vectors with these coefficients, shape (number, size)."""
    return (coefficients[:, None] @ bases)[:, 0]


def gradient_noise_trace(network: LayeredNetwork, weights: np.ndarray, rows: np.ndarray) -> float:
    """Return tr Cov_i(grad R_i), the mean over samples i of ||grad R_i - mean of them||^2.

    The gradient of sample i in layer k is delta h^T, of norm ||delta|| ||h||.

    Args:
        network: The network.
        weights: The weights of one run, shape (size,).
        rows: The samples, shape (number,).
    """
    risks = BatchRisks(network, weights, rows[:, None])
    squares = sum(
        (delta**2).sum(axis=(1, 2)) * (h**2).sum(axis=(1, 2))
        for delta, h in zip(risks.delta, risks.h[:-1], strict=True)
    )
    mean = BatchRisks(network, weights, rows[None]).gradients[0]
    return max(0.0, float(squares.mean() - mean @ mean))


@dataclass(frozen=True)
class Estimate:
    """A mean over batches.

    Attributes:
        value: The mean.
        error: Its standard error (0 over all batches) plus the uncertainty of the single values.
        batches: The number of batches.
    """

    value: float
    error: float
    batches: int


def estimate_over_batches(
    measure: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
    samples: int,
    batch_size: int,
    weights: np.ndarray,
    relative_error: float,
) -> Estimate:
    """Return the mean of a quantity over all batches, or over enough of them.

    Each batch is drawn without replacement, from a generator whose seed comes from the weights. So
    the estimate is a function of the weights.

    Args:
        measure: From batches, shape (number, b), to values and their uncertainties, (number,).
        samples: n.
        batch_size: b.
        weights: The weights of one run, shape (size,).
        relative_error: Batches are drawn until the standard error is at most this times the mean,
            or there are `MOST_BATCHES`.
    """
    if comb(samples, batch_size) <= FEW_BATCHES:
        values, certain = measure(np.array(list(combinations(range(samples), batch_size))))
        return Estimate(float(values.mean()), float(certain.mean()), len(values))
    values, certain = np.empty((2, 0))
    for batches in _drawn(samples, batch_size, weights):
        more, to = measure(batches)
        values, certain = np.append(values, more), np.append(certain, to)
        error = values.std(ddof=1) / np.sqrt(len(values))
        if not error > relative_error * abs(values.mean()) or len(values) >= MOST_BATCHES:
            break
    return Estimate(float(values.mean()), float(error + certain.mean()), len(values))


def estimate_batch_sharpness(
    network: LayeredNetwork, weights: np.ndarray, batch_size: int, relative_error: float
) -> Estimate:
    """Return the mean over batches of `rayleigh_quotients`; see `estimate_over_batches`."""

    def measure(batches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return rayleigh_quotients(network, weights, batches), np.zeros(len(batches))

    samples = network.dataset.samples
    return estimate_over_batches(measure, samples, batch_size, weights, relative_error)


def estimate_mini_batch_sharpness(
    network: LayeredNetwork, weights: np.ndarray, batch_size: int, relative_error: float
) -> Estimate:
    """Return the mean over batches of `largest_eigenvalues`; see `estimate_over_batches`."""

    def measure(batches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values, residuals = largest_eigenvalues(network, weights, batches)
        return values, residuals * np.abs(values)

    samples = network.dataset.samples
    return estimate_over_batches(measure, samples, batch_size, weights, relative_error)


def _drawn(samples: int, batch_size: int, weights: np.ndarray) -> Iterator[np.ndarray]:
    """Go through pieces of permutations of the samples."""
    generator = random_generator(0, "batches", weights.tobytes().hex())
    whole, batches = samples // batch_size, np.empty((0, batch_size), dtype=int)
    while True:
        while len(batches) < CHUNK:
            order = generator.permutation(samples)[: whole * batch_size]
            batches = np.concatenate([batches, order.reshape(whole, batch_size)])
        yield batches[:CHUNK]
        batches = batches[CHUNK:]


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Return vectors, shape (number, size), divided by their norms; zero stays zero."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-290)
