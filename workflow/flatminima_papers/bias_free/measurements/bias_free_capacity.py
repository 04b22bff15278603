"""What two and three layers without biases can fit on mirrored data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import REPETITION, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveIntegers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.bias_free.measurements import SLOPE, Slopes

__all__ = ["BiasFreeCapacity"]

NEURONS_PER_LINE = 20
"""As many random neurons as lines may fail to span the even part."""

WIDTH = 50
"""Of the random network whose odd part is put beside a line."""


@dataclass(frozen=True)
class BiasFreeCapacity(Measurement):
    """Fits random targets on mirrored points with two and with three layers.

    `two_layer_excess` is the smallest risk over the outer weights of random neurons, over the
    floor, minus 1; `three_layer_risk` that of the layers that are constructed to interpolate, over
    the mean square of the targets; `odd_rest` what the best line leaves of the odd part of a random
    two-layer network, both as root mean squares, over the odd part.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column("features", "int64", words=Words("features", symbol="$d$")),
        SLOPE,
        REPETITION,
        Column("floor", words=Words("linear risk of the odd part")),
        Column("two_layer_excess", words=Words("risk of two layers over the floor, minus 1")),
        Column("three_layer_risk", words=Words("relative risk of three constructed layers")),
        Column("odd_rest", words=Words("what is not linear of the odd part")),
    )

    features: PositiveIntegers
    """The numbers of features d."""
    slope: Slopes
    """The slopes alpha of the leaky rectifier where it is negative: 0 for ReLU."""
    points: PositiveInteger
    """Points, each with its mirror."""
    repetitions: PositiveInteger
    """Draws of points and targets."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each draw."""
        from flatminima.theory.dense_networks import forward, gaussian_layers, leaky_rectifier
        from flatminima_papers.bias_free.theory.capacity import (
            fitted_random_neurons,
            interpolating_layers,
        )
        from flatminima_papers.bias_free.theory.symmetric_data import (
            linear_floor,
            mirrored,
            odd_part,
        )

        cases = product(self.features, self.slope, range(self.repetitions))
        for features, slope, repetition in cases:
            generator = random_generator(given.seed, self.name(), features, slope, repetition)
            inputs = mirrored(generator.standard_normal((self.points, features)))
            targets = generator.standard_normal(2 * self.points)
            floor = linear_floor(inputs, targets)
            neurons = NEURONS_PER_LINE * self.points
            reached = fitted_random_neurons(inputs, targets, slope, neurons, generator)
            activation = leaky_rectifier(slope)
            built = forward(interpolating_layers(inputs, targets, slope), inputs, activation)
            layers = gaussian_layers((features, WIDTH, 1), 1.0, [generator])
            outputs = forward(layers, inputs, activation).outputs[0]
            odd = np.concatenate([odd_part(outputs), -odd_part(outputs)])
            yield {
                "features": features,
                "slope": slope,
                "repetition": repetition,
                "floor": floor,
                "two_layer_excess": reached / floor - 1,
                "three_layer_risk": np.mean((built.outputs[0] - targets) ** 2)
                / np.mean(targets**2),
                "odd_rest": np.sqrt(linear_floor(inputs, odd) / np.mean(odd**2)),
            }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        cases = len(self.features) * len(self.slope) * self.repetitions
        entries = 2 * self.points * NEURONS_PER_LINE * self.points
        return Work(cases * (2e-3 + 1e-6 * entries), 10 * entries)
