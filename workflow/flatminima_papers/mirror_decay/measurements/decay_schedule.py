"""Schedules of weight decay with one dose: where diagonal networks end under each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumber
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DecaySchedule"]


@dataclass(frozen=True)
class DecaySchedule(Measurement):
    """Follows the flow under four schedules, each off at last."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column("schedule", "str"),
        Column("dose_defect", words=Words("distance from the end of the smaller start")),
        Column("dose_effect", words=Words("distance from the end without decay")),
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
    """How long each schedule lasts."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth and schedule."""
        import numpy as np

        from flatminima.theory.diagonal_limits import limit_of_flow
        from flatminima.theory.diagonal_networks import network_weights
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem, draw_start
        from flatminima_papers.mirror_decay.theory.schedules import (
            SCHEDULES,
            flow_under,
            pieces_of,
        )

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn).data
            inputs, targets = data.inputs, data.targets
            for depth in self.depth:
                generator = random_generator(given.seed, given.name, "start", problem, depth)
                layers = draw_start(self.scale, depth, self.features, generator)
                shrunk = split_start(np.exp(-self.dose) * layers)
                smaller = limit_of_flow(inputs, targets, shrunk).weights
                without = limit_of_flow(inputs, targets, split_start(layers)).weights
                for schedule in SCHEDULES:
                    pieces = pieces_of(schedule, self.dose, self.duration)
                    path = flow_under(pieces, 1e-22, inputs, targets, layers)
                    end = network_weights(path.layers[-1])
                    yield {
                        "problem": problem,
                        "depth": depth,
                        "schedule": schedule,
                        "dose_defect": np.abs(end - smaller).max(),
                        "dose_effect": np.abs(end - without).max(),
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        flows = 4 * self.problems * sum(0.2 * depth / self.scale for depth in self.depth)
        return Work(flows, 30_000 * max(self.depth) * self.features)
