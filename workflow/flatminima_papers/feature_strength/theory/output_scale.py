r"""Networks whose output is divided by gamma: f = F/gamma, or f = (F - F_0)/gamma if centred.

For any network R_gamma(W; y) = gamma^-2 R_1(W; gamma y): a run at (gamma, eta, y) is the run
of F itself at (1, eta/gamma^2, gamma y).  If centred its targets are gamma y + F_0.  For a
homogeneous network of degree L a run at (gamma, eta, W_0) is the run at
(1, eta gamma^(-2/L), gamma^(-1/L) W_0): gamma is the scale of the start.

For linear networks the smallest sharpness of any minimiser is S_min(gamma) = gamma^(-2/L) S_min(1),
and 2/S_min grows as gamma^(2/L), for all gamma.
"""

import numpy as np

from flatminima.datasets import Dataset
from flatminima.networks import Network
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.closed_forms import minimal_sharpness

__all__ = [
    "minimal_sharpness_at",
    "output_hessian",
    "scaled_problem",
    "start_curvature",
]


def scaled_problem(
    dataset: Dataset, strength: float, start_outputs: np.ndarray | None = None
) -> Dataset:
    """Return the data on which F itself is trained, at the rate eta/gamma^2.

    Args:
        dataset: The data of f.
        strength: gamma.
        start_outputs: F_0 at each sample if f is centred.

    Examples:
        >>> data = Dataset(np.array([[1.0], [2.0]]), np.array([1.0, 3.0]))
        >>> scaled_problem(data, 10.0).targets.tolist()
        [10.0, 30.0]
    """
    targets = strength * dataset.targets
    return Dataset(dataset.inputs, targets if start_outputs is None else targets + start_outputs)


def minimal_sharpness_at(problem: Dataset, depth: int, strength: float) -> float:
    """Return the smallest sharpness in f of any minimiser of a linear network.

    Args:
        problem: Of `scaled_problem`.
        depth: L.
        strength: gamma.
    """
    smallest = minimal_sharpness(problem.covariance, problem.minimum_norm_solution, depth)
    return smallest / strength**2


def start_curvature(jacobian: np.ndarray, strength: float) -> float:
    """Return the sharpness in f of the Gauss-Newton part, (2/n) lambda_max(J J^T)/gamma^2.

    Args:
        jacobian: J of F, a sample a row (n, weights).
        strength: gamma.

    Examples:
        >>> start_curvature(np.array([[3.0, 4.0]]), 5.0)
        2.0
    """
    return 2 / len(jacobian) * float(np.linalg.norm(jacobian, 2)) ** 2 / strength**2


def output_hessian(network: Network, parameters: np.ndarray) -> np.ndarray:
    """Return 2 E[y d^2 F/dW^2] of a linear network at a point: what the targets take off H.

    The Hessian of R_1(W; y) is linear in y, so that this is H(0) - H(y); of gamma y, for large
    gamma, the Hessian in f is minus this over gamma.

    Args:
        network: A `LinearNetwork` on the data.
        parameters: The point, shape (size,).
    """
    dataset = network.dataset
    tiny = Dataset(dataset.inputs, 1e-9 * dataset.targets)
    widths = [rows for rows, _ in network.layer_shapes[:-1]]
    nothing = LinearNetwork(tiny, network.depth, widths)
    directions = np.eye(network.size)
    columns = np.repeat(parameters[:, None], network.size, axis=1)
    both = (one.hessian_vector_product(columns, directions) for one in (nothing, network))
    return np.subtract(*both)
