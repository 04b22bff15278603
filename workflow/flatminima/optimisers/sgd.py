"""Stochastic gradient descent: each step on a batch of samples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np

from flatminima.core.columns import BATCH_SIZE, Column
from flatminima.core.costs import Work
from flatminima.core.kinds import BatchSizes, Misfit, PositiveNumber
from flatminima.core.people import for_people
from flatminima.core.seeding import Identity
from flatminima.datasets import DataSize
from flatminima.networks import Network, NetworkKind
from flatminima.optimisers import OptimiserKind, StochasticGradientDescent, sizes_of_batches
from flatminima.optimisers._stochastic import Draws

__all__ = ["Sgd"]

DRAWING = 2e-8
"""Seconds to draw a sample of a batch and lay it out."""


@dataclass(frozen=True)
class Sgd(OptimiserKind):
    """W <- W - eta grad R_B(W), with the risk R_B of a batch B of samples.

    The batches of a run are drawn from the generator of its identity, after its initialisation.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"batches"})
    columns: ClassVar[tuple[Column, ...]] = (BATCH_SIZE,)

    batch_size: BatchSizes
    """How many samples a step looks at, or a list; `full` is all of them. Without replacement,
    an epoch leaves out the samples that do not fill a batch."""
    sampling: Literal["without_replacement", "with_replacement"] = "without_replacement"
    """A fresh permutation each epoch, cut into batches, or samples drawn independently."""
    weight_decay: PositiveNumber | None = None
    """This times the weights is added to the gradient."""
    clip_norm: PositiveNumber | None = None
    """A longer gradient is shortened to this norm, before the weight decay is added."""
    label_noise: PositiveNumber | None = None
    """The standard deviation of Gaussian noise, drawn afresh for each target in each batch."""

    def settings(self, samples: int) -> Iterator[Self]:
        """Go through the sizes of batches: one kind for each."""
        if self.sampling == "with_replacement" and "full" in self.batch_size:
            raise Misfit(
                "batch_size",
                "is full, but sampling is with_replacement; allowed: numbers, or sampling "
                "without_replacement",
            )
        for size in sizes_of_batches(self.batch_size, samples):
            yield self.replaced(batch_size=(size,))

    def row(self) -> dict[str, Any]:
        """Return the size of the batches for one setting."""
        return {BATCH_SIZE.name: self.batch_size[0]}

    def identity(self) -> tuple[Identity, ...]:
        """Return how a run of this setting differs from one of gradient descent."""
        named: list[Identity] = ["sgd", self.batch_size[0], self.sampling]
        for key in ("weight_decay", "clip_norm", "label_noise"):
            value = getattr(self, key)
            if value is not None:
                named += [key, float(value)]
        return tuple(named)

    def start(
        self,
        network: Network,
        learning_rates: np.ndarray,
        generators: Sequence[np.random.Generator],
    ) -> StochasticGradientDescent:
        """Return the optimiser of many runs, for one setting."""
        (batch_size,) = self.batch_size
        samples, replaced = network.dataset.samples, self.sampling == "with_replacement"
        return StochasticGradientDescent(
            learning_rates,
            [
                Draws(generator, samples, batch_size, replaced, self.label_noise)
                for generator in generators
            ],
            self.weight_decay or 0.0,
            self.clip_norm,
        )

    @for_people
    def describe(self) -> str:
        """Return its name in words."""
        return "stochastic gradient descent"

    def samples_of_a_step(self, samples: int) -> int:
        """Return how many of the samples a step of this setting uses."""
        del samples
        return self.batch_size[0]

    def work(self, network: NetworkKind, size: DataSize, runs: int) -> Work:
        """Return the cost of a step of many runs of one depth and width.

        The overhead of a small batch is about the cost of four samples.
        """
        (batch_size,) = self.batch_size
        looked_at = network.training_work(DataSize(batch_size + 4, size.features), runs)
        drawn = runs * batch_size
        return looked_at + Work(drawn * (DRAWING + 2e-9 * size.features), 200 * drawn)
