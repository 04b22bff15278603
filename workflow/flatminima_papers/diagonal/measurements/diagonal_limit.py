"""Gradient flow of diagonal networks beside where its potential says that it ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Len

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, Depths, PositiveInteger, PositiveNumber, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DiagonalLimit"]


@dataclass(frozen=True)
class DiagonalLimit(Measurement):
    """Follows the flow from equal and from drawn starts, and compares it with three exact laws."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("samples", "int64"),
        Column("features", "int64"),
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column("start", "str"),
        Column(
            "scale",
            words=Words(
                "scale of the start", label=r"scale $\alpha$ of the start", symbol=r"$\alpha$"
            ),
        ),
        Column(
            "conservation_defect", words=Words("change of the imbalances over the largest square")
        ),
        Column(
            "dual_defect", words=Words("deviation from the mirror flow over the way in the dual")
        ),
        Column("limit_defect", words=Words("distance of the end from the projection")),
        Column("distance_moved", words=Words("distance of the end from the minimum-norm solution")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d."""
    problems: PositiveInteger
    """How many problems are drawn."""
    depth: Depths
    """The numbers of layers L."""
    start: Annotated[tuple[Literal["equal", "random"], ...], Len(1), Axis()]
    """One layer zero and the others alpha, or all entries drawn as N(0, alpha^2)."""
    scale: PositiveNumbers
    """The scales alpha of the start."""
    relevant: Annotated[int, Ge(1)] | None = None
    """How many weights of the noiseless target are not zero; all by default."""
    excess: PositiveNumber = 1e-22
    """The flow is followed until R - R_min is at most this."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth, start and scale."""
        import numpy as np

        from flatminima.theory.diagonal_flow import flow_to
        from flatminima.theory.diagonal_limits import limit_of_flow
        from flatminima.theory.diagonal_networks import equal_start, network_weights
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem, draw_start

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn, relevant=self.relevant).data
            for depth, start, scale in product(self.depth, self.start, self.scale):
                if start == "equal":
                    layers = equal_start(scale, depth, self.features)
                else:
                    generator = random_generator(given.seed, given.name, "start", problem, depth)
                    layers = draw_start(scale, depth, self.features, generator)
                began = split_start(layers)
                path = flow_to(self.excess, data.inputs, data.targets, layers)
                end = network_weights(path.layers[-1])
                squares = path.layers**2
                change = squares - squares[:, :1] - (squares[0] - squares[0, :1])
                way = path.push[-1]
                dual = began.potential.dual_of(end) - began.dual + way
                limit = limit_of_flow(data.inputs, data.targets, began).weights
                yield {
                    "samples": self.samples,
                    "features": self.features,
                    "problem": problem,
                    "depth": depth,
                    "start": start,
                    "scale": scale,
                    "conservation_defect": np.abs(change).max() / squares.max(),
                    "dual_defect": np.abs(dual).max() / np.abs(way).max(),
                    "limit_defect": np.abs(end - limit).max(),
                    "distance_moved": np.linalg.norm(end - data.minimum_norm_solution),
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes: a flow from a small scale takes the longest."""
        del sizes
        flows = sum(
            (0.1 + 0.05 * depth / scale) * (1 + self.features / 20)
            for depth, scale in product(self.depth, self.scale)
        )
        weights = max(self.depth) * self.features
        return Work(self.problems * len(self.start) * flows, 30_000 * weights + weights**2)
