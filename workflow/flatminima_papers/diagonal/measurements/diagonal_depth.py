"""How long gradient flow takes from equal starts of two, three and four layers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumber, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DiagonalDepth"]


@dataclass(frozen=True)
class DiagonalDepth(Measurement):
    """Times the flow until the risk is small."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column(
            "scale",
            words=Words(
                "scale of the start", label=r"scale $\alpha$ of the start", symbol=r"$\alpha$"
            ),
        ),
        Column("time", words=Words("time until the risk is small")),
        Column("time_over_two_layers", words=Words("the same over that of two layers")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d."""
    problems: PositiveInteger
    """How many problems are drawn."""
    depth: Depths
    """The numbers of layers L; two must be among them."""
    scale: PositiveNumbers
    """The scales alpha of the equal start."""
    excess: PositiveNumber = 1e-10
    """The value of R - R_min that is waited for."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse depths without the one that the others are compared with."""
        del sizes
        if 2 not in self.depth:
            from flatminima.core.kinds import Misfit

            raise Misfit("depth", "has no 2, with which the others are compared; allowed: with 2")

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth and scale; times are interpolated in log R."""
        import numpy as np

        from flatminima.theory.diagonal_flow import flow_to
        from flatminima.theory.diagonal_networks import equal_start
        from flatminima.theory.diagonal_problems import draw_problem

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn).data
            times = {}
            for depth, scale in product(self.depth, self.scale):
                layers = equal_start(scale, depth, self.features)
                path = flow_to(self.excess, data.inputs, data.targets, layers)
                last = slice(-2, None)
                falling = -np.log(path.excess[last])
                target = -np.log(self.excess)
                times[depth, scale] = float(np.interp(target, falling, path.times[last]))
            for (depth, scale), time in times.items():
                yield {
                    "problem": problem,
                    "depth": depth,
                    "scale": scale,
                    "time": time,
                    "time_over_two_layers": time / times[2, scale],
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        flows = sum(0.1 + 0.05 * depth / scale for depth, scale in product(self.depth, self.scale))
        weights = max(self.depth) * self.features
        return Work(self.problems * flows * (1 + self.features / 20), 30_000 * weights)
