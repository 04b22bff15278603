"""Starts whose layers differ, shrunk together: does the flow end at the smallest l1 norm?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DiagonalShape"]


@dataclass(frozen=True)
class DiagonalShape(Measurement):
    """Multiplies a drawn start by smaller and smaller scales."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column(
            "scale",
            words=Words(
                "scale of the start", label=r"scale $\alpha$ of the start", symbol=r"$\alpha$"
            ),
        ),
        Column("distance_l1", words=Words("distance to the solution of smallest l1 norm")),
        Column("distance_program", words=Words("distance to the linear program of the shape")),
        Column("program_l1", words=Words("distance between the two")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d, larger than n."""
    problems: PositiveInteger
    """How many problems are drawn, each with a shape of its own."""
    depth: Depths
    """The numbers of layers L."""
    scale: PositiveNumbers
    """By what the shape, with entries N(0, 1), is multiplied."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth and scale.

        With two layers the dual variable has no bound and its program is the plain l1 norm.
        """
        import numpy as np

        from flatminima.theory.diagonal_limits import (
            limit_of_flow,
            linear_program,
            smallest_l1_norm,
        )
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem, draw_start

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn).data
            inputs, targets = data.inputs, data.targets
            sparse = smallest_l1_norm(inputs, targets)
            for depth in self.depth:
                generator = random_generator(given.seed, given.name, "start", problem, depth)
                shape = draw_start(1.0, depth, self.features, generator)
                unit = split_start(shape)
                program = sparse
                if depth > 2:
                    program = linear_program(unit.potential.bound, unit.dual, inputs, targets)
                for scale in self.scale:
                    limit = limit_of_flow(inputs, targets, split_start(scale * shape)).weights
                    yield {
                        "problem": problem,
                        "depth": depth,
                        "scale": scale,
                        "distance_l1": np.linalg.norm(limit - sparse),
                        "distance_program": np.linalg.norm(limit - program),
                        "program_l1": np.linalg.norm(program - sparse),
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        cases = self.problems * len(self.depth) * len(self.scale)
        return Work(cases * 0.003 * (5 + self.features), 3000 * self.features)
