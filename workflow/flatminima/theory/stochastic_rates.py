"""The critical learning rate of stochastic gradient descent, for every batch size.

At a minimiser of data without noise, SGD moves the error of the end-to-end weights by random
matrices, to first order.  It is stable in mean square if the second moment of the error decays.
In coordinates in which Sigma is the identity, with N = Sigma^1/2 M Sigma^1/2 as in the formula
S = 2 lambda_max(N) of the sharpness, the second moment C of a batch of independent samples moves by

    C <- C - 2 eta (N C + C N) + 4 eta^2 N G(C) N,    G(C) = (1 - nu) C + nu E[z z^T C z z^T],

where z is an input and nu = 1 / b.  This is stable if and only if eta < 2 / S_b with the
mean-square sharpness

    S_b = 4 lambda_max(D^1/2 G D^1/2),    (D C)_ij = p_i p_j / (p_i + p_j) C_ij

in the eigenbasis of N, with its eigenvalues p_i (Mulayoff and Michaeli 2024, arXiv:2306.07850).
For Gaussian inputs G(C) = (1 + nu) C + nu tr(C) I, and S_b = 2 s is given by

    sum_i nu p_i / (s - (1 + nu) p_i) = 1    (Feuer and Weinstein 1985 for b = 1).

S_b grows with N in the order of symmetric matrices, whatever the data.  So its minimum over all
minimisers is the minimum over the single number tau of `flatminima.theory.closed_forms` (this
study).  As b grows it tends to S_min.
"""

from collections.abc import Callable

import numpy as np
import scipy  # its parts are imported when they are first used

from flatminima.core.covariances import covariance_range
from flatminima.core.numbers import with_float64
from flatminima.datasets import Dataset

__all__ = [
    "empirical_critical_learning_rate",
    "mean_square_sharpness",
    "minimal_mean_square_sharpness",
    "moment_sharpness",
    "noise_share",
    "reduced_problem",
    "stationary_excess_risk",
    "stochastic_critical_learning_rate",
]


def noise_share(batch_size: int, samples: int | None = None) -> float:
    """Return nu, the share of the noise of a single sample that a batch has.

    Args:
        batch_size: b.
        samples: n, if the b samples of a batch are different ones of n. By default they are drawn
            independently.

    Returns:
        1 / b, or (n - b) / (b (n - 1)).

    Raises:
        ValueError: If b is below 1 or above n.

    Examples:
        >>> noise_share(4), noise_share(4, samples=10), noise_share(10, samples=10)
        (0.25, 0.16666666666666666, 0.0)
    """
    if batch_size < 1 or (samples is not None and batch_size > samples):
        raise ValueError(f"a batch of {batch_size} samples is not between 1 and all samples")
    if samples is None or samples == 1:
        return float(samples is None) / batch_size
    return (samples - batch_size) / (batch_size * (samples - 1))


@with_float64(curvatures=1)
def mean_square_sharpness(curvatures: np.ndarray, share: float) -> float:
    """Return S_b = 2 s of a minimiser for Gaussian inputs, sum_i nu p_i / (s - (1 + nu) p_i) = 1.

    SGD is stable in mean square there if and only if eta < 2 / S_b.

    Args:
        curvatures: p_i, the eigenvalues of Sigma^1/2 M Sigma^1/2, which are half of those of the
            Hessian; not all of them zero.
        share: nu, see `noise_share`.

    Examples:
        For one direction S_b = 2 (1 + 2 / b) p.

        >>> mean_square_sharpness(np.array([1.0]), 0.5), mean_square_sharpness(np.ones(3), 0.0)
        (4.0, 2.0)
    """
    largest = curvatures.max()
    noise = share * curvatures
    gaps = (1 + share) * (largest - curvatures)
    if share == 0:
        return float(2 * largest)

    def excess(distance: float) -> float:
        """Return the sum less 1, where s is this distance above (1 + nu) p_max."""
        return float(np.sum(noise / (distance + gaps))) - 1

    # The largest term alone is 1 at the lower end. No term exceeds its share at the upper end.
    lower, upper = noise.max() * (1 - 1e-9), noise.sum() * (1 + 1e-9)
    distance = scipy.optimize.brentq(excess, lower, upper, xtol=1e-300, rtol=1e-15)
    return float(2 * ((1 + share) * largest + distance))


