"""The angle against the layer in wide random perceptrons, beside its closed form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import REPETITION, WIDTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_speed.measurements import ACTIVATION, LAYER, WideActivations, Widths

__all__ = ["SpeedDepth"]


@dataclass(frozen=True)
class SpeedDepth(Measurement):
    """Draws perceptrons on one sample, all of whose layers contribute alike."""

    columns: ClassVar[tuple[Column, ...]] = (
        ACTIVATION,
        WIDTH,
        LAYER,
        REPETITION,
        Column("cosine", words=Words("cosine", label=r"$\cos\theta_\ell$")),
        Column(
            "predicted",
            words=Words("infinite width", label=r"$(1 + c(\ell-1)(2\ell-1)/6\ell)^{-1/2}$"),
        ),
        Column("asymptote", words=Words("deep limit", label=r"$\sqrt{3/c\ell}$")),
    )

    activation: WideActivations
    """Activation functions."""
    width: Widths
    """Neurons of each layer."""
    layers: PositiveInteger
    """The number of layers L."""
    repetitions: PositiveInteger
    """Draws."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each layer of each draw."""
        from flatminima_papers.feature_speed.theory.wide_networks import (
            free_constant,
            free_cosine,
            random_start,
        )

        numbers = np.arange(1, self.layers + 1)
        for activation, width, repetition in product(
            self.activation, self.width, range(self.repetitions)
        ):
            generator = random_generator(given.seed, self.name(), activation, width, repetition)
            start = random_start(activation, width, self.layers, 1.0, generator)
            constant = free_constant(activation, 1.0)
            predicted = free_cosine(numbers, constant)
            for k in range(self.layers):
                yield {
                    "activation": activation,
                    "width": width,
                    "layer": k + 1,
                    "repetition": repetition,
                    "cosine": start.cosines[k],
                    "predicted": predicted[k],
                    "asymptote": np.sqrt(3 / (constant * numbers[k])),
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        draws = len(self.activation) * self.repetitions * self.layers
        seconds = draws * (1e-4 * len(self.width) + 3e-7 * sum(self.width))
        return Work(seconds, 10 * self.layers * max(self.width))
