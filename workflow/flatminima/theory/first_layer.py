"""The columns of the first layer of a network, one for each input."""

import numpy as np

from flatminima.networks import LayeredNetwork

__all__ = ["first_layer_gram", "irrelevant_norm", "share_outside"]


def irrelevant_norm(network: LayeredNetwork, weights: np.ndarray, relevant: int) -> float:
    """Return the Frobenius norm of the columns of W_1 that belong to irrelevant inputs.

    Args:
        network: The network.
        weights: The weights of one run, shape (size,).
        relevant: The target depends on the first so many inputs.
    """
    return float(np.linalg.norm(_first_layer(network, weights)[:, relevant:]))


def first_layer_gram(network: LayeredNetwork, weights: np.ndarray) -> np.ndarray:
    """Return W_1^T W_1, shape (features, features).

    Args:
        network: The network.
        weights: The weights of one run, shape (size,).
    """
    W = _first_layer(network, weights)
    return W.T @ W


def share_outside(gram: np.ndarray, relevant: int) -> float:
    """Return the share of the squared entries of a matrix outside its first rows and columns.

    Examples:
        >>> share_outside(np.diag([3.0, 4.0]), 1)
        0.64
    """
    whole = np.sum(gram**2)
    return float(1 - np.sum(gram[:relevant, :relevant] ** 2) / whole) if whole > 0 else np.nan


def _first_layer(network: LayeredNetwork, weights: np.ndarray) -> np.ndarray:
    rows, columns = network.layer_shapes[0]
    return weights[: rows * columns].reshape(rows, columns)
