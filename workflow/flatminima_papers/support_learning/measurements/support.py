"""The first layer's irrelevant columns in the runs of experiments.

"Paper" is Beneventano, Pinto and Poggio, arXiv:2406.11110.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

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
from flatminima.core.kinds import DatasetNames, ExperimentNames
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["Support"]


@dataclass(frozen=True)
class Support(Measurement):
    """Compares the irrelevant columns at the end of each run with those at its start.

    `role` is *decay* for runs with weight decay, otherwise *full* for full batches and *batches*
    for smaller ones.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        DATASET,
        BATCH_SIZE,
        LEARNING_RATE,
        REPETITION,
        Column("role", "str"),
        Column("initial_irrelevant_norm", words=Words("irrelevant norm at initialisation")),
        Column("final_irrelevant_norm", words=Words("irrelevant norm after training")),
        Column("share_left", words=Words("irrelevant norm after training over that before")),
        Column("gram_share_outside", words=Words("share of the Gram matrix outside")),
        Column("relative_risk", words=Words("risk over that of the zero function")),
    )

    dataset: DatasetNames
    """The data of the runs, by name."""
    experiment: ExperimentNames
    """The experiments without weight decay; they measure irrelevant_norm and first_layer_gram."""
    decay: ExperimentNames
    """The experiments with weight decay, which measure the same."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Compare each run."""
        for name in (*self.experiment, *self.decay):
            for run in given.runs[name].itertuples():
                dataset = given.datasets[run.dataset]
                full = run.batch_size == dataset.samples
                role = "full" if full else "batches"
                yield {
                    "experiment": name,
                    "dataset": run.dataset,
                    "batch_size": run.batch_size,
                    "learning_rate": run.learning_rate,
                    "repetition": run.repetition,
                    "role": "decay" if name in self.decay else role,
                    "initial_irrelevant_norm": run.initial_irrelevant_norm,
                    "final_irrelevant_norm": run.final_irrelevant_norm,
                    "share_left": run.final_irrelevant_norm / run.initial_irrelevant_norm,
                    "gram_share_outside": run.final_gram_share_outside,
                    "relative_risk": run.train_risk / dataset.zero_risk,
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost, which is very small."""
        del sizes
        return Work(0.1 * len(self.experiment) * len(self.dataset))
