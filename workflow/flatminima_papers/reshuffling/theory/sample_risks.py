"""Risks of single samples, with gradients at many points at once.

The whole risk is their mean, R = (1/n) sum_z R_z.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from flatminima_papers.reshuffling.theory.small_networks import Network, curvatures, jacobian

__all__ = ["CubicRisks", "QuadraticRisks", "SampleRisks", "SquaredErrors"]


class SampleRisks(Protocol):
    """Differentiable risks R_z of samples z = 0, ..., n - 1.

    Attributes:
        samples: n.
    """

    samples: int

    def gradients(self, parameters: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """Return the gradients of chosen samples at each point.

        Args:
            parameters: One column per run (p, runs).
            chosen: Samples (b, runs), or (b, 1) if all runs have the same.

        Returns:
            An array (p, b, runs).
        """
        ...

    def derivatives(self, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return all gradients (n, p) and Hessians (n, p, p) at one point."""
        ...


@dataclass(frozen=True)
class QuadraticRisks:
    """Risks R_z = 1/2 theta^T H_z theta + g_z^T theta.

    Attributes:
        hessians: H_z (n, p, p).
        slopes: g_z (n, p).
    """

    hessians: np.ndarray
    slopes: np.ndarray

    @property
    def samples(self) -> int:
        """Return n."""
        return len(self.slopes)

    def gradients(self, parameters: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """Return H_z theta + g_z of chosen samples; see `SampleRisks`."""
        hessians, slopes = np.moveaxis(self.hessians, 0, -1), self.slopes.T
        terms = (hessians[:, i][:, chosen] * row for i, row in enumerate(parameters))
        return sum(terms, slopes[:, chosen])

    def derivatives(self, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return all gradients and Hessians at one point."""
        return self.hessians @ point + self.slopes, self.hessians


@dataclass(frozen=True)
class CubicRisks(QuadraticRisks):
    """Quadratic risks plus c / 6 sum_i theta_i^3, the same for all samples.

    Attributes:
        third: c, the third derivative of the whole risk along each axis.
    """

    third: float

    def gradients(self, parameters: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """Return H_z theta + g_z + c / 2 theta^2 of chosen samples; see `SampleRisks`."""
        return super().gradients(parameters, chosen) + self.third / 2 * parameters[:, None] ** 2

    def derivatives(self, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return all gradients and Hessians at one point."""
        gradients, hessians = super().derivatives(point)
        return gradients + self.third / 2 * point**2, hessians + self.third * np.diag(point)


@dataclass(frozen=True)
class SquaredErrors:
    """Squared errors R_z = (f(x_z) - y_z)^2 of a small network.

    Attributes:
        network: f, a network of `theory.small_networks`.
        inputs: x_z, as columns (d, n).
        targets: y_z (n).
    """

    network: Network
    inputs: np.ndarray
    targets: np.ndarray

    @property
    def samples(self) -> int:
        """Return n."""
        return len(self.targets)

    def gradients(self, parameters: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """Return 2 (f(x_z) - y_z) grad f(x_z) of chosen samples; see `SampleRisks`."""
        outputs, gradients = self.network(parameters[:, None], self.inputs[:, chosen])
        gradients *= 2 * (outputs - self.targets[chosen])
        return gradients

    def derivatives(self, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return all gradients and Hessians at one point."""
        columns = np.repeat(point[:, None], self.samples, axis=1)
        residuals = self.network(columns, self.inputs)[0] - self.targets
        gradients = jacobian(self.network, point, self.inputs).T
        bent = residuals[:, None, None] * curvatures(self.network, point, self.inputs)
        hessians = 2 * (gradients[:, :, None] * gradients[:, None, :] + bent)
        return 2 * residuals[:, None] * gradients, hessians
