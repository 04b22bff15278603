"""How near gradient flow keeps the layers to rank one, equal norm and alignment.

Of a fully connected network, whose last layer has one row.  The flow conserves
D_k = W_{k+1}^T W_{k+1} - W_k W_k^T (paper, Lemma 1).  With sums and norms at the start,

    D = sum over k of ||D_k||_2,   E = max over k of (||W_k||_F^2 - ||W_L||_F^2) + D,

everywhere along the flow, with sigma_k the largest singular value of W_k, u_k and v_k its
singular vectors (the paper's Lemma 2 with constants; its argument, this study's constants):

    ||W_k||_F^2 - sigma_k^2 <= E,   |sigma_j^2 - sigma_k^2| <= D,
    1 - (v_{k+1} . u_k)^2 <= (E + 2 D) / sigma_{k+1}^2.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from flatminima.layer_structure import imbalances
from flatminima.networks import LinearNetwork
from flatminima.networks.protocol import split_layers

__all__ = ["Imbalance", "LemmaShares", "lemma_2_shares", "measure_imbalance"]


@dataclass(frozen=True)
class Imbalance:
    """What the layers of a start can be off balance by, for ever after.

    Attributes:
        total: D, bounds the differences of squared largest singular values.
        rest: E >= D, bounds what a layer has beside its largest singular value.
    """

    total: float
    rest: float


@dataclass(frozen=True)
class LemmaShares:
    """How much of what Lemma 2 allows a point of the flow uses; the lemma says at most one.

    Attributes:
        rest: The largest (||W_k||_F^2 - sigma_k^2) / E.
        spread: The largest |sigma_j^2 - sigma_k^2| / D.
        misalignment: The largest (1 - (v_{k+1} . u_k)^2) sigma_{k+1}^2 / (E + 2 D).
    """

    rest: float
    spread: float
    misalignment: float


def measure_imbalance(network: LinearNetwork, initial: np.ndarray) -> Imbalance:
    """Return D and E of a start.

    Args:
        network: Fully connected: the last layer has one row.
        initial: The parameters, shape (size,).

    Raises:
        ValueError: If the last layer has more rows than one.
    """
    if network.layer_shapes[-1][0] != 1:
        raise ValueError("Lemma 2 is about networks whose last layer has one row")
    total = sum(float(np.linalg.norm(part, 2)) for part in imbalances(network, initial))
    squares = [float(np.sum(W**2)) for W in split_layers(initial[:, None], network.layer_shapes)]
    return Imbalance(total, max(squares) - squares[-1] + total)


def lemma_2_shares(
    network: LinearNetwork, imbalance: Imbalance, parameters: np.ndarray
) -> LemmaShares:
    """Return how much of Lemma 2's bounds a point of the flow uses.

    Args:
        network: The network.
        imbalance: `measure_imbalance` of the start, not balanced exactly.
        parameters: A point of the flow from there, shape (size,).
    """
    layers = [W[:, :, 0] for W in split_layers(parameters[:, None], network.layer_shapes)]
    decompositions = [np.linalg.svd(W, full_matrices=False) for W in layers]
    largest = np.array([values[0] ** 2 for _, values, _ in decompositions])
    rests = [np.sum(values[1:] ** 2) for _, values, _ in decompositions]
    # The sine of the angle itself: one minus the square of its cosine would be rounding.
    misalignments = [
        _squared_sine(before[0][:, 0], after[2][0]) * after[1][0] ** 2
        for before, after in pairwise(decompositions)
    ]
    return LemmaShares(
        rest=float(max(rests) / imbalance.rest),
        spread=float(np.ptp(largest) / imbalance.total),
        misalignment=float(max(misalignments) / (imbalance.rest + 2 * imbalance.total)),
    )


def _squared_sine(a: np.ndarray, b: np.ndarray) -> float:
    """Return 1 - (a . b)^2 of unit vectors."""
    return float(np.sum((b - (a @ b) * a) ** 2))
