"""Random minimisers of all kinds, at which statements about all minimisers are tested.

A draw has layers whose sizes span decades, some of them of low rank, and a first layer that makes
it a minimiser (`theory.minimisers.project_to_minimisers`).  Gaussian layers alone would not come
close to the bounds.
"""

from dataclasses import dataclass

import numpy as np

from flatminima.networks import layers_of
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.layer_structure import layer_norm_bound, minimiser_spectrum
from flatminima_papers.flat_minima.theory.minimisers import project_to_minimisers

__all__ = ["MinimiserBounds", "draw_minimiser", "measure_bounds", "upper_layer_norm_bound"]


@dataclass(frozen=True)
class MinimiserBounds:
    """The sharpness of a minimiser between two bounds by the norms of its layers (this study).

    Attributes:
        sharpness: S.
        below: 2 w*^T Sigma w* sum over k of ||W_k||_2^-2.
        above: 2 Lambda ||p||^2 sum over k of prod over j != k of ||W_j||_2^2.
    """

    sharpness: float
    below: float
    above: float


def draw_minimiser(
    network: LinearNetwork, decades: float, generator: np.random.Generator
) -> np.ndarray:
    """Draw a minimiser with layers of log-uniform sizes.

    Args:
        network: The network.
        decades: The sizes reach from 10^-decades to 10^decades, before the first layer is fitted.
        generator: The source of the random numbers.

    Returns:
        The parameters, shape (size,).
    """
    parameters = generator.standard_normal(network.size)
    for layer in layers_of(parameters, network.layer_shapes):
        rank = generator.integers(1, min(layer.shape) + 1)
        left, values, right = np.linalg.svd(layer, full_matrices=False)
        layer[:] = (left[:, :rank] * values[:rank]) @ right[:rank]
        layer *= 10 ** generator.uniform(-decades, decades)
    return project_to_minimisers(network, parameters)


def measure_bounds(network: LinearNetwork, minimiser: np.ndarray) -> MinimiserBounds:
    """Return the sharpness of a minimiser and its bounds by the norms of the layers.

    Args:
        network: The network.
        minimiser: Its parameters, shape (size,).
    """
    return MinimiserBounds(
        sharpness=float(minimiser_spectrum(network, minimiser)[-1]),
        below=layer_norm_bound(network, minimiser),
        above=upper_layer_norm_bound(network, minimiser),
    )


def upper_layer_norm_bound(network: LinearNetwork, minimiser: np.ndarray) -> float:
    """Return 2 Lambda ||p||^2 sum over k of prod over j != k of ||W_j||_2^2.

    This bounds a minimiser's sharpness from above, since
    S = 2 lambda_max(Sigma^1/2 M Sigma^1/2) <= 2 Lambda ||M||_2
    and ||u_k|| ||A_{k-1}||_2 <= ||p|| prod over j != k of ||W_j||_2.

    Args:
        network: The network.
        minimiser: Its parameters, shape (size,); no layer may be zero.
    """
    layers = layers_of(minimiser, network.layer_shapes)
    squares = np.array([np.linalg.norm(W, 2) ** 2 for W in layers])
    largest = np.linalg.eigvalsh(network.dataset.covariance)[-1]
    after = network.projection @ network.projection
    return float(2 * largest * after * np.prod(squares) * np.sum(1 / squares))
