"""Gradient descent with Gaussian noise of the covariance that the batches of SGD cause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np

from flatminima.columns import BATCH_SIZE, Column
from flatminima.costs import Work
from flatminima.datasets import DataSize
from flatminima.kinds import BatchSizes
from flatminima.networks import Network, NetworkKind
from flatminima.optimisers import OptimiserKind, sizes_of_batches
from flatminima.people import for_people
from flatminima.runs.stochastic import NoisyGradientDescent
from flatminima.seeding import Identity

__all__ = ["NoisyGradientDescentKind"]


@dataclass(frozen=True)
class NoisyGradientDescentKind(OptimiserKind):
    """W <- W - eta (grad R(W) + xi), xi Gaussian with the covariance of a batch's gradient."""

    columns: ClassVar[tuple[Column, ...]] = (BATCH_SIZE,)

    batch_size: BatchSizes
    """Of the SGD whose noise it has, or a list; `full` is all samples, and no noise."""
    sampling: Literal["without_replacement", "with_replacement"] = "without_replacement"
    """Of that SGD."""

    def settings(self, samples: int) -> Iterator[Self]:
        """Go through the sizes of batches: one kind for each."""
        for size in sizes_of_batches(self.batch_size, samples):
            yield self.replaced(batch_size=(size,))

    def row(self) -> dict[str, Any]:
        """Return the size of the batches, of one setting."""
        return {BATCH_SIZE.name: self.batch_size[0]}

    def identity(self) -> tuple[Identity, ...]:
        """Return what tells a run of this setting from one of gradient descent."""
        return ("noisy_gradient_descent", self.batch_size[0], self.sampling)

    def start(
        self,
        network: Network,
        learning_rates: np.ndarray,
        generators: Sequence[np.random.Generator],
    ) -> NoisyGradientDescent:
        """Return the optimiser of a batch of runs, of one setting."""
        (b,), n = self.batch_size, network.dataset.samples
        share = (n - b) / (n - 1) if self.sampling == "without_replacement" else 1.0
        return NoisyGradientDescent(learning_rates, generators, n, float(np.sqrt(share / (n * b))))

    @for_people
    def describe(self) -> str:
        """Return its name in words."""
        return "gradient descent with the noise of batches"

    def work(self, network: NetworkKind, size: DataSize, runs: int) -> Work:
        """Return what a step of a batch of runs of one depth and width takes."""
        drawn = runs * size.samples
        noise = Work(drawn * (2e-8 + 2e-9 * size.features), 200 * drawn)
        return network.training_work(size, runs) + noise
