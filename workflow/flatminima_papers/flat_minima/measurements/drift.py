"""How gradient descent changes what gradient flow conserves (paper, Lemma 1).

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import (
    INIT_SCALE,
    LEARNING_RATE,
    NETWORK,
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
    Scales,
)
from flatminima.datasets import DataSize
from flatminima.measurements import (
    Given,
    Initialisations,
    Measurement,
    linear_networks,
    linear_work,
)
from flatminima.theory.starts import build_network, starts_of_runs

__all__ = ["Drift"]

MOST_STEPS = 1_000_000_000


@dataclass(frozen=True)
class Drift(Measurement):
    """Measures how far the imbalances drift in a fixed time.

    A step changes W_{k+1}^T W_{k+1} - W_k W_k^T by exactly eta^2 times the difference of the
    squared gradients. So over a fixed time the drift is of order eta.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        *NETWORK,
        LEARNING_RATE,
        STEPS,
        INIT_SCALE,
        REPETITION,
        Column("outcome", "str"),
        Column(
            "imbalance_change",
            words=Words(
                "change of the balance", label=r"change of $W_{k+1}^T W_{k+1} - W_k W_k^T$"
            ),
        ),
    )

    dataset: DatasetNames
    """The data, by name."""
    initialisation: Initialisations
    """Initialisations; one_layer_zero satisfies assumption A1 of the paper."""
    depth: Depths
    """The numbers of layers L."""
    learning_rate: PositiveNumbers
    """The rates eta."""
    init_scale: Scales
    """The scale of the initialisation."""
    repetitions: PositiveInteger
    """Runs of each rate and scale."""
    time: PositiveNumber
    """The learning rate times the number of steps, about."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse a time that needs too many steps."""
        del sizes
        steps = self.time / min(self.learning_rate)
        if steps > MOST_STEPS:
            raise Misfit(
                "time",
                f"takes {steps:.3g} steps of the smallest learning rate; allowed: {MOST_STEPS}",
            )

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each run; the change is NaN if it diverged."""
        from flatminima.optimisers import GradientDescent
        from flatminima.runs.training import train
        from flatminima.theory.layer_structure import largest_imbalance_change

        for dataset, name, specification in linear_networks(self, given.datasets):
            network = build_network(specification, dataset, given.seed, given.name)
            identity = (given.name, name, given.seed)
            for init_scale in self.init_scale:
                initial = starts_of_runs(
                    network, specification, *identity, [init_scale], self.repetitions
                )
                for learning_rate in self.learning_rate:
                    steps = round(self.time / learning_rate)
                    rates = np.full(self.repetitions, learning_rate)
                    result = train(network, initial, GradientDescent(rates), steps)
                    for repetition in range(self.repetitions):
                        diverged = result.diverged_at[repetition] >= 0
                        points = initial[:, repetition], result.parameters[:, repetition]
                        change = np.nan if diverged else largest_imbalance_change(network, *points)
                        yield specification.columns(given.name, name) | {
                            "learning_rate": learning_rate,
                            "steps": steps,
                            "init_scale": init_scale,
                            "repetition": repetition,
                            "outcome": "diverged" if diverged else "finished",
                            "imbalance_change": change,
                        }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        steps = sum(self.time / rate for rate in self.learning_rate)
        return linear_work(self, sizes, steps=steps)
