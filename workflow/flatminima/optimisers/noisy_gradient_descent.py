"""Gradient descent with Gaussian noise that has the covariance of the batches of SGD."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np

from flatminima.core.columns import BATCH_SIZE, Column
from flatminima.core.costs import Work
from flatminima.core.kinds import BatchSizes
from flatminima.core.people import for_people
from flatminima.core.seeding import Identity
from flatminima.datasets import DataSize
from flatminima.networks import Network, NetworkKind
from flatminima.optimisers import NoisyGradientDescent, OptimiserKind, sizes_of_batches

__all__ = ["NoisyGradientDescentKind"]


@dataclass(frozen=True)
class NoisyGradientDescentKind(OptimiserKind):
    """W <- W - eta (grad R(W) + xi), xi Gaussian with the covariance of a batch's gradient."""

    needs: ClassVar[frozenset[str]] = frozenset({"batches"})
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
        """Return the size of the batches for one setting."""
        return {BATCH_SIZE.name: self.batch_size[0]}

    def identity(self) -> tuple[Identity, ...]:
        """Return how a run of this setting differs from one of gradient descent."""
        return ("noisy_gradient_descent", self.batch_size[0], self.sampling)

    def start(
        self,
        network: Network,
        learning_rates: np.ndarray,
        generators: Sequence[np.random.Generator],
    ) -> NoisyGradientDescent:
        """Return the optimiser of many runs, for one setting."""
        (b,), n = self.batch_size, network.dataset.samples
        share = (n - b) / (n - 1) if self.sampling == "without_replacement" else 1.0
        return NoisyGradientDescent(learning_rates, generators, n, float(np.sqrt(share / (n * b))))

    @for_people
    def describe(self) -> str:
        """Return its name in words."""
        return "gradient descent with the noise of batches"

    def work(self, network: NetworkKind, size: DataSize, runs: int) -> Work:
        """Return the cost of a step of many runs of one depth and width."""
        drawn = runs * size.samples
        noise = Work(drawn * (2e-8 + 2e-9 * size.features), 200 * drawn)
        return network.training_work(size, runs) + noise