@with_float64(matrix=2, inputs=2)
def moment_sharpness(matrix: np.ndarray, inputs: np.ndarray, share: float) -> float:
    """Return S_b of a minimiser for inputs with any fourth moments, 4 lambda_max(D^1/2 G D^1/2).

    Args:
        matrix: N, shape (d, d), positive definite.
        inputs: z, a row per sample, with the identity as their second moment, shape (n, d).
        share: nu, see `noise_share`.

    Examples:
        With two samples and one direction, z^4 = 1 on average: no noise at all.

        >>> round(moment_sharpness(np.eye(1), np.array([[1.0], [-1.0]]), 1.0), 12)
        2.0
    """
    p, vectors = np.linalg.eigh(matrix)
    z = inputs @ vectors
    root = np.sqrt(np.multiply.outer(p, p) / np.add.outer(p, p))

    def apply(flat: np.ndarray) -> np.ndarray:
        moment = root * flat.reshape(root.shape)
        squares = np.einsum("ni,ni->n", z @ moment, z)
        noisy = (z * squares[:, None]).T @ z / len(z)
        return (root * ((1 - share) * moment + share * noisy)).ravel()

    if len(p) == 1:
        return float(4 * apply(np.ones(1))[0])
    operator = scipy.sparse.linalg.LinearOperator((root.size, root.size), apply, dtype=np.float64)
    start = np.diag(p).ravel()  # the leading matrix is positive semidefinite
    (largest,) = scipy.sparse.linalg.eigsh(
        operator, k=1, which="LA", v0=start, return_eigenvectors=False
    )
    return float(4 * largest)


@with_float64(covariance=2, solution=1)
def minimal_mean_square_sharpness(
    covariance: np.ndarray, solution: np.ndarray, depth: int, share: float
) -> tuple[float, float]:
    """Return tau and the smallest S_b of any minimiser, for Gaussian inputs (this study).

    It is the minimum over tau of S_b of e^(2 tau) Sigma + (L - 1) e^(-2 tau / (L - 1)) q q^T, where
    q = Sigma^1/2 w*. The problem is convex, because S_b is convex in N and grows with N. The
    minimiser that attains it is `closed_forms.aligned_minimiser` with this tau.

    Args:
        covariance: Sigma, shape (d, d).
        solution: w*, shape (d,).
        depth: L >= 2.
        share: nu, see `noise_share`.

    Raises:
        ValueError: If the depth is below 2, or Sigma w* is zero.

    Examples:
        With one feature, S_b = (1 + 2 / b) S_min.

        >>> tau, smallest = minimal_mean_square_sharpness(np.eye(1), np.ones(1), 3, 1.0)
        >>> round(smallest, 12)
        18.0
    """
    matrix, slope, lowest, highest = reduced_problem(covariance, solution, depth, share)

    def descent(tau: float) -> float:
        """Return a positive multiple of the derivative of S_b."""
        p, vectors = np.linalg.eigh(matrix(tau))
        s = mean_square_sharpness(p, share) / 2
        weights = p >= p[-1] if share == 0 else ((s - (1 + share) * p[-1]) / (s - (1 + share) * p))
        return float(np.sum(weights**2 * np.einsum("ji,jk,ki->i", vectors, slope(tau), vectors)))

    tau = scipy.optimize.brentq(descent, lowest, highest, xtol=1e-14, rtol=1e-15)
    return float(tau), mean_square_sharpness(np.linalg.eigvalsh(matrix(tau)), share)


def reduced_problem(
    covariance: np.ndarray, solution: np.ndarray, depth: int, share: float
) -> tuple[Callable[[float], np.ndarray], Callable[[float], np.ndarray], float, float]:
    """Return N(tau) on the range of Sigma, its derivative, and two tau around the best one.

    Args:
        covariance: Sigma, shape (d, d).
        solution: w*, shape (d,).
        depth: L >= 2.
        share: nu, see `noise_share`.

    Raises:
        ValueError: If the depth is below 2, or Sigma w* is zero.
    """
    if depth < 2:
        raise ValueError(f"the critical rate over all minimisers needs two layers, not {depth}")
    values, vectors = covariance_range(covariance)
    q = np.sqrt(values) * (vectors.T @ solution)
    if not q @ q > 0:
        raise ValueError("w* must be non-zero and outside the kernel of Sigma")
    first, second, others = np.diag(values), np.outer(q, q), depth - 1

    def matrix(tau: float) -> np.ndarray:
        return np.exp(2 * tau) * first + others * np.exp(-2 * tau / others) * second

    def slope(tau: float) -> np.ndarray:
        return 2 * np.exp(2 * tau) * first - 2 * np.exp(-2 * tau / others) * second

    # Each of the two terms alone is at most the whole, since S_b grows with N.
    at_zero = mean_square_sharpness(np.linalg.eigvalsh(matrix(0.0)), share)
    alone = mean_square_sharpness(values, share)
    rank_one = mean_square_sharpness(np.array([q @ q]), share)
    highest = np.log(at_zero / alone) / 2
    lowest = np.log(others * rank_one / at_zero) * others / 2
    return matrix, slope, lowest - 1e-3, highest + 1e-3


