r"""Two layers f(x) = sum_j a_j phi(w_j.x) with phi(z) = max(z, alpha z).

With kappa = (1 + alpha)/2 and v = W_1^T a,

    f(x) = kappa v.x + ((1 - alpha)/2) sum_j a_j |w_j.x|,

so that the odd part of f is linear, whatever the weights.  If neurons come in pairs (a, w) and
(-a, -w), the even part is zero, and a step of descent on symmetric data with odd targets at rate
eta is exactly that of the linear network of the weights sqrt(kappa) W at rate kappa eta.
"""

import numpy as np

from flatminima.theory.dense_networks import Layers

__all__ = [
    "even_function",
    "linear_part",
    "linear_slope",
    "linear_twin",
    "logistic_course",
    "paired",
    "rank_one_start",
]


def linear_slope(slope: float) -> float:
    """Return kappa = (1 + alpha)/2, the slope of the odd part of phi.

    >>> linear_slope(0.0), linear_slope(1.0)
    (0.5, 1.0)
    """
    return (1 + slope) / 2


def linear_part(layers: Layers) -> np.ndarray:
    """Return v = W_1^T a of each run, shape (runs, d)."""
    first, second = layers
    return (second @ first)[:, 0]


def even_function(layers: Layers, inputs: np.ndarray, slope: float) -> np.ndarray:
    """Return ((1 - alpha)/2) sum_j a_j |w_j.x|, the even part of f, shape (runs, n).

    Args:
        layers: W_1 and a.
        inputs: (n, d).
        slope: alpha.
    """
    first, second = layers
    return (1 - slope) / 2 * (second @ np.abs(first @ inputs.T))[:, 0]


def paired(layers: Layers) -> list[np.ndarray]:
    """Return the network with a mirror (-a, -w) beside each neuron (a, w).

    Examples:
        >>> first, second = paired([np.array([[[3.0]]]), np.array([[[2.0]]])])
        >>> first.ravel().tolist(), second.ravel().tolist()
        ([3.0, -3.0], [2.0, -2.0])
    """
    first, second = layers
    return [np.concatenate([first, -first], axis=1), np.concatenate([second, -second], axis=2)]


def linear_twin(layers: Layers, slope: float) -> list[np.ndarray]:
    """Return the weights sqrt(kappa) W of the linear network that moves alike at rate kappa eta."""
    return [np.sqrt(linear_slope(slope)) * layer for layer in layers]


def rank_one_start(direction: np.ndarray, neurons: int, scale: float) -> list[np.ndarray]:
    """Return pairs of neurons along one direction: W_1 = c u^T and a = c with ||c||^2 = scale^2.

    Args:
        direction: u, of norm 1.
        neurons: Pairs.
        scale: The norm of each layer.
    """
    outer = np.full((1, 1, neurons), scale / np.sqrt(2 * neurons))
    return paired([outer.transpose(0, 2, 1) * direction, outer])


def logistic_course(times: np.ndarray, start: float, end: float, slope: float) -> np.ndarray:
    r"""Return ||kappa v|| = beta / (1 + (beta/s - 1) exp(-4 kappa beta t)) along gradient flow.

    From a start of rank one that is aligned with w*, where Sigma = I.

    Args:
        times: t, steps times learning rate.
        start: s, the norm at the start.
        end: beta = ||w*||.
        slope: alpha.

    Examples:
        >>> logistic_course(np.array([0.0, 1e9]), 0.1, 2.0, 0.0).tolist()
        [0.1, 2.0]
    """
    decay = np.exp(-4 * linear_slope(slope) * end * times)
    return end / (1 + (end / start - 1) * decay)
