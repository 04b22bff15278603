"""Gradient flow under swinging weight decay, beside the time-dependent mirror flow."""

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

__all__ = ["DecayIdentity"]


@dataclass(frozen=True)
class DecayIdentity(Measurement):
    """Compares the dual variable of the grown weights with the gradients that pushed it."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column("dose", words=Words(label="dose $A$")),
        Column("defect", words=Words("deviation from the mirror flow over the way in the dual")),
        Column("defect_without_clock", words=Words("the same if the clock were not to change")),
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
    dose: PositiveNumbers
    """The doses A of the decay."""
    duration: PositiveNumber
    """How long the decay lasts, in three swings."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth and dose, at the end of the decay."""
        import numpy as np

        from flatminima.theory.diagonal_flow import flow_for
        from flatminima.theory.diagonal_networks import network_weights, risk_gradient
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem, draw_start
        from flatminima_papers.mirror_decay.theory.schedules import wave

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn).data
            for depth, dose in product(self.depth, self.dose):
                generator = random_generator(given.seed, given.name, "start", problem, depth)
                layers = draw_start(self.scale, depth, self.features, generator)
                decay = wave(dose, self.duration, 3)
                path = flow_for(self.duration, data.inputs, data.targets, layers, decay)
                start = split_start(layers)
                weights = network_weights(path.layers)
                grown = np.exp(depth * dose) * weights[-1]
                way = start.potential.dual_of(grown) - start.dual
                gradients = risk_gradient(data.inputs, data.targets, weights)
                unclocked = np.trapezoid(gradients, path.times, axis=0)
                size = np.abs(way).max()
                yield {
                    "problem": problem,
                    "depth": depth,
                    "dose": dose,
                    "defect": np.abs(way + path.push[-1]).max() / size,
                    "defect_without_clock": np.abs(way + unclocked).max() / size,
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        flows = self.problems * len(self.depth) * len(self.dose)
        return Work(0.3 * flows, 2000 * max(self.depth) * self.features)
