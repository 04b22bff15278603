r"""Deep networks in which a chain of rank one and its mirror share the half spaces.

Take non-negative u_1, ..., u_{L-1}, a vector v and a number c, the chain W_1 = u_1 v^T,
W_k = u_k u_{k-1}^T, W_L = c u_{L-1}^T, and beside it, in neurons of its own, the chain of -v and
-c.  A ReLU network passes v.x > 0 through the one and v.x < 0 through the other:
f(x) = c prod ||u_k||^2 v.x.  On symmetric data with odd targets each of them sees half of the
samples, so that each moves as the *linear* chain at half the rate; weights between the two chains
have no gradient.

For leaky rectifiers and L = 3 the hidden layer takes blocks B within the chains and O = r B
between them, with r = -2 alpha/(1 + alpha^2): descent conserves that ratio.  Then the network is
linear, and moves as the linear chain whose layers have the norms of its own times K^(1/3) at the
rate K^(2/3) eta, with K = sqrt(kappa^4 + ((1 - alpha)/2)^4).
"""

from collections.abc import Sequence

import numpy as np

from flatminima.theory.dense_networks import Layers

__all__ = ["chain", "chain_norm", "leaky_pair", "leaky_twin", "off_block_ratio", "with_mirror"]


def chain(first: np.ndarray, hidden: Sequence[np.ndarray], last: float) -> list[np.ndarray]:
    """Return W_1 = u_1 v^T, W_k = u_k u_{k-1}^T, W_L = c u_{L-1}^T, one run.

    Args:
        first: v (d).
        hidden: u_1, ..., u_{L-1}, each (N).
        last: c.
    """
    before = [first, *hidden]
    after = [*hidden, np.array([last])]
    return [np.outer(a, b)[None] for a, b in zip(after, before, strict=True)]


def with_mirror(layers: Layers, between: float = 0.0) -> list[np.ndarray]:
    """Return the network of a chain and its mirror, of twice the width.

    Args:
        layers: Of the chain.
        between: Weights between the two chains over those within.
    """
    first, *hidden, last = layers
    blocks = [
        np.concatenate(
            [
                np.concatenate([layer, between * layer], axis=2),
                np.concatenate([between * layer, layer], axis=2),
            ],
            axis=1,
        )
        for layer in hidden
    ]
    return [
        np.concatenate([first, -first], axis=1),
        *blocks,
        np.concatenate([last, -last], axis=2),
    ]


def off_block_ratio(slope: float) -> float:
    """Return r = -2 alpha/(1 + alpha^2), the weights between chains over those within.

    >>> off_block_ratio(0.0), off_block_ratio(0.5)
    (-0.0, -0.8)
    """
    return -2 * slope / (1 + slope**2)


def chain_norm(slope: float) -> float:
    """Return K = sqrt(kappa^4 + ((1 - alpha)/2)^4): 1 for the identity, 8^(-1/2) for ReLU.

    >>> chain_norm(1.0), round(8 * chain_norm(0.0) ** 2, 12)
    (1.0, 1.0)
    """
    return float(np.sqrt(((1 + slope) / 2) ** 4 + ((1 - slope) / 2) ** 4))


def leaky_pair(layers: Layers, slope: float) -> list[np.ndarray]:
    """Return a chain of three layers and its mirror with the conserved weights between them."""
    return with_mirror(layers, off_block_ratio(slope))


def leaky_twin(layers: Layers, slope: float) -> list[np.ndarray]:
    """Return the linear chain that a chain of three layers and its mirror moves as.

    At the rate K^(2/3) eta.  Its layers have K^(1/3) times the norms of the layers of the pair,
    which are sqrt(2) times those of the chain, and in the hidden layer sqrt(2 (1 + r^2)) times.

    Args:
        layers: Of the chain.
        slope: alpha.
    """
    factor = chain_norm(slope) ** (1 / 3) * np.sqrt(2)
    first, hidden, last = layers
    return [factor * first, factor * np.hypot(1, off_block_ratio(slope)) * hidden, factor * last]
