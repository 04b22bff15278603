"""Deep diagonal linear networks: their risk, its gradient, and the sharpness of minimisers.

The layers u_1, ..., u_L in R^d are multiplied coordinate by coordinate, w = u_1 * ... * u_L, and
R = ||y - X w||^2 / n.  With g the gradient of R in w, Sigma = X^T X / n and

    D_i = sum over l of the product over k != l of u_{k,i}^2,

the gradient in layer l is g times the product of the other layers, gradient flow moves w by
-D g, and the Hessian of a minimiser is 2 J^T Sigma J with J J^T = diag(D), so that its largest
eigenvalue is 2 lambda_max(Sigma^1/2 D Sigma^1/2) (this study).
"""

from functools import cache

import numpy as np

from flatminima.core.covariances import symmetric_root

__all__ = [
    "equal_start",
    "mobility",
    "network_weights",
    "products_of_others",
    "risk_gradient",
    "sharpness_of_minimiser",
    "smallest_mobility",
    "smallest_sharpness",
]


def network_weights(layers: np.ndarray) -> np.ndarray:
    """Return w = u_1 * ... * u_L.

    Args:
        layers: u, shape (..., L, d).
    """
    return np.prod(layers, axis=-2)


def products_of_others(layers: np.ndarray) -> np.ndarray:
    """Return for each layer the product of all others, without dividing by what may be zero.

    Args:
        layers: u, shape (..., L, d).

    Examples:
        >>> products_of_others(np.array([[2.0], [3.0], [0.0]])).ravel().tolist()
        [0.0, 0.0, 6.0]
    """
    return np.prod(layers[..., _others(layers.shape[-2]), :], axis=-2)


@cache
def _others(depth: int) -> np.ndarray:
    """Return for each layer the places of all others, shape (L, L - 1)."""
    return np.array([[k for k in range(depth) if k != layer] for layer in range(depth)])


def mobility(layers: np.ndarray) -> np.ndarray:
    """Return D, the factor by which gradient flow on the layers speeds up each weight.

    Args:
        layers: u, shape (..., L, d).

    Examples:
        >>> mobility(np.array([[2.0, 0.0], [3.0, 5.0]])).tolist()
        [13.0, 25.0]
    """
    return np.sum(products_of_others(layers) ** 2, axis=-2)


def risk_gradient(inputs: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return g = (2/n) X^T (X w - y), the gradient of the risk in w.

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        weights: w, shape (..., d).
    """
    rows = weights[..., None, :]  # one product each: a run's bits do not depend on the others
    residual = rows @ inputs.T - targets
    return (2 / len(targets)) * (residual @ inputs)[..., 0, :]


def sharpness_of_minimiser(covariance: np.ndarray, mobilities: np.ndarray) -> float:
    """Return 2 lambda_max(Sigma^1/2 diag(D) Sigma^1/2), the sharpness where the gradient is zero.

    Args:
        covariance: Sigma, shape (d, d).
        mobilities: D of the minimiser, shape (d,).
    """
    root = symmetric_root(covariance)
    return float(2 * np.linalg.eigvalsh((root * mobilities) @ root)[-1])


def smallest_mobility(weights: np.ndarray, depth: int) -> np.ndarray:
    """Return L |w|^(2 - 2/L), the smallest D of layers with product w: all of equal size.

    By the inequality of the arithmetic and the geometric mean.

    Args:
        weights: w, shape (..., d).
        depth: L >= 2.
    """
    return depth * np.abs(weights) ** (2 - 2 / depth)


def smallest_sharpness(covariance: np.ndarray, weights: np.ndarray, depth: int) -> float:
    """Return the smallest sharpness of the networks that compute a minimiser w of the risk.

    Where Sigma has full rank the risk has one minimiser w*, and this is S_min (this study).

    Args:
        covariance: Sigma, shape (d, d).
        weights: w, shape (d,).
        depth: L >= 2.

    Examples:
        One coordinate with three equal layers of 2: 2 Sigma * 3 * 4^2.

        >>> round(smallest_sharpness(np.eye(1), np.array([8.0]), 3), 9)
        96.0
    """
    return sharpness_of_minimiser(covariance, smallest_mobility(weights, depth))


def equal_start(scale: float, depth: int, features: int) -> np.ndarray:
    """Return the equal start: one layer zero, all others alpha; shape (L, d).

    Args:
        scale: alpha > 0.
        depth: L >= 2.
        features: d.
    """
    layers = np.full((depth, features), float(scale))
    layers[0] = 0.0
    return layers