@with_float64(covariance=2, solution=1)
def stochastic_critical_learning_rate(
    covariance: np.ndarray, solution: np.ndarray, depth: int, batch_size: int
) -> float:
    """Return the largest rate at which SGD is stable at some minimiser, for Gaussian inputs.

    Above it the second moment of the error grows at every minimiser. Single runs can still
    converge: rare ones carry the growth. The rate tends to 2 / S_min as b grows, and is at most
    2 / S_min times b / (b + 2) (this study).

    Args:
        covariance: Sigma, shape (d, d).
        solution: w*, shape (d,).
        depth: L >= 2.
        batch_size: b, the number of independent samples of a batch.

    Raises:
        ValueError: If the depth is below 2, or Sigma w* is zero.

    Examples:
        >>> w = np.full(4, 0.5)
        >>> [round(stochastic_critical_learning_rate(np.eye(4), w, 3, b), 4) for b in (1, 8, 64)]
        [0.0977, 0.2626, 0.3231]
    """
    share = noise_share(batch_size)
    return 2 / minimal_mean_square_sharpness(covariance, solution, depth, share)[1]


def empirical_critical_learning_rate(
    dataset: Dataset, depth: int, batch_size: int, *, replaced: bool = False
) -> tuple[float, float]:
    """Return tau and the critical rate of SGD on a dataset, by its own fourth moments.

    The batches are independent of each other, and the data without noise. SGD that goes through
    the data in epochs remembers its epoch, which this leaves out.

    Args:
        dataset: The data; the eigenproblem has the size d^2.
        depth: L >= 2.
        batch_size: b.
        replaced: Whether the samples of a batch are independent too, or different ones.

    Raises:
        ValueError: If the depth is below 2, Sigma w* is zero, or the batch is larger than the data.

    Examples:
        With batches of all samples the rate is that of gradient descent, 2 / S_min.

        >>> data = Dataset(np.array([[1.0, 0.5], [0.0, 1.0], [2.0, 1.0]]), np.arange(3.0))
        >>> from flatminima.theory.closed_forms import critical_learning_rate
        >>> _, rate = empirical_critical_learning_rate(data, 3, 3)
        >>> exact = critical_learning_rate(data.covariance, data.minimum_norm_solution, 3)
        >>> round(rate / exact, 9)
        1.0
    """
    share = noise_share(batch_size, None if replaced else dataset.samples)
    problem = (dataset.covariance, dataset.minimum_norm_solution, depth)
    values, vectors = covariance_range(dataset.covariance)
    inputs = dataset.inputs @ (vectors / np.sqrt(values))
    matrix, _, lowest, highest = reduced_problem(*problem, share)
    # The bracket is that of Gaussian inputs; theirs is wide enough for other moments by far.
    best = scipy.optimize.minimize_scalar(
        lambda tau: moment_sharpness(matrix(tau), inputs, share),
        bounds=(lowest - 1, highest + 1), method="bounded", options={"xatol": 1e-9},
    )  # fmt: skip
    return float(best.x), float(2 / best.fun)


def stationary_excess_risk(
    curvatures: np.ndarray, share: float, learning_rate: float, noise: float
) -> float:
    """Return the mean excess risk of a settled run of SGD with fresh label noise.

    sigma^2 h / (1 - h) with h = sum_i eta nu p_i / (1 - (1 + nu) eta p_i), for Gaussian inputs and
    to leading order in sigma; infinite from the critical rate of the minimiser on, where h = 1.

    Args:
        curvatures: p_i, see `mean_square_sharpness`.
        share: nu, see `noise_share`.
        learning_rate: eta.
        noise: sigma, the standard deviation of the noise on the targets.

    Examples:
        >>> round(stationary_excess_risk(np.array([1.0]), 0.5, 0.25, 2.0), 12)
        1.0
    """
    if 2 / mean_square_sharpness(curvatures, share) <= learning_rate:
        return float("inf")
    moves = learning_rate * curvatures
    h = np.sum(share * moves / (1 - (1 + share) * moves))
    return float(noise**2 * h / (1 - h))
