"""The exact maximum: its parameters beside the closed forms, and beside a grid's nodes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Gt, Le

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.expressivity.columns import (
    COUNTS,
    DIMENSION,
    Dimensions,
    Points,
    check_powers_of_two,
)

__all__ = ["MaximumNetworks"]

FINEST = 2**20
"""Inputs are multiples of 1 / FINEST in [-1, 1], on which float64 does not round."""


@dataclass(frozen=True)
class MaximumNetworks(Measurement):
    """Builds the maximum of d = 2^m numbers and holds it against NumPy's.

    `grid_nodes` is what a grid on [-1, 1]^d takes whose multilinear interpolation is wrong by
    `accuracy` at most; NaN beyond 1e300.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DIMENSION,
        *COUNTS,
        Column("predicted_parameters", "int64", words=Words(label="$3d^2 + 3d - 5$")),
        Column("predicted_nonzeros", "int64", words=Words(label="$8d - 9$")),
        Column("predicted_hidden_layers", "int64", words=Words(label=r"$\log_2 d$")),
        Column("biases", "int64", words=Words("biases that are not zero")),
        Column("largest_error", words=Words("largest error at dyadic points")),
        Column("grid_nodes", words=Words("nodes of a grid")),
    )

    dimension: Dimensions
    """The numbers d of inputs, powers of two."""
    points: Points
    """At how many points of [-1, 1]^d it is compared."""
    accuracy: Annotated[float, Gt(0), Le(1)]
    """The largest error of the grid that it is compared with."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each dimension."""
        from flatminima_papers.expressivity.theory import counts
        from flatminima_papers.expressivity.theory.grids import maximum_grid_nodes
        from flatminima_papers.expressivity.theory.maximum import maximum

        for dimension in self.dimension:
            network = maximum(dimension)
            generator = random_generator(given.seed, "maximum", given.name, dimension)
            points = generator.integers(-FINEST, FINEST, (self.points, dimension)) / FINEST
            predicted = counts.maximum(dimension)
            yield {
                "dimension": dimension,
                "parameters": network.parameters,
                "nonzeros": network.nonzeros,
                "hidden_layers": network.hidden_layers,
                "predicted_parameters": predicted.parameters,
                "predicted_nonzeros": predicted.nonzeros,
                "predicted_hidden_layers": predicted.hidden_layers,
                "biases": sum(np.count_nonzero(b) for b in network.biases),
                "largest_error": np.abs(network(points)[:, 0] - points.max(1)).max(),
                "grid_nodes": maximum_grid_nodes(dimension, self.accuracy),
            }

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse a dimension that the closed forms are not about."""
        del sizes
        check_powers_of_two(self.dimension)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        numbers = sum(self.dimension) * self.points
        return Work(0.01 * len(self.dimension) + 5e-8 * numbers, 3.0 * numbers)
