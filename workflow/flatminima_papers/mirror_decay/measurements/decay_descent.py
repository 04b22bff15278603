"""Gradient descent under two schedules of one dose: how far apart it ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import DEPTH, LEARNING_RATE, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumber, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DecayDescent"]


@dataclass(frozen=True)
class DecayDescent(Measurement):
    """Runs descent with decay early and late, for the same time at every rate."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        LEARNING_RATE,
        Column("schedule_effect", words=Words("distance between the ends of two schedules")),
        Column("step_defect", words=Words("deviation of a step of two layers from its factor")),
        Column("risk", words=Words("risk at the end")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d."""
    problems: PositiveInteger
    """How many problems and starts are drawn."""
    depth: Depths
    """The numbers of layers L."""
    scale: PositiveNumber
    """The standard deviation of the start's entries."""
    dose: PositiveNumber
    """The dose A of each schedule."""
    duration: PositiveNumber
    """How long each schedule lasts: steps times rate."""
    time: PositiveNumber
    """How long descent lasts in all."""
    learning_rate: PositiveNumbers
    """The rates eta."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Run each problem, depth and rate.

        The dose of a step of rate eta and decay lambda is -log(1 - eta lambda), so that both
        schedules have the same exactly.
        """
        from flatminima.theory.diagonal_networks import network_weights, risk_gradient
        from flatminima.theory.diagonal_problems import draw_problem, draw_start
        from flatminima_papers.mirror_decay.theory.descent import decayed_descent, decayed_step

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn).data
            inputs, targets = data.inputs, data.targets
            for depth, rate in product(self.depth, self.learning_rate):
                generator = random_generator(given.seed, given.name, "start", problem, depth)
                layers = draw_start(self.scale, depth, self.features, generator)
                quarter = round(self.duration / rate / 4)
                decays = np.zeros(4 * quarter)
                decays[:quarter] = -np.expm1(-self.dose / quarter) / rate
                steps = round(self.time / rate)
                both = np.stack([decays, decays[::-1]], axis=1)
                ends = network_weights(decayed_descent(inputs, targets, layers, rate, both, steps))
                defect = np.nan
                if depth == 2:
                    u = decayed_step(inputs, targets, layers, rate, decays[0])
                    gradient = risk_gradient(inputs, targets, network_weights(layers))
                    factor = (1 - rate * decays[0]) ** 2 - (rate * gradient) ** 2
                    before, after = layers[0] ** 2 - layers[1] ** 2, u[0] ** 2 - u[1] ** 2
                    defect = np.abs(after - factor * before).max() / np.abs(layers).max() ** 2
                yield {
                    "problem": problem,
                    "depth": depth,
                    "learning_rate": rate,
                    "schedule_effect": np.abs(ends[0] - ends[1]).max(),
                    "step_defect": defect,
                    "risk": np.mean((inputs @ ends[0] - targets) ** 2),
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        steps = sum(self.time / rate for rate in self.learning_rate)
        return Work(6e-5 * steps * self.problems * len(self.depth), 1000 * self.features)
