"""The angle of each layer along the training of a deep linear network."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import INIT_SCALE, STEP, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveNumber, PositiveNumbers, Scales
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_speed.measurements import LAYER

__all__ = ["SpeedTraining"]

FEATURES = 5

MOMENTS = 60
"""Looks along each training, at shares of the risk that are log-even."""


@dataclass(frozen=True)
class SpeedTraining(Measurement):
    """Trains a linear network on white data and looks at the angle of each layer.

    Weights start from N(0, init_scale^2); all layers have one rate. `excess_share` is the risk less
    its minimum, over that at the start.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        INIT_SCALE,
        Column("noise", words=Words("noise of the labels", symbol="noise")),
        STEP,
        LAYER,
        Column("excess_share", words=Words("share of the excess risk that is left")),
        Column("cosine", words=Words(label=r"$\cos\theta_\ell$")),
    )

    init_scale: PositiveNumbers
    """The standard deviation of all weights."""
    noise: Scales
    """The standard deviation of the noise of the labels."""
    depth: PositiveInteger
    """The number of layers L."""
    width: PositiveInteger
    """Neurons of each hidden layer."""
    samples: PositiveInteger
    """Samples, more than five."""
    learning_rate: PositiveNumber
    """eta."""
    steps: PositiveInteger
    """The most steps of gradient descent."""
    excess_share: PositiveNumber
    """The share of the excess risk at which training ends."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each layer along each training."""
        from flatminima.theory.dense_networks import gaussian_layers, identity
        from flatminima_papers.feature_speed.theory.velocities import cosines, feature_speeds

        generator = random_generator(given.seed, self.name(), "data", self.samples)
        draws = generator.standard_normal((self.samples, FEATURES))
        inputs = np.sqrt(self.samples) * np.linalg.qr(draws)[0]
        solution = generator.standard_normal(FEATURES)
        clean = inputs @ solution / np.linalg.norm(solution)
        noise = generator.standard_normal(self.samples)
        widths = (FEATURES, *[self.width] * (self.depth - 1), 1)
        levels = np.geomspace(1, self.excess_share, MOMENTS)
        for scale, size in product(self.init_scale, self.noise):
            targets = clean + size * noise
            fitted = inputs @ (inputs.T @ targets) / self.samples
            drawn = random_generator(given.seed, self.name(), self.depth, self.width)
            layers = gaussian_layers(widths, scale, [drawn])
            first, seen = None, 0
            for step in range(self.steps + 1):
                speeds = feature_speeds(
                    layers, inputs, targets, np.full(self.depth, self.learning_rate), identity
                )
                excess = np.mean((speeds.outputs[0] - fitted) ** 2)
                first = excess if first is None else first
                if excess / first <= levels[seen]:
                    seen = int(np.searchsorted(-levels, -excess / first, side="right"))
                    for layer, cosine in enumerate(cosines(speeds)[:, 0], start=1):
                        yield {
                            "init_scale": scale,
                            "noise": size,
                            "step": step,
                            "layer": layer,
                            "excess_share": excess / first,
                            "cosine": cosine,
                        }
                    if seen == MOMENTS:
                        break
                layers = [
                    layer - self.learning_rate * gradient
                    for layer, gradient in zip(layers, speeds.gradients, strict=True)
                ]

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        trainings = len(self.init_scale) * len(self.noise)
        entries = self.width * (self.width + self.samples)
        seconds = trainings * self.steps * self.depth * (4e-5 + 4e-9 * entries)
        return Work(seconds, 40 * entries)
