"""The stability of SGD on finite data, with replacement and in epochs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Le

from flatminima.core.columns import (
    BATCH_SIZE,
    DATASET,
    DEPTH,
    EXPERIMENT,
    LEARNING_RATE,
    Column,
    Words,
)
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    DatasetNames,
    Depths,
    Misfit,
    PositiveInteger,
    PositiveIntegers,
    PositiveNumbers,
)
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["StochasticSampling"]

SAMPLINGS = ("with replacement", "in epochs")

EPOCHS = 8
"""The smallest number of epochs that a run takes."""


@dataclass(frozen=True)
class StochasticSampling(Measurement):
    """Measures the growth of the second moment of SGD's error on the inputs of finite data.

    The targets are X w*, without noise. `critical_rate` is that of independent batches by the
    fourth moments of the data themselves, and `gaussian_rate` that of Gaussian inputs of the same
    covariance. `growth` is the logarithm of the factor in a step at `relative_rate` times
    `critical_rate`, next to the minimiser that attains it, with its 95 % interval.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        DATASET,
        DEPTH,
        BATCH_SIZE,
        Column("sampling", "str"),
        Column("critical_rate", words=Words("critical rate of SGD", label="critical rate of SGD")),
        Column("gaussian_rate", words=Words("critical rate for Gaussian inputs")),
        Column("exact_critical_rate", words=Words(label=r"$2/S_{\min}$ (descent)")),
        Column(
            "relative_rate",
            words=Words("rate over the critical rate", label="learning rate over the critical one"),
        ),
        LEARNING_RATE,
        Column(
            "growth",
            words=Words(
                "growth of the second moment", label="log growth of the second moment a step"
            ),
        ),
        Column("growth_low"),
        Column("growth_high"),
    )

    dataset: DatasetNames
    """The data, by name; their targets are replaced by X w*."""
    depth: Depths
    """The numbers of layers L."""
    width: PositiveInteger
    """The width of the hidden layers, on which the critical rate does not depend."""
    batch_size: PositiveIntegers
    """The sizes of the batches b."""
    relative_rate: PositiveNumbers
    """Learning rates, in units of the critical rate of independent batches."""
    populations: Annotated[int, Ge(2), Le(1000)]
    """Independent populations of runs."""
    size: Annotated[int, Ge(2), Le(100_000)]
    """The number of runs in a population."""
    steps: Annotated[int, Ge(2), Le(100_000)]
    """Steps, at least eight epochs; the growth is averaged over the second half of them."""

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
        """Measure each dataset, depth, batch size, sampling and rate."""
        for name, depth, batch_size in product(self.dataset, self.depth, self.batch_size):
            yield from self._growths(given, name, given.datasets[name], depth, batch_size)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost: some microseconds for each run's step."""
        total = Work()
        runs = self.populations * self.size
        for name, depth, batch_size in product(self.dataset, self.depth, self.batch_size):
            size = sizes[name]
            weights = self.width * size.features + (depth - 1) * self.width**2
            steps = self.steps + EPOCHS * size.samples / batch_size
            numbers = weights + batch_size * size.features + 10 * (depth + size.features)
            seconds = len(self.relative_rate) * 2 * runs * steps * 1e-8 * numbers
            total += Work(seconds, runs * (10 * weights + 2 * size.samples + numbers))
        return total

    def _growths(
        self, given: Given, name: str, dataset: Dataset, depth: int, batch_size: int
    ) -> Iterator[dict[str, Any]]:
        from flatminima.core.seeding import random_generator
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima.summaries.statistics import mean_interval
        from flatminima.theory.closed_forms import aligned_minimiser, critical_learning_rate
        from flatminima.theory.stochastic_rates import (
            empirical_critical_learning_rate,
            stochastic_critical_learning_rate,
        )
        from flatminima_papers.flat_minima.theory.stochastic_growth import (
            epochs_of_samples,
            independent_samples,
            second_moment_growth,
        )

        problem = (dataset.covariance, dataset.minimum_norm_solution, depth)
        tau, critical = empirical_critical_learning_rate(dataset, depth, batch_size, replaced=True)
        network = LinearNetwork(dataset, depth, self.width)
        stablest = aligned_minimiser(problem[1], network.layer_shapes, tau)
        for sampling, relative in product(SAMPLINGS, self.relative_rate):
            generator = random_generator(
                given.seed, "stochastic_sampling", given.name, name, depth, batch_size, sampling,
                relative,
            )  # fmt: skip
            epoch = dataset.samples // batch_size
            if sampling == "in epochs":
                gradient = epochs_of_samples(dataset.inputs, batch_size, generator)
                rounds, steps = max(EPOCHS, self.steps // epoch), epoch
            else:
                gradient = independent_samples(dataset.inputs, batch_size, True, generator)
                rounds, steps = self.steps, 1
            growths = second_moment_growth(
                network, stablest, relative * critical, gradient,
                populations=self.populations, size=self.size, rounds=rounds, steps=steps,
                generator=generator,
            )  # fmt: skip
            names = ("growth", "growth_low", "growth_high")
            yield {
                "experiment": given.name,
                "dataset": name,
                "depth": depth,
                "batch_size": batch_size,
                "sampling": sampling,
                "critical_rate": critical,
                "gaussian_rate": stochastic_critical_learning_rate(*problem, batch_size),
                "exact_critical_rate": critical_learning_rate(*problem),
                "relative_rate": relative,
                "learning_rate": relative * critical,
                **dict(zip(names, mean_interval(growths), strict=True)),
            }
