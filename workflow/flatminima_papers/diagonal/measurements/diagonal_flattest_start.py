"""Gradient descent started beside the flattest minimiser, just below and above 2 / S_min."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import DEPTH, STEPS, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumber, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DiagonalFlattestStart"]


@dataclass(frozen=True)
class DiagonalFlattestStart(Measurement):
    """Runs descent beside the flattest minimiser of fewer samples than features."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column("relative_rate", words=Words("learning rate over 2/S_min")),
        STEPS,
        Column("converged", "bool", words=Words("whether it converged")),
        Column("relative_excess", words=Words("risk above its minimum, over that of zero")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d, larger than n."""
    problems: PositiveInteger
    """How many problems are drawn."""
    depth: Depths
    """The numbers of layers L."""
    relative_rate: PositiveNumbers
    """The rates, in units of 2 / S_min."""
    distance: PositiveNumber
    """The standard deviation of what is added to the layers of the flattest minimiser."""
    steps: PositiveInteger
    """The most steps."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Run each problem, depth and rate, from balanced layers."""
        from flatminima.theory.diagonal_problems import draw_problem, draw_start
        from flatminima_papers.diagonal.theory.descent import descend
        from flatminima_papers.diagonal.theory.flattest import flattest_weights
        from flatminima_papers.diagonal.theory.random_minimisers import random_factorisation

        relative = np.array(self.relative_rate)
        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn).data
            for depth in self.depth:
                flattest = flattest_weights(data.inputs, data.targets, depth)
                generator = random_generator(given.seed, given.name, "start", problem, depth)
                layers = random_factorisation(flattest.weights, depth, 0.0, generator)
                layers += draw_start(self.distance, depth, self.features, generator)
                starts = np.tile(layers, (len(relative), 1, 1))
                rates = relative * 2 / flattest.above
                runs = descend(data.inputs, data.targets, starts, rates, self.steps)
                for run, rate in enumerate(relative):
                    excess = runs.excess[run]
                    yield {
                        "problem": problem,
                        "depth": depth,
                        "relative_rate": rate,
                        "steps": runs.steps[run],
                        "converged": runs.converged[run],
                        "relative_excess": excess if np.isfinite(excess) else np.inf,
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        step = 4e-9 * self.features * self.samples + 3e-8 * self.features
        each = 0.2 + len(self.relative_rate) * self.steps * step / 2
        return Work(5 + self.problems * len(self.depth) * each, 1000 * self.features)
