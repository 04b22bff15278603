"""The feature speed formula along training, at every layer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import DEPTH, LEARNING_RATE, STEP, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_speed.measurements import ACTIVATION, LAYER, Activations, Depths

__all__ = ["SpeedIdentity"]

FEATURES = 5

MOMENTS = 12
"""Looks along each training."""


@dataclass(frozen=True)
class SpeedIdentity(Measurement):
    """Trains networks on random data, with a random rate for each layer, and checks the formula.

    `identity_error` is the difference of cos theta and the sum of eta_k ||g_k||^2 over
    ||dz/dt|| ||b||; `step_error` that of -b . (change of z in a step) and the sum, over the sum.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        ACTIVATION,
        DEPTH,
        LEARNING_RATE,
        STEP,
        LAYER,
        Column("cosine", words=Words(label=r"$\cos\theta_\ell$")),
        Column("identity_error", words=Words("error of the formula")),
        Column("step_error", words=Words("relative error for a finite step")),
    )

    activation: Activations
    """Activation functions."""
    depth: Depths
    """The numbers of layers L."""
    width: PositiveInteger
    """Neurons of each hidden layer."""
    samples: PositiveInteger
    """Samples."""
    learning_rate: PositiveNumbers
    """eta, which each layer has a random multiple of."""
    steps: PositiveInteger
    """Steps of gradient descent."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each layer along each training."""
        from flatminima.theory.dense_networks import (
            gaussian_layers,
            gelu,
            identity,
            rectifier,
        )
        from flatminima_papers.feature_speed.theory.velocities import (
            cosines,
            feature_speeds,
            moved_features,
        )

        functions = {"identity": identity, "relu": rectifier, "gelu": gelu}
        moments = set(np.linspace(0, self.steps, MOMENTS).astype(int).tolist())
        for name, depth, rate in product(self.activation, self.depth, self.learning_rate):
            generator = random_generator(given.seed, self.name(), name, depth)
            inputs = generator.standard_normal((self.samples, FEATURES))
            targets = generator.standard_normal(self.samples)
            multiples = generator.uniform(0.5, 1.5, depth)
            widths = (FEATURES, *[self.width] * (depth - 1), 1)
            layers = [
                layer * np.sqrt(1 / layer.shape[2])
                for layer in gaussian_layers(widths, 1.0, [generator])
            ]
            for step in range(self.steps + 1):
                problem = (inputs, targets, rate * multiples, functions[name])
                speeds = feature_speeds(layers, *problem)
                moved = [
                    layer - one * gradient
                    for layer, one, gradient in zip(
                        layers, rate * multiples, speeds.gradients, strict=True
                    )
                ]
                if step in moments:
                    changes = moved_features(layers, inputs, moved, functions[name])
                    angles = cosines(speeds)
                    for k in range(depth):
                        b, sum_of_decay = speeds.backward_vectors[k], speeds.decay[k, 0]
                        size = np.linalg.norm(speeds.velocities[k]) * np.linalg.norm(b)
                        yield {
                            "activation": name,
                            "depth": depth,
                            "learning_rate": rate,
                            "step": step,
                            "layer": k + 1,
                            "cosine": angles[k, 0],
                            "identity_error": abs(angles[k, 0] - sum_of_decay / size),
                            "step_error": abs(-np.sum(b * changes[k]) / sum_of_decay - 1),
                        }
                layers = moved

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        layers = len(self.activation) * len(self.learning_rate) * sum(self.depth)
        entries = self.width * (self.width + self.samples)
        return Work(layers * self.steps * (6e-5 + 4e-9 * entries), 40 * entries)
