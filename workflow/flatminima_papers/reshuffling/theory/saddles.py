"""Strict saddles at which single samples have gradients, so that sampling moves runs away."""

from dataclasses import dataclass

import numpy as np

from flatminima_papers.reshuffling.theory.epoch_bias import epoch_bias
from flatminima_papers.reshuffling.theory.sample_risks import (
    QuadraticRisks,
    SampleRisks,
    SquaredErrors,
)
from flatminima_papers.reshuffling.theory.small_networks import linear_chain

__all__ = ["Saddle", "chain_saddle", "quadratic_saddle"]

CURVATURES = (1.0, -0.5)
"""The eigenvalues of the Hessian at the quadratic saddle."""

CORRELATION = 0.3
"""The correlation of the samples' gradients with the deviations of their Hessians."""


@dataclass(frozen=True)
class Saddle:
    """A point where the gradient of the risk vanishes and its Hessian has a negative eigenvalue.

    Attributes:
        risks: The risks of the samples.
        point: The saddle (p).
    """

    risks: SampleRisks
    point: np.ndarray

    def escape_direction(self, learning_rate: float, steps: int) -> np.ndarray:
        """Return the unit eigenvector of the negative eigenvalue.

        Its sign is the one towards which an epoch without replacement moves.

        Args:
            learning_rate: eta.
            steps: k, the number of steps in an epoch.
        """
        gradients, hessians = self.risks.derivatives(self.point)
        unstable = np.linalg.eigh(hessians.mean(0))[1][:, 0]
        bias = epoch_bias(gradients, hessians, learning_rate, steps)
        return np.copysign(1.0, unstable @ bias) * unstable


def quadratic_saddle(samples: int, generator: np.random.Generator) -> Saddle:
    """Return a saddle of quadratic risks, H = diag(1, -1/2), at the origin.

    The samples' gradients and the deviations of their Hessians have mean 0 and unit variances. A
    diagonal entry is correlated with the gradient in its coordinate; there are no other
    correlations.

    Args:
        samples: n, at least 6.
        generator: The source of the samples.
    """
    numbers = generator.standard_normal((5, samples))
    numbers -= numbers.mean(1, keepdims=True)
    numbers = np.linalg.solve(np.linalg.cholesky(numbers @ numbers.T / samples), numbers)
    slopes, rest, mixed = numbers[:2], numbers[2:4], numbers[4]
    first, second = CORRELATION * slopes + np.sqrt(1 - CORRELATION**2) * rest
    deviations = np.array([[first, mixed], [mixed, second]]).transpose(2, 0, 1)
    return Saddle(QuadraticRisks(np.diag(CURVATURES) + deviations, slopes.T), np.zeros(2))


def chain_saddle(samples: int) -> Saddle:
    """Return a saddle of a linear network with three layers, width one and two inputs.

    The inputs are x = (+-1, q) with quantiles q of the normal distribution, so that their
    covariance is I. The targets are x_1 + c(q) / 2, where c is the cubic part of q, which no linear
    network fits. At the saddle the predictor is zero, with a last layer of zero and a first layer
    along x_2. Changing one of them does not lower the risk, but changing both does.

    Args:
        samples: n, even and at least 8.
    """
    from scipy.stats import norm

    half = samples // 2
    quantiles = norm.ppf((np.arange(half) + 0.5) / half)
    quantiles /= quantiles.std()
    cubic = quantiles**3 - np.mean(quantiles**4) * quantiles
    cubic /= cubic.std()
    inputs = np.array([np.repeat([1.0, -1.0], half), np.tile(quantiles, 2)])
    targets = inputs[0] + np.tile(cubic, 2) / 2
    return Saddle(SquaredErrors(linear_chain, inputs, targets), np.array([0.0, 1.0, 1.0, 0.0]))
