"""Products of layers in a ball around the residual start (paper, Lemma 3, Theorem 4).

"Paper" is Marion and Chizat, arXiv:2405.13456.  Its lemma is about all perturbations of a certain
size.  Here a proof bounds them from outside, and a search from inside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import DEPTH, INIT_SCALE, WIDTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveIntegers, PositiveNumber, Scales
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima.networks import initialise
from flatminima_papers.flat_minima.theory.layer_products import (
    ball_constants,
    limiting_constants,
    limiting_range,
    product_range,
    stretch_in_ball,
)

__all__ = ["PerturbedProducts"]


@dataclass(frozen=True)
class PerturbedProducts(Measurement):
    """Bounds partial products W_k ... W_1 in a ball, W_k = I + s / sqrt(L d) N_k + theta_k / L.

    The ball contains all theta_k with ||theta_k||_2 <= r. The columns are the smallest and the
    largest singular value of any product, k = 1..L: at the `start`, where theta = 0; `found` by a
    search of the ball; a `bound` that holds in the whole ball; and the limit of this bound as first
    the width, then the depth grows. `constant` is C of `theory.layer_products.BallConstants`, the
    excess risk of the start that Theorem 4 allows, in units of lambda^2 ||p||^2 / Lambda. A row is
    a draw.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DEPTH,
        WIDTH,
        INIT_SCALE,
        Column("draw", "int64"),
        Column("radius", words=Words("radius of the ball")),
        Column("smallest_start"),
        Column("smallest_found", words=Words(label="smallest, found")),
        Column("smallest_bound", words=Words(label="smallest, bound")),
        Column(
            "limiting_smallest_bound",
            words=Words("limit of the smallest bound", label="its limit, smallest"),
        ),
        Column("largest_start"),
        Column("largest_found", words=Words(label="largest, found")),
        Column("largest_bound", words=Words(label="largest, bound")),
        Column(
            "limiting_largest_bound",
            words=Words("limit of the largest bound", label="its limit, largest"),
        ),
        Column("constant", words=Words(label="constant $C$ of Theorem 4")),
        Column("limiting_constant", words=Words("limit of the constant", label="its limit")),
    )

    depth: PositiveIntegers
    """The numbers of layers L."""
    width: PositiveIntegers
    """The widths of the layers d."""
    init_scale: Scales
    """The scale s of the random part."""
    radius: PositiveNumber
    """The largest operator norm r of any theta_k."""
    draws: PositiveInteger
    """Networks drawn of each size."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each draw of each depth, width and scale."""
        for init_scale in self.init_scale:
            limit = limiting_range(init_scale).in_ball(self.radius)
            limits = {
                "limiting_smallest_bound": limit.smallest[-1],
                "limiting_largest_bound": limit.largest[-1],
                "limiting_constant": limiting_constants(init_scale).constant,
            }
            for depth, width, draw in product(self.depth, self.width, range(self.draws)):
                identity = ("perturbed_product", depth, width, init_scale, draw)
                generator = random_generator(given.seed, *identity)
                shapes = ((width, width),) * depth
                layers = initialise("residual", shapes, init_scale, generator)
                yield (
                    {
                        "depth": depth,
                        "width": width,
                        "init_scale": init_scale,
                        "draw": draw,
                        "radius": self.radius,
                    }
                    | limits
                    | _measure(layers.reshape(depth, width, width), self.radius)
                )

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost: two decompositions per layer, and the search."""
        del sizes
        total = Work()
        for depth, width in product(self.depth, self.width):
            total += Work(depth * (3e-4 + 6e-9 * width**3), 10 * depth * width**2)
        return len(self.init_scale) * self.draws * total


def _measure(layers: np.ndarray, radius: float) -> dict[str, float]:
    """Return the measured columns of one draw.

    The search is for the extremes of the product that is extreme at the start.
    """
    start = product_range(layers)
    bound = start.in_ball(radius)
    smallest, largest = start.smallest[1:].min(), start.largest[1:].max()

    def found(where: np.ndarray, *, most: bool) -> float:
        k = int(np.flatnonzero(where)[-1])
        return stretch_in_ball(layers[:k], radius * k / len(layers), largest=most)

    return {
        "smallest_start": smallest,
        "smallest_found": found(start.smallest == smallest, most=False),
        "smallest_bound": bound.smallest[1:].min(),
        "largest_start": largest,
        "largest_found": found(start.largest == largest, most=True),
        "largest_bound": bound.largest[1:].max(),
        "constant": ball_constants(layers).constant,
    }
