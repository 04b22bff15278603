"""Products of the layers of residual networks at initialisation (paper, Lemma 3)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from flatminima.networks import initialise
from flatminima.seeding import random_generator

__all__ = ["PRODUCT_COLUMNS", "limiting_singular_value", "measure_partial_products"]

PRODUCT_COLUMNS = {
    "depth": "int64",
    "width": "int64",
    "init_scale": "float64",
    "draws": "int64",
    "quantile": "float64",
    "smallest_singular_value": "float64",
    "largest_singular_value": "float64",
    "limiting_smallest": "float64",
    "limiting_largest": "float64",
}
"""The columns of `measure_partial_products`."""


def limiting_singular_value(init_scale: float) -> float:
    """Return the largest singular value of W_L ... W_1 as first d, then L grows (ours).

    With W_k = I + s / sqrt(L d) N_k the squared singular values follow the free multiplicative
    Brownian motion, of S-transform exp(-s^2 (1 + 2z)). Its support ends at

        (r + 1) / (r - 1) exp(s^2 r), r = sqrt(1 + 2 / s^2),

    and is symmetric under inversion: the smallest singular value is one over the largest.

    Args:
        init_scale: s >= 0.
    """
    if init_scale == 0:
        return 1.0
    r = np.sqrt(1 + 2 / init_scale**2)
    return float(np.sqrt((r + 1) / (r - 1)) * np.exp(init_scale**2 * r / 2))


def measure_partial_products(
    depth: int,
    width: int,
    init_scale: float,
    draws: int,
    *,
    quantiles: Sequence[float] = (0.0, 0.05, 0.5, 0.95, 1.0),
    study_seed: int,
) -> pd.DataFrame:
    """Measure how far partial products stretch at the residual initialisation (Lemma 3).

    Of each draw: the smallest and the largest singular value of any W_k ... W_1, k = 1..L.

    Args:
        depth: L.
        width: d.
        init_scale: The scale s of the random part.
        draws: Independent networks.
        quantiles: Of both numbers over the draws.
        study_seed: The seed of the study.

    Returns:
        A row a quantile, with `PRODUCT_COLUMNS`.
    """
    shapes = ((width, width),) * depth
    smallest, largest = np.full(draws, np.inf), np.zeros(draws)
    for draw in range(draws):
        generator = random_generator(study_seed, "product", depth, width, init_scale, draw)
        layers = initialise("residual", shapes, init_scale, generator).reshape(depth, width, width)
        product = np.eye(width)
        for layer in layers:
            product = layer @ product
            values = np.linalg.svd(product, compute_uv=False)
            smallest[draw] = min(smallest[draw], values[-1])
            largest[draw] = max(largest[draw], values[0])
    limit = limiting_singular_value(init_scale)
    table = pd.DataFrame(
        {
            "depth": depth,
            "width": width,
            "init_scale": init_scale,
            "draws": draws,
            "quantile": quantiles,
            "smallest_singular_value": np.quantile(smallest, quantiles),
            "largest_singular_value": np.quantile(largest, quantiles),
            "limiting_smallest": 1 / limit,
            "limiting_largest": limit,
        }
    )
    return table.astype(PRODUCT_COLUMNS)
