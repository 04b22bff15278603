"""How close gradient flow keeps the layers to rank one, equal norms and alignment.

The network is fully connected, and its last layer has one row.  The flow conserves
D_k = W_{k+1}^T W_{k+1} - W_k W_k^T (paper, Lemma 1).  With sums and norms at the start,

    D = sum over k of ||D_k||_2,   E = max over k of (||W_k||_F^2 - ||W_L||_F^2) + D,

the following holds everywhere along the flow.  Here sigma_k is the largest singular value of W_k
with the singular vectors u_k and v_k (the paper's Lemma 2; the constants are this study's):

    ||W_k||_F^2 - sigma_k^2 <= E,   |sigma_j^2 - sigma_k^2| <= D,
    1 - (v_{k+1} . u_k)^2 <= (E + 2 D) / sigma_{k+1}^2.

From a start of scale s all three are of order s^2.  But v_{k+1} is an eigenvector of
W_k W_k^T + D_k and u_k one of W_k W_k^T.  So by the theorem of Davis and Kahan, in the form of Yu,
Wang and Samworth (2015), the misalignment is even of order s^4 (this study): as soon as
sigma_k^2 > E,

    1 - (v_{k+1} . u_k)^2 <= 4 ||D_k||_2^2 / (sigma_k^2 - E)^2.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from flatminima.networks import layers_of
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.layer_structure import imbalances

__all__ = ["Balance", "Imbalance", "lemma_2_shares", "measure_balance", "measure_imbalance"]


@dataclass(frozen=True)
class Imbalance:
    """Bounds on how far the layers are from balance at all later times.

    Attributes:
        parts: ||D_k||_2, shape (L - 1,).
        total: D, bounds the differences of squared largest singular values.
        rest: E >= D, bounds what a layer has besides its largest singular value.
    """

    parts: np.ndarray
    total: float
    rest: float


@dataclass(frozen=True)
class Balance:
    """How close the layers of one network are to rank one, equal norms and alignment.

    Attributes:
        squares: sigma_k^2, shape (L,).
        rests: ||W_k||_F^2 - sigma_k^2, shape (L,).
        misalignments: 1 - (v_{k+1} . u_k)^2, shape (L - 1,).
    """

    squares: np.ndarray
    rests: np.ndarray
    misalignments: np.ndarray


def measure_imbalance(network: LinearNetwork, initial: np.ndarray) -> Imbalance:
    """Return the D_k, D and E of a start.

    Args:
        network: A fully connected network, whose last layer has one row.
        initial: The parameters, shape (size,).

    Raises:
        ValueError: If the last layer has more than one row.
    """
    if network.layer_shapes[-1][0] != 1:
        raise ValueError("Lemma 2 is about networks whose last layer has one row")
    parts = np.array([np.linalg.norm(part, 2) for part in imbalances(network, initial)])
    squares = [float(np.sum(W**2)) for W in layers_of(initial, network.layer_shapes)]
    total = float(parts.sum())
    return Imbalance(parts, total, max(squares) - squares[-1] + total)


def measure_balance(network: LinearNetwork, parameters: np.ndarray) -> Balance:
    """Measure the layers of one network.

    Args:
        network: The network.
        parameters: Shape (size,).
    """
    layers = layers_of(parameters, network.layer_shapes)
    decompositions = [np.linalg.svd(W, full_matrices=False) for W in layers]
    return Balance(
        squares=np.array([values[0] ** 2 for _, values, _ in decompositions]),
        rests=np.array([np.sum(values[1:] ** 2) for _, values, _ in decompositions]),
        misalignments=np.array(
            [
                _squared_sine(before[0][:, 0], after[2][0])
                for before, after in pairwise(decompositions)
            ]
        ),
    )


def lemma_2_shares(imbalance: Imbalance, balance: Balance) -> dict[str, float]:
    """Return the share of each bound that a point of the flow uses; the lemma says at most one.

    Args:
        imbalance: The imbalance of the start, D > 0.
        balance: The balance of the point.

    Returns:
        The largest of any layer: ``rest_share``, ``spread_share``, ``misalignment_share`` of
        Lemma 2, and ``davis_kahan_share`` of the faster alignment, zero where no layer has
        sigma_k^2 > E yet.
    """
    gaps = np.maximum(balance.squares[:-1] - imbalance.rest, 0)
    return {
        "rest_share": float(balance.rests.max() / imbalance.rest),
        "spread_share": float(np.ptp(balance.squares) / imbalance.total),
        "misalignment_share": float(
            np.max(balance.misalignments * balance.squares[1:])
            / (imbalance.rest + 2 * imbalance.total)
        ),
        "davis_kahan_share": float(
            np.max(balance.misalignments * gaps**2 / (4 * imbalance.parts**2))
        ),
    }


def _squared_sine(a: np.ndarray, b: np.ndarray) -> float:
    """Return 1 - (a . b)^2 of unit vectors, without cancellation."""
    return float(np.sum((b - (a @ b) * a) ** 2))
