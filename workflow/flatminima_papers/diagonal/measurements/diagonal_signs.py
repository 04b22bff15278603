"""Starts that break the paper's assumption: all layers of a coordinate of equal modulus."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Len

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveInteger, PositiveNumber, Scales
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DiagonalSigns"]


@dataclass(frozen=True)
class DiagonalSigns(Measurement):
    """Follows the flow from balanced starts and from starts beside them."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column("imbalance", words=Words("how far the smallest layer is below the others")),
        Column(
            "distance_signs", words=Words("distance to the best weights of the signs of the start")
        ),
        Column("distance_best", words=Words("distance to the least-squares solution")),
        Column("signs_apart", words=Words("distance between the two")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d, at most n."""
    problems: PositiveInteger
    """How many problems are drawn."""
    depth: Annotated[tuple[Annotated[int, Ge(3)], ...], Len(1), Axis()]
    """The numbers of layers L, at least 3: with two, rounding grows off balance."""
    imbalance: Scales
    """By what share the modulus of one layer is below that of the others; 0 for balance."""
    duration: PositiveNumber
    """How long the flow is followed: balanced coordinates reach zero as a power of time."""
    noise: Annotated[float, Ge(0)] = 0.0
    """The noise of the targets, before they are scaled."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth and imbalance, from layers of modulus 1/2 to 3/2."""
        import numpy as np

        from flatminima.theory.diagonal_flow import flow_for
        from flatminima.theory.diagonal_networks import network_weights
        from flatminima.theory.diagonal_problems import draw_problem
        from flatminima_papers.diagonal.theory.signs import best_of_signs

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn, noise=self.noise).data
            for depth, imbalance in product(self.depth, self.imbalance):
                generator = random_generator(given.seed, given.name, "start", problem, depth)
                sizes = generator.uniform(0.5, 1.5, self.features)
                layers = sizes * generator.choice([-1.0, 1.0], (depth, self.features))
                signs = np.sign(network_weights(layers))
                layers[0] *= 1 - imbalance
                path = flow_for(self.duration, data.inputs, data.targets, layers)
                end = network_weights(path.layers[-1])
                constrained = best_of_signs(data.inputs, data.targets, signs)
                best = data.minimum_norm_solution
                yield {
                    "problem": problem,
                    "depth": depth,
                    "imbalance": imbalance,
                    "distance_signs": np.abs(end - constrained).max(),
                    "distance_best": np.abs(end - best).max(),
                    "signs_apart": np.abs(constrained - best).max(),
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        flows = self.problems * len(self.depth) * len(self.imbalance)
        return Work(0.5 * flows, 30_000 * max(self.depth) * self.features)
