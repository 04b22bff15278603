"""The Gram matrix of the first layer after training, entry by entry.

"Paper" is Beneventano, Pinto and Poggio, arXiv:2406.11110.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import BATCH_SIZE, DATASET, EXPERIMENT, LEARNING_RATE, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    BatchSizes,
    DatasetNames,
    PositiveInteger,
    PositiveNumber,
    Widths,
)
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima.networks import count_weights
from flatminima.optimisers import sizes_of_batches

__all__ = ["FirstLayerGram"]


@dataclass(frozen=True)
class FirstLayerGram(Measurement):
    """Trains deep linear networks by SGD, one for each batch size, from the same start.

    `value` is the entry of W_1^T W_1 in a `row` and a `column`, which are numbers of inputs from 1.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        DATASET,
        BATCH_SIZE,
        LEARNING_RATE,
        Column("steps", "int64"),
        Column("row", "int64", words=Words("input")),
        Column("column", "int64", words=Words("other input", label="input")),
        Column(
            "value",
            words=Words(
                "entry of the first layer's Gram matrix", label=r"entry of $W_1^\mathsf{T} W_1$"
            ),
        ),
    )

    dataset: DatasetNames
    """The data, by name."""
    widths: Widths
    """The widths of the hidden layers."""
    init_scale: PositiveNumber
    """What the He initialisation is multiplied by."""
    batch_size: BatchSizes
    """How many samples a step looks at, or a list; `full` is all of them."""
    learning_rate: PositiveNumber
    """The learning rate."""
    steps: PositiveInteger
    """Steps of each run."""
    clip_norm: PositiveNumber | None = None
    """A longer gradient is shortened to this norm."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse batches that are larger than the data."""
        for name in self.dataset:
            sizes_of_batches(self.batch_size, sizes[name].samples)

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Return the entries of each run."""
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima.theory.first_layer import first_layer_gram

        for name in self.dataset:
            dataset = given.datasets[name]
            network = LinearNetwork(dataset, len(self.widths) + 1, self.widths)
            for batch_size in sizes_of_batches(self.batch_size, dataset.samples):
                weights = self._train(given, name, network, batch_size)
                for (row, column), value in np.ndenumerate(first_layer_gram(network, weights)):
                    yield {
                        "experiment": given.name,
                        "dataset": name,
                        "batch_size": batch_size,
                        "learning_rate": self.learning_rate,
                        "steps": self.steps,
                        "row": row + 1,
                        "column": column + 1,
                        "value": value,
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost: batches, and steps of one run, which take as long as those of eight."""
        total = Work()
        for size in (sizes[name] for name in self.dataset):
            weights = count_weights(size.features, self.widths)
            for batch_size in sizes_of_batches(self.batch_size, size.samples):
                # full batches only need the covariance of the inputs
                looked_at = min(batch_size + 4, size.features)
                drawn = batch_size if batch_size < size.samples else 0
                step = 3.6e-9 * (weights + looked_at * size.features) + 3e-8 * drawn
                total += Work(self.steps * step, 200 * batch_size + 100 * weights)
        return total

    def _train(self, given: Given, name: str, network: Any, batch_size: int) -> np.ndarray:
        """Return the weights of one run, shape (size,); NaN if it diverged."""
        from flatminima.networks import initialise
        from flatminima.optimisers import Draws, StochasticGradientDescent
        from flatminima.runs.training import train

        identity = (given.seed, "first_layer_gram", given.name, name)
        start = network.allocate(1)
        start[:, 0] = initialise(
            "he", network.layer_shapes, self.init_scale, random_generator(*identity)
        )
        draws = Draws(random_generator(*identity, batch_size), network.dataset.samples, batch_size)
        optimiser = StochasticGradientDescent(
            np.array([self.learning_rate]), [draws], clip_norm=self.clip_norm
        )
        return train(network, start, optimiser, self.steps).parameters[:, 0]
