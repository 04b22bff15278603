"""When gradient flow from a small equal start leaves the neighbourhood of zero."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Len

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveInteger, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DiagonalEscape"]

LEFT = 0.1
"""The flow has escaped once some weight has this size; ||w*|| = 1."""


@dataclass(frozen=True)
class DiagonalEscape(Measurement):
    """Times the escape, beside the time at which the dual variable would reach its bound."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column(
            "scale",
            words=Words(
                "scale of the start", label=r"scale $\alpha$ of the start", symbol=r"$\alpha$"
            ),
        ),
        Column("escape", words=Words("time of escape")),
        Column("predicted_escape", words=Words("predicted time of escape")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d."""
    problems: PositiveInteger
    """How many problems are drawn."""
    depth: Annotated[tuple[Annotated[int, Ge(3)], ...], Len(1), Axis()]
    """The numbers of layers L, at least 3."""
    scale: PositiveNumbers
    """The scales alpha of the equal start."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth and scale."""
        import numpy as np

        from flatminima.theory.diagonal_flow import flow_for
        from flatminima.theory.diagonal_networks import equal_start, network_weights
        from flatminima.theory.diagonal_problems import draw_problem
        from flatminima_papers.diagonal.theory.rates import escape_time

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn).data
            for depth, scale in product(self.depth, self.scale):
                predicted = escape_time(data.inputs, data.targets, scale, depth)
                layers = equal_start(scale, depth, self.features)
                path = flow_for(1.1 * predicted, data.inputs, data.targets, layers)
                left = np.abs(network_weights(path.layers)).max(axis=1) >= LEFT
                yield {
                    "problem": problem,
                    "depth": depth,
                    "scale": scale,
                    "escape": path.times[left.argmax()] if left.any() else np.nan,
                    "predicted_escape": predicted,
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        flows = self.problems * len(self.depth) * len(self.scale)
        weights = max(self.depth) * self.features
        return Work(flows * (0.3 + self.features / 20), 30_000 * weights)
