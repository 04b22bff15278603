"""The mean end of an epoch of SGD at any length eta k, with and without replacement (this study).

Let theta_t be the path of gradient descent, xi_z and Delta_z the deviations of the gradient and the
Hessian of sample z from their means at theta_t, and M = I - eta H(theta_t).  To first order a run
is at theta_t + delta with E delta = 0, and to second order

    E delta <- M E delta - eta E[Delta delta] - eta / 2 R'''[Cov delta].

With s_z <- M s_z + xi_z and Q <- M Q M^T + E_z[xi_z xi_z^T], both from zero,

    without replacement:  E[Delta delta] = eta / (n - 1) E_z[Delta_z s_z],
                          Cov delta = eta^2 / (n - 1) (k Q - E_z[s_z s_z^T]),
    with replacement:     E[Delta delta] = 0,    Cov delta = eta^2 / b Q.

At a fixed eta k all terms of the bias are of order eta, and what is left is of order eta^2.  At a
fixed k the third derivatives drop out, and `theory.epoch_bias` is left.
"""

from typing import NamedTuple

import numpy as np

from flatminima_papers.reshuffling.theory.sample_risks import CubicRisks, SampleRisks

__all__ = ["LongEpoch", "bias_of_runs", "draw_cubic_risks", "follow_epoch"]

STEP = 1e-3
"""The step of central second differences of the gradient."""


class LongEpoch(NamedTuple):
    """The mean and the covariance of runs at the end of an epoch.

    Attributes:
        memory: The part of the bias by E[Delta delta], which is zero with replacement, shape (p,).
        bending: The part by the third derivatives, shape (p,).
        covariance: Of the end to first order, shape (p, p).
    """

    memory: np.ndarray
    bending: np.ndarray
    covariance: np.ndarray

    @property
    def bias(self) -> np.ndarray:
        """E theta_k minus the end of gradient descent, shape (p,)."""
        return self.memory + self.bending


def follow_epoch(
    risks: SampleRisks,
    start: np.ndarray,
    learning_rate: float,
    batch_size: int,
    *,
    replaced: bool,
) -> LongEpoch:
    """Return the mean and the covariance at the end of an epoch of n / b steps.

    Args:
        risks: The risks of the n samples.
        start: The start of all runs, shape (p,).
        learning_rate: eta.
        batch_size: b, which divides n.
        replaced: Whether the samples are drawn with replacement.
    """
    n, p = risks.samples, len(start)
    steps = n // batch_size
    point, memory, bending = start.copy(), np.zeros(p), np.zeros(p)
    sent, noise = np.zeros((n, p)), np.zeros((p, p))
    for _ in range(steps):
        gradients, hessians = risks.derivatives(point)
        xi, bends = gradients - gradients.mean(0), hessians - hessians.mean(0)
        M = np.eye(p) - learning_rate * hessians.mean(0)
        covariance = _covariance(sent, noise, learning_rate, batch_size, replaced)
        bending = M @ bending - learning_rate / 2 * _third_derivative(risks, point, covariance)
        remembered = np.zeros(p) if replaced else np.einsum("zij,zj->i", bends, sent) / n
        memory = M @ memory - learning_rate**2 / (n - 1) * remembered
        sent, noise = sent @ M.T + xi, M @ noise @ M.T + xi.T @ xi / n
        point = point - learning_rate * gradients.mean(0)
    covariance = _covariance(sent, noise, learning_rate, batch_size, replaced)
    return LongEpoch(memory, bending, covariance)


def bias_of_runs(
    risks: SampleRisks,
    start: np.ndarray,
    learning_rate: float,
    batch_size: int,
    runs: int,
    generator: np.random.Generator,
    *,
    replaced: bool,
) -> np.ndarray:
    """Return ends of runs after an epoch, minus gradient descent and minus their linear part.

    The linear part of a run, which follows the noise along the path of gradient descent, has the
    mean zero exactly. Without it the ends spread by the order eta instead of its square root.

    Args:
        risks: The risks of the n samples.
        start: The start of all runs, shape (p,).
        learning_rate: eta.
        batch_size: b, which divides n.
        runs: The number of runs.
        generator: The source of the orders, or draws.
        replaced: Whether the samples are drawn with replacement.

    Returns:
        Shape (p, runs).
    """
    n = risks.samples
    if replaced:
        order = generator.integers(n, size=(n, runs))
    else:
        order = generator.random((n, runs)).argsort(axis=0)
    point, linear = start.copy(), np.zeros((len(start), runs))
    ends = np.repeat(start[:, None], runs, axis=1)
    for chosen in np.split(order, n // batch_size):
        gradients, hessians = risks.derivatives(point)
        xi = (gradients - gradients.mean(0)).T[:, chosen].mean(axis=1)
        linear = linear - learning_rate * (hessians.mean(0) @ linear + xi)
        ends = ends - learning_rate * risks.gradients(ends, chosen).mean(axis=1)
        point = point - learning_rate * gradients.mean(0)
    return ends - point[:, None] - linear


def draw_cubic_risks(samples: int, third: float, generator: np.random.Generator) -> CubicRisks:
    """Draw cubic risks of one parameter, with H = 1 and no gradient at the origin on average.

    Their slopes are correlated with their curvatures, so that both parts of the bias occur.

    Args:
        samples: n.
        third: The third derivative.
        generator: The source of random numbers.
    """
    bends, slopes = generator.standard_normal((2, samples))
    bends -= bends.mean()
    slopes -= slopes.mean()
    curvatures = 1 + 0.5 * bends
    return CubicRisks(curvatures[:, None, None], (slopes + 0.5 * bends)[:, None], third)


def _covariance(
    sent: np.ndarray, noise: np.ndarray, learning_rate: float, batch_size: int, replaced: bool
) -> np.ndarray:
    """Return Cov delta from s_z, shape (n, p), and Q."""
    n = len(sent)
    if replaced:
        return learning_rate**2 / batch_size * noise
    return learning_rate**2 / (n - 1) * (n // batch_size * noise - sent.T @ sent / n)


def _third_derivative(risks: SampleRisks, point: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Return R'''[C] = sum over its eigenpairs of c times the second derivative of grad R along v.

    Args:
        risks: The risks of the samples.
        point: Shape (p,).
        matrix: C, symmetric, shape (p, p).
    """
    values, vectors = np.linalg.eigh(matrix)
    around = point[:, None] + STEP * np.concatenate([vectors, -vectors, 0 * vectors], axis=1)
    everything = np.arange(risks.samples)[:, None]
    gradients = risks.gradients(around, everything).mean(axis=1)
    ahead, behind, here = np.split(gradients, 3, axis=1)
    return (ahead + behind - 2 * here) @ values / STEP**2
