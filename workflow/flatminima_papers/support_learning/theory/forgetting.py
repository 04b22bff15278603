"""How SGD with label noise forgets directions of the first layer, at any depth and covariance.

At a minimiser let u_k = W_(k+1)^T ... W_L^T p, A_k = W_k ... W_1 and

    M = sum_k ||u_k||^2 A_(k-1)^T A_(k-1),

so that tr(Sigma M) is the mean of ||grad f(x)||^2.  With label noise of variance s^2 and
independent batches of b samples, to leading order in eta, a settled run drifts along the minimisers
by

    d theta / d step = -(eta^2 s^2 / b) P grad tr(Sigma M)

with the projection P on their tangent space (Blanc et al. 2020; Damian, Ma and Lee 2021).  So the
part of the Gram matrix W_1^T W_1 orthogonal to w* changes by

    -(2 eta^2 s^2 / b) (F Sigma + Sigma F)_orthogonal,    F = M - ||u_1||^2 I,

(this study).  F = W_1^T (sum_(j>=2) ||u_j||^2 B_j^T B_j) W_1 with B_j = W_(j-1) ... W_2.
"""

import numpy as np
import scipy  # its parts are imported when they are first used

from flatminima.networks import layers_of
from flatminima.networks.linear.network import LinearNetwork

__all__ = ["draw_start", "drift", "forgetting_rate", "irrelevant_gram", "settled_path"]


def draw_start(network: LinearNetwork, generator: np.random.Generator) -> np.ndarray:
    """Draw a minimiser that computes w*, with a first layer of full rank.

    The first layer is Gaussian, the hidden ones are the identity plus half a Gaussian matrix, and
    the last has the norm one.

    Args:
        network: The network, fully connected.
        generator: The source of random numbers.

    Returns:
        The weights, shape (size,).
    """
    weights = generator.standard_normal(network.size)
    first, *others = layers_of(weights, network.layer_shapes)
    first /= np.sqrt(first.shape[1])
    for W in others[:-1]:
        W[:] = np.eye(*W.shape) + W / (2 * np.sqrt(W.shape[1]))
    others[-1] /= np.linalg.norm(others[-1])
    _, (after, *_) = _products(network, weights)
    error = network.dataset.minimum_norm_solution - first.T @ after
    first += np.outer(after, error) / (after @ after)
    return weights


def irrelevant_gram(network: LinearNetwork, weights: np.ndarray) -> np.ndarray:
    """Return the part of W_1^T W_1 orthogonal to w*, shape (d, d).

    Args:
        network: The network.
        weights: The weights of one run, shape (size,).
    """
    away = _orthogonal_to(network.dataset.minimum_norm_solution)
    W = layers_of(weights, network.layer_shapes)[0] @ away
    return W.T @ W


def forgetting_rate(network: LinearNetwork, weights: np.ndarray) -> np.ndarray:
    """Return -(2 F Sigma + 2 Sigma F)_orthogonal: its change in a step over eta^2 s^2 / b.

    Args:
        network: The network.
        weights: A minimiser, shape (size,).

    Returns:
        Shape (d, d).
    """
    A, u = _products(network, weights)
    sigma, away = network.dataset.covariance, _orthogonal_to(network.dataset.minimum_norm_solution)
    F = sum((b @ b) * a.T @ a for a, b in zip(A[1:], u[1:], strict=True))
    return -2 * away @ (F @ sigma + sigma @ F) @ away


def drift(network: LinearNetwork, weights: np.ndarray) -> np.ndarray:
    """Return -P grad tr(Sigma M), the change of the weights in a step over eta^2 s^2 / b.

    Args:
        network: The network.
        weights: A minimiser, shape (size,).

    Returns:
        Shape (size,).
    """
    layers = layers_of(weights, network.layer_shapes)
    A, u = _products(network, weights)
    sigma = network.dataset.covariance
    gradient = [np.zeros_like(W) for W in layers]
    # tr(Sigma M) = sum_k tr(A_(k-1) Sigma A_(k-1)^T) ||u_k||^2, where k counts from 0 here.
    for k, (before, after) in enumerate(zip(A, u, strict=True)):
        trace, square = np.trace(before @ sigma @ before.T), after @ after
        for j in range(k + 1, len(layers)):
            gradient[j] += 2 * trace * np.outer(u[j], after)
            after = layers[j] @ after
        sent = before @ sigma
        for j in reversed(range(k)):
            gradient[j] += 2 * square * sent @ A[j].T
            sent = layers[j].T @ sent
    # P g = g - J^T M^-1 J g, where J g = sum_k A_(k-1)^T g_k^T u_k
    M = sum((b @ b) * a.T @ a for a, b in zip(A, u, strict=True))
    moved = sum(a.T @ g.T @ b for a, b, g in zip(A, u, gradient, strict=True))
    back = np.linalg.solve(M, moved)
    normal = [np.outer(b, a @ back) for a, b in zip(A, u, strict=True)]
    return np.concatenate([(n - g).ravel() for n, g in zip(normal, gradient, strict=True)])


def settled_path(network: LinearNetwork, start: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Follow the drift from a minimiser.

    Args:
        network: The network.
        start: The minimiser, shape (size,).
        times: Values of eta^2 s^2 / b times the number of steps, ascending, shape (times,).

    Returns:
        The weights at these times, shape (size, times).

    Raises:
        RuntimeError: If the path cannot be followed.
    """
    path = scipy.integrate.solve_ivp(
        lambda _, weights: drift(network, weights),
        (0.0, times[-1]), start, t_eval=times, method="DOP853", rtol=1e-8, atol=1e-10,
    )  # fmt: skip
    if not path.success:
        raise RuntimeError(f"the drift cannot be followed: {path.message}")
    return path.y


def _products(
    network: LinearNetwork, weights: np.ndarray
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return A_0, ..., A_(L-1) and u_1, ..., u_L."""
    layers = layers_of(weights, network.layer_shapes)
    A, u = [np.eye(network.dataset.features)], [network.projection]
    for W in layers[:-1]:
        A.append(W @ A[-1])
    for W in reversed(layers[1:]):
        u.insert(0, W.T @ u[0])
    return A, u


def _orthogonal_to(vector: np.ndarray) -> np.ndarray:
    """Return the projection on the complement of a vector."""
    unit = vector / np.linalg.norm(vector)
    return np.eye(len(vector)) - np.outer(unit, unit)
