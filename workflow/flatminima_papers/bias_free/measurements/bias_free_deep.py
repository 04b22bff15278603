"""Three ReLU layers from small random starts: one half space is learned before the other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import INIT_SCALE, REPETITION, STEP, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveNumber, PositiveNumbers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.bias_free.measurements import drawn_inputs, generators, unit_vector

__all__ = ["BiasFreeDeep"]

FEATURES = 4

MOMENTS = 100
"""Rows of each run."""


@dataclass(frozen=True)
class BiasFreeDeep(Measurement):
    """Trains three ReLU layers on white data and a linear target of norm 1, from N(0, s^2).

    The steps are those of `time` over the rate and the scale. `even_part` is its root mean square,
    at most 1/2 where one half space is learned and the other is not; `first_layer_rest` the second
    singular value of W_1 over the first, `second_layer_rest` the third of W_2 over the first.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        INIT_SCALE,
        REPETITION,
        STEP,
        Column("scaled_time", words=Words("time times scale", label=r"time $t\,s$")),
        Column("risk", words=Words("risk")),
        Column("even_part", words=Words("even part")),
        Column("largest_even", words=Words("largest even part until then")),
        Column("first_layer_rest", words=Words("second singular value of the first layer")),
        Column("second_layer_rest", words=Words("third singular value of the second layer")),
    )

    init_scale: PositiveNumbers
    """The standard deviation s of all weights."""
    repetitions: PositiveInteger
    """Runs of each scale."""
    width: PositiveInteger
    """Neurons of each hidden layer."""
    points: PositiveInteger
    """Points, each with its mirror."""
    learning_rate: PositiveNumber
    """eta."""
    time: PositiveNumber
    """Steps times learning rate, times scale: the plateau lasts as long as one over the scale."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each run along its path."""
        from flatminima.theory.dense_networks import descent_step, gaussian_layers, rectifier
        from flatminima_papers.bias_free.theory.symmetric_data import even_part, root_mean_square

        inputs = drawn_inputs(given.seed, self.points, FEATURES)
        targets = inputs @ unit_vector(given.seed, FEATURES)
        for scale in self.init_scale:
            draws = generators(given.seed, range(self.repetitions), self.name(), self.width, scale)
            layers = gaussian_layers((FEATURES, self.width, self.width, 1), scale, draws)
            largest = np.zeros(self.repetitions)
            steps = round(self.time / self.learning_rate / scale)
            moments = set(np.linspace(0, steps, MOMENTS).astype(int).tolist())
            for step in range(steps + 1):
                before = layers
                layers, outputs = descent_step(
                    layers, inputs, targets, self.learning_rate, rectifier
                )
                even = root_mean_square(even_part(outputs))
                largest = np.maximum(largest, even)
                if step not in moments:
                    continue
                first, second = (np.linalg.svd(one, compute_uv=False) for one in before[:2])
                for run in range(self.repetitions):
                    yield {
                        "init_scale": scale,
                        "repetition": run,
                        "step": step,
                        "scaled_time": step * self.learning_rate * scale,
                        "risk": np.mean((outputs[run] - targets) ** 2),
                        "even_part": even[run],
                        "largest_even": largest[run],
                        "first_layer_rest": first[run, 1] / first[run, 0],
                        "second_layer_rest": second[run, 2] / second[run, 0],
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        steps = sum(self.time / self.learning_rate / scale for scale in self.init_scale)
        entries = self.repetitions * self.width * self.points
        return Work(steps * (2e-4 + 8e-8 * entries), 40 * entries)
