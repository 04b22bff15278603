"""Products of the layers of residual networks at initialisation (paper, Lemma 3).

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import DEPTH, INIT_SCALE, WIDTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveIntegers, Scales
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima.networks import initialise
from flatminima_papers.flat_minima.theory.layer_products import limiting_singular_value

__all__ = ["Products"]

QUANTILES = (0.0, 0.05, 0.5, 0.95, 1.0)


@dataclass(frozen=True)
class Products(Measurement):
    """Measures how far partial products stretch at the residual initialisation.

    For each draw it computes the smallest and the largest singular value of any W_k ... W_1,
    k = 1..L. A row is a quantile of both numbers over the draws.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DEPTH,
        WIDTH,
        INIT_SCALE,
        Column("draws", "int64"),
        Column("quantile"),
        Column("smallest_singular_value"),
        Column("largest_singular_value"),
        Column("limiting_smallest", words=Words("limit of the smallest")),
        Column("limiting_largest", words=Words("limit of the largest")),
    )

    depth: PositiveIntegers
    """The numbers of layers L."""
    width: PositiveIntegers
    """The widths of the layers d."""
    init_scale: Scales
    """The scale s of the random part."""
    draws: PositiveInteger
    """Networks drawn of each size."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each depth, width and scale."""
        for depth, width, init_scale in product(self.depth, self.width, self.init_scale):
            smallest, largest = self._extremes(depth, width, init_scale, given.seed)
            limit = limiting_singular_value(init_scale)
            ends = (np.quantile(values, QUANTILES) for values in (smallest, largest))
            for quantile, low, high in zip(QUANTILES, *ends, strict=True):
                yield {
                    "depth": depth,
                    "width": width,
                    "init_scale": init_scale,
                    "draws": self.draws,
                    "quantile": quantile,
                    "smallest_singular_value": low,
                    "largest_singular_value": high,
                    "limiting_smallest": 1 / limit,
                    "limiting_largest": limit,
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        del sizes
        return Work(
            sum(
                len(self.init_scale) * self.draws * depth * (2e-5 + 2e-9 * width**3)
                for depth, width in product(self.depth, self.width)
            )
        )

    def _extremes(
        self, depth: int, width: int, init_scale: float, seed: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the extreme singular values of all partial products of each draw."""
        shapes = ((width, width),) * depth
        smallest, largest = np.full(self.draws, np.inf), np.zeros(self.draws)
        for draw in range(self.draws):
            generator = random_generator(seed, "product", depth, width, init_scale, draw)
            layers = initialise("residual", shapes, init_scale, generator)
            partial = np.eye(width)
            for layer in layers.reshape(depth, width, width):
                partial = layer @ partial
                values = np.linalg.svd(partial, compute_uv=False)
                smallest[draw] = min(smallest[draw], values[-1])
                largest[draw] = max(largest[draw], values[0])
        return smallest, largest
