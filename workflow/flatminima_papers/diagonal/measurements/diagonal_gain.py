"""What large steps take from the imbalance of each coordinate, beside the size of its weight."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveNumber
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DiagonalGain"]


@dataclass(frozen=True)
class DiagonalGain(Measurement):
    """Runs descent on two layers once a problem, and reports each coordinate."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        Column("coordinate", "int64"),
        Column(
            "relevance",
            "str",
            words=Words(
                label="", values={"relevant": "on the support", "irrelevant": "off the support"}
            ),
        ),
        Column("size", words=Words("size of the weight", label=r"$|w_i|$ where descent ends")),
        Column(
            "gain", words=Words("log of the imbalance lost", label=r"$\log(\Delta_i(0)/\Delta_i)$")
        ),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d."""
    relevant: Annotated[int, Ge(1)]
    """How many weights of the noiseless target are not zero, from the first."""
    problems: PositiveInteger
    """How many problems are drawn."""
    scale: PositiveNumber
    """The scale alpha of the equal start, so that all coordinates begin alike."""
    relative_rate: PositiveNumber
    """The rate, in units of 2 / S of the flow's end."""
    steps: PositiveInteger
    """The most steps."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Report each coordinate of the problems whose run converged with |eta g| below 1."""
        from flatminima.theory.diagonal_limits import limit_of_flow
        from flatminima.theory.diagonal_networks import (
            equal_start,
            network_weights,
            sharpness_of_minimiser,
        )
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem
        from flatminima_papers.diagonal.theory.descent import descend

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            case = draw_problem(self.samples, self.features, drawn, relevant=self.relevant)
            inputs, targets = case.data.inputs, case.data.targets
            layers = equal_start(self.scale, 2, self.features)
            start = split_start(layers)
            limit = limit_of_flow(inputs, targets, start).weights
            mobilities = start.potential.mobility(start.potential.smallest_layer_of(limit))
            rate = self.relative_rate * 2 / sharpness_of_minimiser(case.data.covariance, mobilities)
            run = descend(inputs, targets, layers[None], np.array([rate]), self.steps)
            if not run.converged[0] or run.largest_step[0] >= 1:
                continue
            weights = network_weights(run.layers[0])
            for coordinate in range(self.features):
                relevant = coordinate < self.relevant
                yield {
                    "problem": problem,
                    "coordinate": coordinate + 1,
                    "relevance": "relevant" if relevant else "irrelevant",
                    "size": abs(weights[coordinate]),
                    "gain": run.shrinkage[0, coordinate],
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        step = 4e-9 * self.features * self.samples + 3e-8 * self.features
        return Work(5 + self.problems * (0.1 + self.steps * step / 4), 1000 * self.features)
