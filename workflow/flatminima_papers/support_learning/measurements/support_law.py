"""How stochastic gradient descent forgets irrelevant inputs at a minimum.

"Paper" is Beneventano, Pinto and Poggio, arXiv:2406.11110.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Le

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
from flatminima.core.kinds import (
    DatasetNames,
    Misfit,
    PositiveInteger,
    PositiveIntegers,
    PositiveNumber,
    PositiveNumbers,
)
from flatminima.core.seeding import random_generator
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["SupportLaw"]


@dataclass(frozen=True)
class SupportLaw(Measurement):
    """Trains two-layer linear networks by SGD from minimisers, with fresh noise on the labels.

    The noise causes a drift of second order. It shrinks the first-layer columns of irrelevant
    inputs at the rate `predicted` = 2 eta^2 s^2 / b per step, where s is the standard deviation of
    the noise and Sigma is the identity. Under gradient descent (noise `none`) they do not change.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        DATASET,
        BATCH_SIZE,
        LEARNING_RATE,
        Column("label_noise"),
        Column("steps", "int64"),
        REPETITION,
        Column("noise", "str"),
        Column("rate", words=Words("measured rate a step", label="rate of decay a step")),
        Column("predicted", words=Words("predicted rate a step", label=r"$2\eta^2 s^2/b$")),
        Column("ratio", words=Words("measured over predicted rate")),
    )

    dataset: DatasetNames
    """The data, by name; whitened, without label noise of its own."""
    width: Annotated[int, Ge(2), Le(1000)]
    """The width of the hidden layer."""
    batch_size: PositiveIntegers
    """Sizes of batches."""
    learning_rate: PositiveNumbers
    """Learning rates."""
    label_noise: PositiveNumber
    """The standard deviation s of the noise."""
    decay: Annotated[float, Ge(0.01), Le(3)]
    """By how much the logarithm of the norm is to fall, which says how many steps are taken."""
    repetitions: PositiveInteger
    """Starts."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse batches larger than the data."""
        smallest = min(size.samples for size in sizes.values())
        if max(self.batch_size) > smallest:
            raise Misfit(
                "batch_size",
                f"is {max(self.batch_size)}, more than the {smallest} samples of the data; "
                f"allowed: 1 to {smallest}",
            )

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each run."""
        for name in self.dataset:
            dataset = given.datasets[name]
            for batch_size in self.batch_size:
                for rate in self.learning_rate:
                    for noisy in (True, False):
                        yield from self._decays(given, name, dataset, batch_size, rate, noisy)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        steps = sum(
            2 * self._steps(batch_size, rate) * (batch_size + 20)
            for batch_size in self.batch_size
            for rate in self.learning_rate
        )
        seconds = sum(
            self.repetitions * steps * 2e-9 * (self.width + 10) * size.features
            for size in sizes.values()
        )
        return Work(seconds, 2000 * self.repetitions * max(self.batch_size))

    def _steps(self, batch_size: int, rate: float) -> int:
        return int(np.ceil(self.decay * batch_size / (2 * (rate * self.label_noise) ** 2)))

    def _decays(
        self, given: Given, name: str, dataset: Dataset, batch_size: int, rate: float, noisy: bool
    ) -> Iterator[dict[str, Any]]:
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima.optimisers import Draws, GradientDescent, StochasticGradientDescent
        from flatminima.runs.training import train
        from flatminima.theory.first_layer import irrelevant_norm

        network = LinearNetwork(dataset, 2, self.width)
        identity = (given.seed, "support_law", given.name, name)
        starts = network.allocate(self.repetitions)
        for run in range(self.repetitions):
            starts[:, run] = self._minimiser(dataset, random_generator(*identity, run))
        rates = np.full(self.repetitions, rate)
        steps = self._steps(batch_size, rate)
        if noisy:
            draws = [
                Draws(
                    random_generator(*identity, batch_size, rate, run),
                    dataset.samples,
                    batch_size,
                    replaced=True,
                    label_noise=self.label_noise,
                )
                for run in range(self.repetitions)
            ]
            end = train(network, starts, StochasticGradientDescent(rates, draws), steps)
        else:
            end = train(network, starts, GradientDescent(rates), steps)
        predicted = 2 * (rate * self.label_noise) ** 2 / batch_size
        for run in range(self.repetitions):
            before, after = (
                irrelevant_norm(network, weights[:, run], dataset.relevant)
                for weights in (starts, end.parameters)
            )
            measured = np.log(before / after) / steps
            yield {
                "experiment": given.name,
                "dataset": name,
                "batch_size": batch_size,
                "learning_rate": rate,
                "label_noise": self.label_noise,
                "steps": steps,
                "repetition": run,
                "noise": "fresh" if noisy else "none",
                "rate": measured,
                "predicted": predicted,
                "ratio": measured / predicted,
            }

    def _minimiser(self, dataset: Dataset, generator: np.random.Generator) -> np.ndarray:
        """Return W_1 and w_2 with w_2^T W_1 = w*, w_2 of norm 1, and the rest of W_1 random."""
        last = generator.standard_normal(self.width)
        last /= np.linalg.norm(last)
        first = generator.standard_normal((self.width, dataset.features)) / np.sqrt(self.width)
        first += np.outer(last, dataset.minimum_norm_solution - last @ first)
        return np.concatenate([first.ravel(), last])
