"""The weights along the schedules: a diagonal network beside a fully connected one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveNumber
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DecayPath"]


@dataclass(frozen=True)
class DecayPath(Measurement):
    """Records the weights of two layers at even times, under each schedule."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "network",
            "str",
            words=Words(label="", values={"diagonal": "diagonal", "connected": "fully connected"}),
        ),
        Column("schedule", "str"),
        Column("time", words=Words(label="time $t$")),
        Column("coordinate", "int64"),
        Column("weight", words=Words(label="weight $w_i$")),
        Column("limit", words=Words("end of the smaller start")),
        Column(
            "distance", words=Words("distance of all weights from the end of the smaller start")
        ),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d."""
    width: PositiveInteger
    """The width of the fully connected network."""
    scale: PositiveNumber
    """The standard deviation of the start's entries."""
    dose: PositiveNumber
    """The dose A of each schedule."""
    duration: PositiveNumber
    """How long each schedule lasts."""
    time: PositiveNumber
    """Until when the weights are recorded."""
    points: PositiveInteger
    """At how many times."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Record the weights; the limit is that of decay-free flow from e^(-A) times the start."""
        from flatminima.theory.diagonal_problems import draw_problem
        from flatminima_papers.mirror_decay.theory.controls import (
            Diagonal,
            FullyConnected,
            follow,
        )
        from flatminima_papers.mirror_decay.theory.schedules import SCHEDULES, pieces_of

        drawn = random_generator(given.seed, given.name, "problem")
        data = draw_problem(self.samples, self.features, drawn).data
        shapes = [(self.width, self.features), (1, self.width)]
        networks = {
            "diagonal": (Diagonal(data.inputs, data.targets, 2), 2 * self.features),
            "connected": (
                FullyConnected(data.inputs, data.targets, shapes),
                self.width * (self.features + 1),
            ),
        }
        times = np.linspace(0, self.time, self.points)
        rest = 3 * self.time
        for name, (network, size) in networks.items():
            generator = random_generator(given.seed, given.name, "start", name)
            start = self.scale * generator.standard_normal(size)
            smaller = follow(network.gradient, np.exp(-self.dose) * start, [], rest)[1][-1]
            limit = network.weights(smaller)
            for schedule in SCHEDULES:
                pieces = pieces_of(schedule, self.dose, self.duration)
                passed, path = follow(network.gradient, start, pieces, rest)
                weights = np.array([network.weights(parameters) for parameters in path])
                distances = np.linalg.norm(weights - limit, axis=1)
                for time in times:
                    for coordinate in range(self.features):
                        yield {
                            "network": name,
                            "schedule": schedule,
                            "time": time,
                            "coordinate": coordinate + 1,
                            "weight": np.interp(time, passed, weights[:, coordinate]),
                            "limit": limit[coordinate],
                            "distance": np.interp(time, passed, distances),
                        }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        return Work(10, 10_000 * self.features * self.width)
