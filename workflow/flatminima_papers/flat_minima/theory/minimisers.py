"""All minimisers of a deep linear network's risk: how flat and how sharp they can be.

A minimiser has w_prod = w* on the range of Sigma.  With b = W_2^T ... W_L^T p and P the
projector on that range, any layers V, W_2, ..., W_L with b != 0 give one,

    W_1 = V + b (w* - P V^T b)^T / ||b||^2,

and every minimiser is its own image.  So the map parametrises all minimisers, including those of
degenerate ranks.  Its sharpness is S = 2 lambda_max(Sigma^1/2 M Sigma^1/2) with
M = sum over k of ||u_k||^2 A_{k-1}^T A_{k-1}, A_k = W_k ... W_1, u_k = W_{k+1}^T ... W_L^T p.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from flatminima.core.covariances import covariance_range, symmetric_root
from flatminima.networks import layers_of
from flatminima.networks.linear.network import LinearNetwork

__all__ = ["project_to_minimisers", "rescaled_layers", "search_flattest_minimiser"]

SHARPENING = tuple(10.0**exponent for exponent in range(1, 13))
"""The values of beta S, from a smooth problem to the largest eigenvalue itself."""


def project_to_minimisers(network: LinearNetwork, parameters: np.ndarray) -> np.ndarray:
    """Change the first layer so that the network is a minimiser.

    Args:
        network: The network.
        parameters: V, W_2, ..., W_L, shape (size,), with b != 0.

    Returns:
        The parameters of the minimiser, shape (size,).
    """
    return _SmoothSharpness(network).minimiser(parameters)


def search_flattest_minimiser(
    network: LinearNetwork, restarts: int, generator: np.random.Generator
) -> np.ndarray:
    """Search all minimisers for the smallest sharpness, without using S_min (this study).

    The largest eigenvalue is not differentiable where it is double.  Therefore BFGS minimises its
    smooth version 2/beta log tr exp(beta Sigma^1/2 M Sigma^1/2) over V, W_2, ..., W_L for a growing
    beta, each time from the end of the last search.

    Args:
        network: A small network, because BFGS keeps a matrix of shape (size, size).
        restarts: The number of independent starts, Gaussian layers of variance 1 / columns.
        generator: The source of the starts.

    Returns:
        The parameters of the flattest minimiser found, shape (size,).
    """
    objective = _SmoothSharpness(network)
    spread = np.concatenate(
        [np.full(rows * columns, columns**-0.5) for rows, columns in network.layer_shapes]
    )
    best, flattest = np.inf, np.empty(0)
    for _ in range(restarts):
        point = spread * generator.standard_normal(network.size)
        for sharpening in SHARPENING:
            sharpness = objective.sharpness(point)
            if sharpness < best:
                best, flattest = sharpness, objective.minimiser(point)
            point = minimize(
                objective, point, (sharpening / sharpness,), jac=True, method="BFGS",
                options={"gtol": 1e-10},
            ).x  # fmt: skip
        sharpness = objective.sharpness(point)
        if sharpness < best:
            best, flattest = sharpness, objective.minimiser(point)
    return flattest


def rescaled_layers(
    network: LinearNetwork, parameters: np.ndarray, grown: int, shrunk: int, factor: float
) -> np.ndarray:
    """Multiply one layer by a factor and divide another one by it.

    The predictor does not change, so that a minimiser remains one, but becomes arbitrarily sharp
    (paper, remark to Theorem 1). If k is the layer that shrinks (this study),

        S >= 2 w*^T Sigma w* (C / ||W_k||)^2,

    by `flatminima.theory.layer_structure.layer_norm_bound`.

    Args:
        network: The network.
        parameters: Shape (size,).
        grown: The layer to multiply, from 1 to L.
        shrunk: Another layer, to divide.
        factor: C > 0.

    Returns:
        The rescaled parameters, shape (size,).

    Raises:
        ValueError: If the layers are the same.
    """
    if grown == shrunk:
        raise ValueError(f"layer {grown} cannot be multiplied and divided at once")
    result = parameters.copy()
    layers = layers_of(result, network.layer_shapes)
    layers[grown - 1] *= factor
    layers[shrunk - 1] /= factor
    return result


class _SmoothSharpness:
    """2/beta log tr exp(beta Sigma^1/2 M Sigma^1/2) and its gradient, by reverse accumulation."""

    def __init__(self, network: LinearNetwork) -> None:
        _, vectors = covariance_range(network.dataset.covariance)
        self.root = symmetric_root(network.dataset.covariance)
        self.range = vectors @ vectors.T
        self.solution = network.dataset.minimum_norm_solution
        self.projection = network.projection
        self.shapes = network.layer_shapes

    def minimiser(self, parameters: np.ndarray) -> np.ndarray:
        """Return the minimiser that V, W_2, ..., W_L parametrise."""
        layers, suffixes = self._layers(parameters)
        layers[0] = self._first_layer(layers[0], suffixes[1])
        return np.concatenate([layer.ravel() for layer in layers])

    def sharpness(self, parameters: np.ndarray) -> float:
        """Return the sharpness of that minimiser."""
        layers, suffixes = self._layers(parameters)
        layers[0] = self._first_layer(layers[0], suffixes[1])
        return 2 * float(self._eigen(layers, suffixes)[0][-1])

    def __call__(self, parameters: np.ndarray, beta: float) -> tuple[float, np.ndarray]:
        """Return the smooth sharpness of that minimiser and its gradient."""
        layers, u = self._layers(parameters)
        V, b = layers[0], u[1]
        layers[0] = self._first_layer(V, b)
        values, vectors, prefixes = self._eigen(layers, u)
        half = self.root @ vectors
        slope_M = 2 * (half * softmax(beta * values)) @ half.T

        slopes = [np.zeros(shape) for shape in self.shapes]
        following = np.zeros((len(self.projection), len(self.solution)))
        for k in range(len(layers) - 1, -1, -1):  # through A_k = W_k A_{k-1}
            slopes[k] += following @ prefixes[k].T
            weight = 2 * (u[k + 1] @ u[k + 1])
            following = layers[k].T @ following + weight * prefixes[k] @ slope_M
        preceding = 2 * np.trace(slope_M) * u[1]
        W, e = (
            slopes[0],
            self.solution - self.range @ (V.T @ b),
        )  # through W_1 = V + b e^T / ||b||^2
        squared = b @ b
        slope_e = self.range @ (W.T @ b) / squared
        preceding += W @ e / squared - V @ slope_e - 2 * b * (b @ W @ e) / squared**2
        slopes[0] = W - np.outer(b, slope_e)
        for k in range(1, len(layers)):  # through u_{k-1} = W_k^T u_k
            slopes[k] += np.outer(u[k + 1], preceding)
            passed = np.sum((prefixes[k] @ slope_M) * prefixes[k])
            preceding = layers[k] @ preceding + 2 * passed * u[k + 1]
        value = 2 / beta * logsumexp(beta * values)
        return float(value), np.concatenate([slope.ravel() for slope in slopes])

    def _layers(self, parameters: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Return V, W_2, ..., W_L and u_0, ..., u_L; u_0 belongs to V and is not used."""
        layers = layers_of(parameters, self.shapes)
        suffixes = [self.projection]
        for layer in reversed(layers):
            suffixes.insert(0, layer.T @ suffixes[0])
        return layers, suffixes

    def _first_layer(self, V: np.ndarray, b: np.ndarray) -> np.ndarray:
        error = self.solution - self.range @ (V.T @ b)
        return V + np.outer(b, error) / (b @ b)

    def _eigen(
        self, layers: list[np.ndarray], suffixes: list[np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
        """Return the eigenpairs of Sigma^1/2 M Sigma^1/2, and A_0, ..., A_{L-1}."""
        prefixes = [np.eye(len(self.solution))]
        for layer in layers[:-1]:
            prefixes.append(layer @ prefixes[-1])
        M = sum(
            (u @ u) * prefix.T @ prefix for u, prefix in zip(suffixes[1:], prefixes, strict=True)
        )
        values, vectors = np.linalg.eigh(self.root @ M @ self.root)
        return values, vectors, prefixes
