"""How SGD with label noise forgets what is orthogonal to the target, at any depth (this study)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Le

from flatminima.core.columns import (
    BATCH_SIZE,
    DATASET,
    DEPTH,
    EXPERIMENT,
    LEARNING_RATE,
    REPETITION,
    STEPS,
    Column,
    Words,
)
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    DatasetNames,
    Depths,
    Misfit,
    PositiveInteger,
    PositiveNumber,
    PositiveNumbers,
)
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["Forgetting"]


@dataclass(frozen=True)
class Forgetting(Measurement):
    """Trains linear networks of any depth by SGD from minimisers, with fresh noise on the labels.

    `decrease` is the fall of the trace of the part of W_1^T W_1 that is orthogonal to w*, and
    `predicted` the fall along the drift of settled runs, after the same `time` eta^2 s^2 / b times
    the number of steps, where s is the standard deviation of the noise. `two_layer_ratio` divides
    the measured fall by that of the law for two layers and white data.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        DATASET,
        Column("condition_number", words=Words("condition number of the covariance")),
        DEPTH,
        BATCH_SIZE,
        LEARNING_RATE,
        Column("label_noise"),
        STEPS,
        REPETITION,
        Column("decrease", words=Words("measured fall of the trace")),
        Column("predicted", words=Words("predicted fall of the trace")),
        Column("ratio", words=Words("measured over predicted fall")),
        Column("two_layer_ratio", words=Words("measured fall over that of the two-layer law")),
    )

    dataset: DatasetNames
    """The data, by name, without label noise of their own."""
    depth: Depths
    """The numbers of layers L."""
    width: Annotated[int, Ge(2), Le(1000)]
    """The width of the hidden layers."""
    batch_size: PositiveInteger
    """The size of the batches b."""
    learning_rate: PositiveNumbers
    """Learning rates, at least two."""
    label_noise: PositiveNumber
    """The standard deviation s of the noise."""
    time: PositiveNumber
    """eta^2 s^2 / b times the number of steps."""
    repetitions: PositiveInteger
    """Runs, all from the same minimiser of each network."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse a single rate, which has no limit, and batches larger than the data."""
        if len(self.learning_rate) < 2:
            raise Misfit("learning_rate", "has one value; allowed: two at least")
        smallest = min(size.samples for size in sizes.values())
        if self.batch_size > smallest:
            raise Misfit(
                "batch_size",
                f"is {self.batch_size}, more than the {smallest} samples of the data; "
                f"allowed: 1 to {smallest}",
            )

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each run."""
        for name, depth in product(self.dataset, self.depth):
            yield from self._falls(given, name, given.datasets[name], depth)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        steps = sum(map(self._steps, self.learning_rate)) * self.repetitions
        total = Work()
        for name, depth in product(self.dataset, self.depth):
            weights = self.width * sizes[name].features + (depth - 1) * self.width**2
            seconds = steps * 1e-8 * (weights + 10 * self.batch_size)
            total += Work(seconds, 2000 * self.repetitions * self.batch_size)
        return total

    def _steps(self, rate: float) -> int:
        return round(self.time * self.batch_size / (rate * self.label_noise) ** 2)

    def _falls(
        self, given: Given, name: str, dataset: Dataset, depth: int
    ) -> Iterator[dict[str, Any]]:
        from flatminima.core.covariances import condition_number
        from flatminima.core.seeding import random_generator
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima.optimisers import Draws, StochasticGradientDescent
        from flatminima.runs.training import train
        from flatminima_papers.support_learning.theory.forgetting import (
            draw_start,
            irrelevant_gram,
            settled_path,
        )

        network = LinearNetwork(dataset, depth, self.width)
        identity = (given.seed, "forgetting", given.name, name, depth)
        start = draw_start(network, random_generator(*identity, "start"))
        before = np.trace(irrelevant_gram(network, start))
        starts = network.allocate(self.repetitions)
        starts[:] = start[:, None]
        for rate in self.learning_rate:
            steps = self._steps(rate)
            time = steps * (rate * self.label_noise) ** 2 / self.batch_size
            end = settled_path(network, start, np.array([time]))[:, -1]
            predicted = before - np.trace(irrelevant_gram(network, end))
            draws = [
                Draws(
                    random_generator(*identity, rate, run), dataset.samples, self.batch_size,
                    replaced=True, label_noise=self.label_noise,
                )
                for run in range(self.repetitions)
            ]  # fmt: skip
            rates = np.full(self.repetitions, rate)
            ends = train(network, starts, StochasticGradientDescent(rates, draws), steps).parameters
            for run in range(self.repetitions):
                decrease = before - np.trace(irrelevant_gram(network, ends[:, run]))
                yield {
                    "experiment": given.name,
                    "dataset": name,
                    "condition_number": condition_number(dataset.covariance),
                    "depth": depth,
                    "batch_size": self.batch_size,
                    "learning_rate": rate,
                    "label_noise": self.label_noise,
                    "steps": steps,
                    "repetition": run,
                    "decrease": decrease,
                    "predicted": predicted,
                    "ratio": decrease / predicted,
                    "two_layer_ratio": decrease / (before * -np.expm1(-4 * time)),
                }
