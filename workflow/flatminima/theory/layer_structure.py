"""The layers of one linear network: their alignment, balance and distance from the start.

Everywhere `parameters` has the shape (size,), W_1, ..., W_L are the layers, A_k = W_k ... W_1 is
the product of the first k, and u_k = W_{k+1}^T ... W_L^T p belongs to the layers after them.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from flatminima.networks import layers_of
from flatminima.networks.linear.network import LinearNetwork

__all__ = [
    "LayerStructure",
    "imbalances",
    "largest_deviation",
    "largest_imbalance_change",
    "layer_norm_bound",
    "measure_structure",
    "minimiser_spectrum",
    "predictor_kernel",
    "suffixes",
]


@dataclass(frozen=True)
class LayerStructure:
    """How close the layers are to rank one, alignment and equal norms (paper, Corollary 1).

    Attributes:
        rank_one_rest: The largest 1 - sigma_1^2 / ||W_k||_F^2 of any layer; 0 at rank one.
        alignment: The smallest |<a, b>| of any neighbours, where a is the first left singular
            vector of W_k and b the first right one of W_{k+1}; 1 if all are aligned.
        norm_spread: max ||W_k||_F / min ||W_k||_F; 1 if all are equal.
    """

    rank_one_rest: float
    alignment: float
    norm_spread: float


def measure_structure(network: LinearNetwork, parameters: np.ndarray) -> LayerStructure:
    """Measure the layers of one run; a layer of zeros counts as rank one."""
    decompositions = [np.linalg.svd(W, full_matrices=False) for W in _layers(network, parameters)]
    rests, norms = [], []
    for _, values, _ in decompositions:
        squares = values**2
        rests.append(squares[1:].sum() / squares.sum() if squares[0] > 0 else 0.0)
        norms.append(np.sqrt(squares.sum()))
    alignments = [abs(before[0][:, 0] @ after[2][0]) for before, after in pairwise(decompositions)]
    smallest = min(norms)
    return LayerStructure(
        rank_one_rest=float(max(rests)),
        alignment=float(min(alignments, default=1.0)),
        norm_spread=float(max(norms) / smallest) if smallest > 0 else np.inf,
    )


def imbalances(network: LinearNetwork, parameters: np.ndarray) -> list[np.ndarray]:
    """Return W_{k+1}^T W_{k+1} - W_k W_k^T for k = 1, ..., L-1.

    Gradient flow conserves them (paper, Lemma 1).
    """
    layers = _layers(network, parameters)
    return [after.T @ after - before @ before.T for before, after in pairwise(layers)]


def largest_imbalance_change(
    network: LinearNetwork, before: np.ndarray, after: np.ndarray
) -> float:
    """Return the largest Frobenius norm of the change of an imbalance between two points."""
    pairs = zip(imbalances(network, before), imbalances(network, after), strict=True)
    return max((float(np.linalg.norm(a - b)) for a, b in pairs), default=0.0)


def predictor_kernel(network: LinearNetwork, parameters: np.ndarray) -> np.ndarray:
    """Return M = sum over k of ||u_k||^2 A_{k-1}^T A_{k-1}, shape (d, d).

    Under gradient flow d w_prod / dt = -M grad_w R.
    """
    pairs = zip(_prefixes(network, parameters), suffixes(network, parameters), strict=True)
    return sum((u @ u) * A.T @ A for A, u in pairs)


def suffixes(network: LinearNetwork, parameters: np.ndarray) -> list[np.ndarray]:
    """Return u_1, ..., u_L."""
    vectors = [network.projection]
    for W in reversed(_layers(network, parameters)[1:]):
        vectors.insert(0, W.T @ vectors[0])
    return vectors


def minimiser_spectrum(network: LinearNetwork, parameters: np.ndarray) -> np.ndarray:
    """Return the eigenvalues of the Hessian at a minimiser that can differ from zero.

    They are the eigenvalues of 2 Sigma^1/2 M Sigma^1/2, ascending, as many as Sigma has non-zero
    ones (this study). The last is the sharpness. The excess risk of the flow decays at twice the
    first.
    """
    root = network.covariance_root
    return 2 * np.linalg.eigvalsh(root @ predictor_kernel(network, parameters) @ root.T)


def layer_norm_bound(network: LinearNetwork, parameters: np.ndarray) -> float:
    """Return 2 w*^T Sigma w* * sum over k of ||W_k||^-2, below a minimiser's sharpness (ours).

    This makes the paper's remark explicit: a minimiser with a layer of small norm is sharp. Let x
    be the direction of Sigma^1/2 w*. At a minimiser |u_k^T W_k A_{k-1} Sigma^1/2 x|^2 equals
    w*^T Sigma w*, and it is at most ||W_k||^2 ||u_k||^2 ||A_{k-1} Sigma^1/2 x||^2.
    """
    solution, covariance = network.dataset.minimum_norm_solution, network.dataset.covariance
    norms = np.array([np.linalg.norm(W, 2) for W in _layers(network, parameters)])
    return float(2 * (solution @ covariance @ solution) * np.sum(norms**-2.0))


def largest_deviation(network: LinearNetwork, initial: np.ndarray, final: np.ndarray) -> float:
    """Return max_k ||theta_k||_F, theta_k = L (W_k(t) - W_k(0)) (paper, Theorem 4).

    For the residual initialisation this is W_k(t) = I + scale / sqrt(L d) N_k + theta_k / L.
    """
    layers = zip(_layers(network, initial), _layers(network, final), strict=True)
    return network.depth * max(float(np.linalg.norm(after - before)) for before, after in layers)


def _layers(network: LinearNetwork, parameters: np.ndarray) -> list[np.ndarray]:
    return layers_of(parameters, network.layer_shapes)


def _prefixes(network: LinearNetwork, parameters: np.ndarray) -> list[np.ndarray]:
    """Return A_0 = I, ..., A_{L-1}."""
    products = [np.eye(network.dataset.features)]
    for W in _layers(network, parameters)[:-1]:
        products.append(W @ products[-1])
    return products
