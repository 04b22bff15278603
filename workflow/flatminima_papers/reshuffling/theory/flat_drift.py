"""How stochastic gradient descent drifts along a valley of minimisers (this study).

The risk is the mean squared error of a network f at inputs i = 1, ..., m.  Each input is in the
data with both signs of a label noise s_i, equally often, and a step uses one sample.  At a point of
the valley let J (p, m) be the gradients of the outputs and T_i (p, p) their Hessians.  Then
H = (2/m) J J^T is the Hessian of the risk, C = 4 E_i[s_i^2 J_i J_i^T] is the covariance of the
samples' gradients, and P is the projection on the valley's tangent.  Drifts are per step, over
eta^2.
"""

from dataclasses import dataclass

import numpy as np

from flatminima_papers.reshuffling.theory.small_networks import Network, curvatures, jacobian

__all__ = ["Valley", "valley_at"]


@dataclass(frozen=True)
class Valley:
    """A point of a valley of minimisers.

    Attributes:
        jacobian: J (p, m), of rank m.
        curvatures: T (m, p, p).
        noise: s (m).
    """

    jacobian: np.ndarray
    curvatures: np.ndarray
    noise: np.ndarray

    @property
    def inputs(self) -> int:
        """Return m."""
        return len(self.noise)

    @property
    def tangent(self) -> np.ndarray:
        """Return P (p, p)."""
        steep, _ = np.linalg.qr(self.jacobian)
        return np.eye(len(self.jacobian)) - steep @ steep.T

    @property
    def largest_eigenvalue(self) -> float:
        """Return the largest eigenvalue of H."""
        return float(self._steep()[0][-1])

    def flat_directions(self) -> np.ndarray:
        """Return an orthonormal basis of the valley's tangent (p, p - m).

        It comes from the axes by a pivoted QR decomposition of P. Each direction has a positive
        component along its axis.
        """
        from scipy.linalg import qr

        basis, triangle, _ = qr(self.tangent, pivoting=True)
        count = len(self.jacobian) - self.inputs
        return basis[:, :count] * np.sign(np.diag(triangle)[:count])

    def drift_with_replacement(self) -> np.ndarray:
        """Return - 2 P E_i[T_i V J_i] (p), to leading order in eta.

        eta V is the stationary covariance: H V + V H = C on the range of H.
        """
        values, vectors = self._steep()
        covariance = vectors.T @ self._noise_covariance() @ vectors
        spread = vectors @ (covariance / np.add.outer(values, values)) @ vectors.T
        return -2 * self._response(np.ones(self.inputs), spread)

    def drift_of_short_epochs(self) -> np.ndarray:
        """Return - 2 P E_i[s_i^2 T_i J_i] (p), the limit without replacement for small eta k H.

        It is - 1/4 of the gradient of tr C along the valley.
        """
        return -2 * self._response(self.noise**2, np.eye(len(self.jacobian)))

    def drift_without_replacement(self, learning_rate: float, steps: int) -> np.ndarray:
        """Return the drift without replacement for epochs of any length, to leading order in eta.

        Let M = I - eta H and S_t = sum_{s<t} M^s. The displacement from the valley after t steps of
        an epoch has the covariance

            M^t V_0 M^t + eta^2 / (k - 1) (k sum_{s<t} M^s C M^s - S_t C S_t),

        where V_0 is the covariance after an epoch, and it is correlated with the next sample. With
        the means eta V and S over an epoch, the drift is

            - 2 P E_i[T_i V J_i] - 4 / (k - 1) P E_i[s_i^2 T_i S J_i].

        Args:
            learning_rate: eta.
            steps: k, the number of steps in an epoch, one for each sample.
        """
        values, vectors = self._steep()
        covariance = vectors.T @ self._noise_covariance() @ vectors
        factors = 1 - learning_rate * values
        decay, response = np.ones_like(values), np.zeros_like(values)
        total = np.zeros_like(covariance)
        decays, responses, grown = [], [], []
        for _ in range(steps + 1):
            decays.append(np.multiply.outer(decay, decay))
            responses.append(response)
            pairs = np.multiply.outer(response, response)
            grown.append((steps * total - pairs * covariance) / (steps - 1))
            total = np.multiply.outer(factors, factors) * total + covariance
            response = factors * response + 1
            decay = factors * decay
        start = grown[-1] / (1 - decays[-1])
        spread = learning_rate * (start * np.mean(decays[:-1], 0) + np.mean(grown[:-1], 0))
        memory = np.mean(responses[:-1], 0) / (steps - 1)
        spreading = self._response(np.ones(self.inputs), vectors @ spread @ vectors.T)
        remembering = self._response(self.noise**2, (vectors * memory) @ vectors.T)
        return -2 * spreading - 4 * remembering

    def difference_by_brackets(self) -> np.ndarray:
        """Return the drift with replacement minus that of short epochs, as a sum of Lie brackets.

        Let K = J^T J be the Gram matrix, A the symmetric solution of K A + A K = 2 diag(s^2), and
        W = A K - diag(s^2), which is antisymmetric. The difference is

            - (1/m) P sum_ij W_ji (T_i J_j - T_j J_i).
        """
        from scipy.linalg import solve_continuous_lyapunov

        gram = self.jacobian.T @ self.jacobian
        levels = np.diag(self.noise**2)
        rotation = solve_continuous_lyapunov(gram, 2 * levels) @ gram - levels
        bent = np.einsum("iab,bj->aij", self.curvatures, self.jacobian)
        brackets = bent - bent.transpose(0, 2, 1)
        return -self.tangent @ np.einsum("ji,aij->a", rotation, brackets) / self.inputs

    def _steep(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the eigenvalues (m) and eigenvectors (p, m) of H on its range."""
        vectors, roots, _ = np.linalg.svd(self.jacobian, full_matrices=False)
        return 2 * roots[::-1] ** 2 / self.inputs, vectors[:, ::-1]

    def _noise_covariance(self) -> np.ndarray:
        """Return C (p, p)."""
        return 4 * (self.jacobian * self.noise**2) @ self.jacobian.T / self.inputs

    def _response(self, weights: np.ndarray, matrix: np.ndarray) -> np.ndarray:
        """Return P E_i[w_i T_i A J_i] for weights w (m) and a matrix A (p, p)."""
        columns = matrix @ (self.jacobian * weights)
        return self.tangent @ np.einsum("iab,bi->a", self.curvatures, columns) / self.inputs


def valley_at(network: Network, point: np.ndarray, inputs: np.ndarray, noise: np.ndarray) -> Valley:
    """Return the valley through a point, whose outputs are the targets without noise.

    Args:
        network: A network of `theory.small_networks`.
        point: Its parameters (p).
        inputs: The inputs as columns (d, m).
        noise: s (m).
    """
    return Valley(jacobian(network, point, inputs), curvatures(network, point, inputs), noise)
