"""The course of training from an aligned start of rank one, beside its closed form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import LEARNING_RATE, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveNumber, PositiveNumbers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.bias_free.measurements import SLOPE, Slopes, drawn_inputs, unit_vector

__all__ = ["BiasFreeCourses"]

FEATURES = 4
NEURONS = 4

MOMENTS = 50
"""Rows of each course."""


@dataclass(frozen=True)
class BiasFreeCourses(Measurement):
    """Follows ||kappa v|| on white data, and the logistic of gradient flow."""

    columns: ClassVar[tuple[Column, ...]] = (
        SLOPE,
        LEARNING_RATE,
        Column("time", words=Words("steps times learning rate", label=r"time, steps times $\eta$")),
        Column("norm", words=Words("norm of the linear part", label=r"$\|\kappa v\|$")),
        Column("predicted_norm", words=Words("logistic course of gradient flow")),
    )

    slope: Slopes
    """The slopes alpha of the leaky rectifier where it is negative."""
    learning_rate: PositiveNumbers
    """The rates eta."""
    init_scale: PositiveNumber
    """The norm of each layer at the start."""
    solution_norm: PositiveNumber
    """||w*||."""
    points: PositiveInteger
    """Points, each with its mirror."""
    time: PositiveNumber
    """Steps times learning rate."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each course."""
        from flatminima.theory.dense_networks import descent_step, leaky_rectifier
        from flatminima_papers.bias_free.theory.two_layers import (
            linear_part,
            linear_slope,
            logistic_course,
            rank_one_start,
        )

        inputs = drawn_inputs(given.seed, self.points, FEATURES)
        direction = unit_vector(given.seed, FEATURES)
        targets = self.solution_norm * inputs @ direction
        for slope, rate in product(self.slope, self.learning_rate):
            layers, kappa = rank_one_start(direction, NEURONS, self.init_scale), linear_slope(slope)
            start = kappa * self.init_scale**2
            steps = round(self.time / rate)
            moments = set(np.linspace(0, steps, MOMENTS).astype(int).tolist())
            for step in range(steps + 1):
                if step in moments:
                    time = np.array(step * rate)
                    yield {
                        "slope": slope,
                        "learning_rate": rate,
                        "time": time,
                        "norm": kappa * np.linalg.norm(linear_part(layers)),
                        "predicted_norm": logistic_course(time, start, self.solution_norm, slope),
                    }
                layers, _ = descent_step(layers, inputs, targets, rate, leaky_rectifier(slope))

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        steps = len(self.slope) * sum(self.time / rate for rate in self.learning_rate)
        return Work(1e-4 * steps, 100 * self.points)
