"""How far the features of a perceptron move while its loss falls by one, by its output scale."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import DEPTH, REPETITION, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_speed.measurements import Depths

__all__ = ["SpeedRules"]


@dataclass(frozen=True)
class SpeedRules(Measurement):
    """Draws ReLU perceptrons with rates 1/(L ||g_k||^2), by which the loss falls at rate one.

    The sensitivity is the root mean square of dh_L/dt. The output is v.h_L over the width
    (``mean_field``), over its root (``standard``), or over the width and times 1/cos theta_L
    of infinite width (``rescaled``); v is standard normal.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "output",
            "str",
            words=Words(
                values={
                    "mean_field": "output $1/m$",
                    "standard": r"output $m^{-1/2}$",
                    "rescaled": r"output $1/(m \cos\theta_L)$",
                }
            ),
        ),
        DEPTH,
        REPETITION,
        Column("sensitivity", words=Words("sensitivity of the features")),
        Column("formula", words=Words("sensitivity by the formula")),
    )

    depth: Depths
    """The numbers of layers L."""
    width: PositiveInteger
    """Neurons m of each layer."""
    repetitions: PositiveInteger
    """Draws."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each draw with each output."""
        from flatminima_papers.feature_speed.theory.wide_networks import (
            free_constant,
            free_cosine,
            random_start,
        )

        root = np.sqrt(self.width)
        for depth, repetition in product(self.depth, range(self.repetitions)):
            generator = random_generator(given.seed, self.name(), depth, self.width, repetition)
            start = random_start("relu", self.width, depth, 1.0, generator)
            predicted = float(free_cosine(depth, free_constant("relu", 1.0)))
            scales = {
                "mean_field": 1 / self.width,
                "standard": 1 / root,
                "rescaled": 1 / (self.width * predicted),
            }
            for output, scale in scales.items():
                # b_L is v times the scale; velocities are in proportion to 1/||b_L||
                speed, backward = start.speed / scale / depth, start.backward_norm * scale
                yield {
                    "output": output,
                    "depth": depth,
                    "repetition": repetition,
                    "sensitivity": speed / root,
                    "formula": 1 / (root * backward * start.cosines[-1]),
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        layers = sum(self.depth) * self.repetitions
        return Work(layers * (1e-4 + 3e-7 * self.width), 10 * max(self.depth) * self.width)
