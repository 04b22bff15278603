"""Where a budget of steps closes the region of rates that learn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import DATASET, DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    Axis,
    DatasetNames,
    PositiveInteger,
    PositiveIntegers,
    PositiveNumber,
    PositiveNumbers,
)
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_strength.measurements import STRENGTH, linear_start

__all__ = ["StrengthClosure"]

RATES = 60
"""Rates tried, log-even from a tenth of 2/S_min up to it."""

LEARNED = 0.5
"""Of the risk over E[y^2]."""


@dataclass(frozen=True)
class StrengthClosure(Measurement):
    """Tries all rates up to 2/S_min at gammas about the one where the region closes.

    `best_share` is the smallest risk over E[y^2] that any of them reaches within the budget.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        DEPTH,
        Column("budget", "int64", words=Words("budget of steps", symbol="$T$")),
        Column("closing_strength", words=Words("strength at which the region closes")),
        Column("relative_strength", words=Words("strength over that at which the region closes")),
        STRENGTH,
        Column("best_share", words=Words("smallest risk over that of zero")),
        Column("learns", "bool", words=Words("whether any rate learns")),
    )

    dataset: DatasetNames
    """The data, by name."""
    depth: Annotated[tuple[Annotated[int, Ge(3), Le(20)], ...], Len(1), Axis()]
    """The numbers of layers L, above two."""
    width: PositiveInteger
    """Neurons of each hidden layer."""
    init_scale: PositiveNumber
    """The standard deviation of all weights."""
    budget: PositiveIntegers
    """Budgets T of steps."""
    relative_strength: PositiveNumbers
    """Values of gamma over that at which the region closes."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each gamma."""
        from flatminima.networks import split_layers
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima.theory.closed_forms import minimal_sharpness
        from flatminima_papers.feature_strength.theory.linear_runs import linear_run
        from flatminima_papers.feature_strength.theory.plateaus import (
            blow_up_time,
            closing_strength,
        )

        for name, depth in product(self.dataset, self.depth):
            dataset = given.datasets[name]
            problem = (dataset.covariance, dataset.minimum_norm_solution)
            plain = LinearNetwork(dataset, depth, self.width)
            start = linear_start(given.seed, depth, self.width, self.init_scale, 0, plain.size)
            layers = [one[:, :, 0] for one in split_layers(start[:, None], plain.layer_shapes)]
            time = blow_up_time(layers, problem[0] @ problem[1])
            smallest = minimal_sharpness(*problem, depth)
            for budget, relative in product(self.budget, self.relative_strength):
                closing = closing_strength(budget, smallest, time, depth)
                strength = relative * closing
                run = linear_run(dataset, depth, self.width, start, strength, centred=False)
                rates = np.geomspace(0.1, 1, RATES) * 2 / run.minimal_sharpness
                best = float(run.shares(rates, budget).min())
                yield {
                    "dataset": name,
                    "depth": depth,
                    "budget": budget,
                    "closing_strength": closing,
                    "relative_strength": relative,
                    "strength": strength,
                    "best_share": best,
                    "learns": best <= LEARNED,
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        layers = len(self.dataset) * len(self.relative_strength) * sum(self.depth)
        steps = sum(self.budget)
        return Work(len(self.depth) + RATES * layers * steps * 4e-9 * self.width, 1e4 * self.width)
