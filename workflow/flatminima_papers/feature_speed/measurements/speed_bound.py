"""Kantorovich's bound on the angle, at random starts whose kernel is written out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import DEPTH, REPETITION, WIDTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_speed.measurements import ACTIVATION, Activations, Depths, Widths

__all__ = ["SpeedBound"]

RATE = 0.1
"""Of every layer: the angle does not depend on it."""


@dataclass(frozen=True)
class SpeedBound(Measurement):
    """Compares the angle at the last hidden layer with its bound, on random data.

    `formula_cosine` is cos theta by the velocities, and `cosine` by the kernel K; `least_cosine` is
    that of the backward vector which is least aligned with K, `isotropic` the prediction for a
    random direction, and `random_cosine` the mean of what 100 random directions have.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        ACTIVATION,
        DEPTH,
        WIDTH,
        REPETITION,
        Column("cosine", words=Words("cosine by the kernel")),
        Column("formula_cosine", words=Words("cosine by the velocities")),
        Column("bound", words=Words("bound of Kantorovich")),
        Column("least_cosine", words=Words("cosine of the least aligned vector")),
        Column("isotropic", words=Words("prediction for a random direction")),
        Column("random_cosine", words=Words("mean over random directions")),
    )

    activation: Activations
    """Activation functions."""
    depth: Depths
    """The numbers of layers L."""
    width: Widths
    """Neurons of each hidden layer, more than samples."""
    samples: PositiveInteger
    """Samples."""
    repetitions: PositiveInteger
    """Draws of data and weights."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each draw."""
        from flatminima.theory.dense_networks import (
            gaussian_layers,
            gelu,
            identity,
            rectifier,
        )
        from flatminima_papers.feature_speed.theory.velocities import (
            cosines,
            feature_kernel,
            feature_speeds,
            isotropic_cosine,
            kantorovich_bound,
            least_aligned,
        )

        functions = {"identity": identity, "relu": rectifier, "gelu": gelu}
        for name, depth, width, repetition in product(
            self.activation, self.depth, self.width, range(self.repetitions)
        ):
            generator = random_generator(given.seed, self.name(), name, depth, width, repetition)
            inputs = generator.standard_normal((self.samples, width))
            targets = generator.standard_normal(self.samples)
            layers = [
                layer * np.sqrt(2 / width)
                for layer in gaussian_layers((*[width] * depth, 1), 1.0, [generator])
            ]
            rates = np.full(depth, RATE)
            speeds = feature_speeds(layers, inputs, targets, rates, functions[name])
            kernel = feature_kernel(layers, inputs, rates, functions[name], depth - 1)
            directions = generator.standard_normal((len(kernel), 100))
            yield {
                "activation": name,
                "depth": depth,
                "width": width,
                "repetition": repetition,
                "cosine": _cosine(kernel, speeds.backward_vectors[-2].ravel()),
                "formula_cosine": cosines(speeds)[-2, 0],
                "bound": kantorovich_bound(kernel),
                "least_cosine": _cosine(kernel, least_aligned(kernel)),
                "isotropic": isotropic_cosine(kernel),
                "random_cosine": np.mean([_cosine(kernel, b) for b in directions.T]),
            }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        cases = len(self.activation) * len(self.depth) * self.repetitions
        cubes = sum((width * self.samples) ** 3 for width in self.width)
        largest = (max(self.width) * self.samples) ** 2
        return Work(cases * (3e-3 * len(self.width) + 2e-9 * cubes), 10 * largest)


def _cosine(kernel: np.ndarray, vector: np.ndarray) -> float:
    """Return the cosine of b and K b."""
    moved = kernel @ vector
    return float(vector @ moved / np.linalg.norm(vector) / np.linalg.norm(moved))
