"""Where gradient flow from equal starts ends, from the smallest scale to the largest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DiagonalScales"]


@dataclass(frozen=True)
class DiagonalScales(Measurement):
    """Compares the end of the flow with the solutions of smallest l1 and l2 norm."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column(
            "scale",
            words=Words(
                "scale of the start", label=r"scale $\alpha$ of the start", symbol=r"$\alpha$"
            ),
        ),
        Column("largest_slope", words=Words("largest |rho| of the sparsest solution")),
        Column("distance_l1", words=Words("distance to the solution of smallest l1 norm")),
        Column("predicted_l1", words=Words("leading order for small scales")),
        Column("distance_l2", words=Words("distance to the solution of smallest l2 norm")),
        Column("predicted_l2", words=Words("leading order for large scales")),
        Column("rest_error", words=Words("relative error of the small-scale law off the support")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d, larger than n."""
    problems: PositiveInteger
    """How many problems are drawn."""
    depth: Depths
    """The numbers of layers L."""
    scale: PositiveNumbers
    """The scales alpha of the start."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth and scale."""
        import numpy as np

        from flatminima.theory.diagonal_limits import limit_of_flow, smallest_l1_norm
        from flatminima.theory.diagonal_networks import equal_start
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem
        from flatminima_papers.diagonal.theory.large_scale import large_scale_weights
        from flatminima_papers.diagonal.theory.small_scale import (
            small_scale_limit,
            small_scale_weights,
            sparse_vertex,
        )

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn).data
            inputs, targets = data.inputs, data.targets
            sparse = smallest_l1_norm(inputs, targets)
            vertex, smooth = sparse_vertex(inputs, sparse), data.minimum_norm_solution
            rest = ~vertex.support
            for depth, scale in product(self.depth, self.scale):
                start = split_start(equal_start(scale, depth, self.features))
                limit = limit_of_flow(inputs, targets, start).weights
                small = small_scale_weights(inputs, vertex, scale, depth)
                near_sparse = small_scale_limit(inputs, vertex, small)
                near_smooth = large_scale_weights(inputs, targets, scale, depth)
                error = np.abs(limit - small)[rest].max() / np.abs(small[rest]).max()
                yield {
                    "problem": problem,
                    "depth": depth,
                    "scale": scale,
                    "largest_slope": vertex.largest_slope,
                    "distance_l1": np.linalg.norm(limit - sparse),
                    "predicted_l1": np.linalg.norm(near_sparse - sparse),
                    "distance_l2": np.linalg.norm(limit - smooth),
                    "predicted_l2": np.linalg.norm(near_smooth - smooth),
                    "rest_error": error,
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        cases = self.problems * len(self.depth) * len(self.scale)
        return Work(cases * 0.002 * (5 + self.features), 3000 * self.features)
