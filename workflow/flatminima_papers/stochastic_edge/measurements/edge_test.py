"""A test of being at the edge: runs go on with another rate or batch size.

"Paper" is Andreyev and Beneventano, arXiv:2412.20553.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import (
    BATCH_SIZE,
    DATASET,
    EXPERIMENT,
    LEARNING_RATE,
    REPETITION,
    Column,
    Words,
)
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, Misfit, PositiveInteger, PositiveNumber
from flatminima.core.seeding import random_generator
from flatminima.datasets import Dataset, DataSize
from flatminima.kernels.blocks import padded
from flatminima.measurements import Given, Measurement
from flatminima.networks import count_weights

__all__ = ["CHANGES", "EdgeTest"]

CHANGES = {
    "nothing": (1.0, 1.0),
    "rate doubled": (2.0, 1.0),
    "batch halved": (1.0, 0.5),
    "rate halved": (0.5, 1.0),
    "batch doubled": (1.0, 2.0),
}
"""The factors of the learning rate and of the batch size."""

LOOKS = 40
"""How often the risk is measured after a change."""

RELATIVE_ERROR = 0.02


@dataclass(frozen=True)
class EdgeTest(Measurement):
    """Trains ReLU perceptrons by SGD, and goes on with another rate or batch size.

    `spike` is the highest risk in the first quarter of the steps after the change, over the risk at
    the change. It is at least 1, and infinite if the run diverges. `relative_after` is the final
    batch sharpness over 2 / the new rate, for a run that has not diverged.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        DATASET,
        BATCH_SIZE,
        LEARNING_RATE,
        REPETITION,
        Column("change", "str"),
        Column("risk_before"),
        Column("spike", words=Words("highest risk after the change over that before")),
        Column("relative_before", words=Words("batch sharpness before the change over 2/η")),
        Column("relative_after", words=Words("batch sharpness after the change over the new 2/η")),
    )

    dataset: DatasetNames
    """The data, by name."""
    widths: Annotated[tuple[Annotated[int, Ge(1), Le(10_000)], ...], Len(1, 100)]
    """The widths of the hidden layers."""
    init_scale: PositiveNumber
    """What the He initialisation is multiplied by."""
    batch_size: PositiveInteger
    """Of the batches before the change; even."""
    learning_rate: PositiveNumber
    """The rate before the change."""
    steps: PositiveInteger
    """Steps before the change."""
    further_steps: Annotated[int, Ge(40), Le(1_000_000_000)]
    """Steps after it."""
    repetitions: PositiveInteger
    """Runs, each of which is gone on from with every change."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse batches that cannot be halved or doubled."""
        smallest = min(size.samples for size in sizes.values())
        if self.batch_size % 2 or 2 * self.batch_size > smallest:
            raise Misfit(
                "batch_size",
                f"is {self.batch_size}; allowed: an even number up to {smallest // 2}, half of the "
                "samples",
            )

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Test each run."""
        for name in self.dataset:
            yield from self._test(given, name, given.datasets[name])

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        total = Work()
        for size in (sizes[name] for name in self.dataset):
            weights = count_weights(size.features, self.widths)
            steps = self.steps + len(CHANGES) * self.further_steps
            runs = padded(self.repetitions)
            seconds = runs * steps * (self.batch_size + 4) * weights * 2e-10
            looks = (
                self.repetitions * len(CHANGES) * (0.05 + LOOKS * size.samples * weights * 2e-10)
            )
            total += Work(seconds + looks, runs * (20 * weights + 200 * self.batch_size))
        return total

    def _test(self, given: Given, name: str, dataset: Dataset) -> Iterator[dict[str, Any]]:
        from flatminima.networks import initialise
        from flatminima.networks.mlp.network import MultilayerPerceptron
        from flatminima.optimisers import Draws, StochasticGradientDescent
        from flatminima.runs.training import train
        from flatminima.sharpness.batches import estimate_batch_sharpness

        network = MultilayerPerceptron(
            dataset, len(self.widths) + 1, self.widths, activation="relu"
        )
        generators = [
            random_generator(given.seed, "edge_test", given.name, name, repetition)
            for repetition in range(self.repetitions)
        ]
        starts = network.allocate(self.repetitions)
        for run, generator in enumerate(generators):
            starts[:, run] = initialise("he", network.layer_shapes, self.init_scale, generator)

        def optimiser(rate: float, batch_size: int, generators: list) -> StochasticGradientDescent:
            draws = [Draws(generator, dataset.samples, batch_size) for generator in generators]
            return StochasticGradientDescent(np.full(self.repetitions, rate), draws)

        def batch_sharpness(weights: np.ndarray, batch_size: int) -> float:
            return estimate_batch_sharpness(network, weights, batch_size, RELATIVE_ERROR).value

        reached = train(
            network,
            starts,
            optimiser(self.learning_rate, self.batch_size, generators),
            self.steps,
        )
        before = [
            batch_sharpness(np.ascontiguousarray(weights), self.batch_size)
            for weights in reached.parameters.T
        ]
        watched = range(0, self.further_steps // 4, max(1, self.further_steps // 4 // LOOKS))
        for change, (of_rate, of_batch) in CHANGES.items():
            rate, batch_size = self.learning_rate * of_rate, int(self.batch_size * of_batch)
            risks: list[np.ndarray] = []

            def observe(
                step: int, weights: np.ndarray, alive: np.ndarray, risks: list = risks
            ) -> None:
                del step
                outputs = network.predict(weights, dataset.inputs)
                risk = np.mean((outputs - dataset.targets[:, None]) ** 2, axis=0)
                risks.append(np.where(alive, risk, np.inf))

            after = train(
                network,
                reached.parameters,
                optimiser(
                    rate,
                    batch_size,
                    [
                        random_generator(
                            given.seed, "edge_test", given.name, name, repetition, change
                        )
                        for repetition in range(self.repetitions)
                    ],
                ),
                self.further_steps,
                recorded_steps=set(watched),
                observe=observe,
            )
            for run in range(self.repetitions):
                weights = np.ascontiguousarray(after.parameters[:, run])
                yield {
                    "experiment": given.name,
                    "dataset": name,
                    "batch_size": self.batch_size,
                    "learning_rate": self.learning_rate,
                    "repetition": run,
                    "change": change,
                    "risk_before": reached.risk[run],
                    "spike": np.max(risks, axis=0)[run] / reached.risk[run],
                    "relative_before": before[run] * self.learning_rate / 2,
                    "relative_after": batch_sharpness(weights, batch_size) * rate / 2,
                }
