"""Chains of rank one and their mirrors, step by step beside the linear chains they move as."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Len, Lt

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveInteger, PositiveNumber
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.bias_free.measurements import SLOPE, Depths, drawn_inputs

__all__ = ["BiasFreeChains"]

FEATURES = 4


@dataclass(frozen=True)
class BiasFreeChains(Measurement):
    """Trains ReLU chains of each depth and leaky ones of three layers, each beside its mirror.

    `deviation` is the largest difference of outputs along the path from those of the linear chain,
    over the largest output.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        SLOPE,
        DEPTH,
        Column("deviation", words=Words("deviation from the linear chain")),
        Column("largest_output", words=Words("largest output")),
    )

    depth: Depths
    """The numbers of layers L of the ReLU networks."""
    slope: Annotated[tuple[Annotated[float, Ge(0), Lt(1)], ...], Len(1), Axis()]
    """The slopes alpha of the leaky rectifiers of three layers."""
    width: PositiveInteger
    """Neurons of a chain in each hidden layer."""
    points: PositiveInteger
    """Points, each with its mirror."""
    learning_rate: PositiveNumber
    """eta."""
    steps: PositiveInteger
    """Steps."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each chain."""
        from flatminima.theory.dense_networks import descent_step, identity, leaky_rectifier
        from flatminima_papers.bias_free.theory.chains import (
            chain,
            chain_norm,
            leaky_pair,
            leaky_twin,
            with_mirror,
        )

        inputs = drawn_inputs(given.seed, self.points, FEATURES)
        cases = [(0.0, depth) for depth in self.depth] + [(slope, 3) for slope in self.slope]
        for slope, depth in dict.fromkeys(cases):
            generator = random_generator(given.seed, self.name(), slope, depth, self.width)
            half = generator.standard_normal(self.points)
            targets = np.concatenate([half, -half])
            hidden = [generator.uniform(0, 1, self.width) for _ in range(depth - 1)]
            units = [vector / np.linalg.norm(vector) * 0.7 for vector in hidden]
            start = chain(generator.standard_normal(FEATURES) / 2, units, 0.5)
            if slope == 0:
                network, linear, rate = with_mirror(start), start, self.learning_rate / 2
            else:
                network, linear = leaky_pair(start, slope), leaky_twin(start, slope)
                rate = self.learning_rate * chain_norm(slope) ** (2 / 3)
            furthest = largest = 0.0
            for _ in range(self.steps):
                network, outputs = descent_step(
                    network, inputs, targets, self.learning_rate, leaky_rectifier(slope)
                )
                linear, expected = descent_step(linear, inputs, targets, rate, identity)
                furthest = max(furthest, np.abs(outputs - expected).max())
                largest = max(largest, np.abs(expected).max())
            yield {
                "slope": slope,
                "depth": depth,
                "deviation": furthest / largest,
                "largest_output": largest,
            }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        layers = sum(self.depth) + 3 * len(self.slope)
        return Work(layers * self.steps * 1e-4, 100 * self.points * self.width)
