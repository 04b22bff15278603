"""The largest learning rate that converges across gamma, in linear networks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Len

from flatminima.core.columns import DATASET, DEPTH, REPETITION, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    Axis,
    DatasetNames,
    PositiveInteger,
    PositiveNumber,
    PositiveNumbers,
)
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_strength.measurements import STRENGTH, Depths, bracket, linear_start

__all__ = ["StrengthCritical"]

RATES = 48
ROUNDS = 3

LOWEST, HIGHEST = 1e-16, 1e6
"""The rates of the first round: nothing of the theory enters."""

CONVERGED = 1e-4
"""Of the risk over E[y^2]: near 2/S_min a smaller one takes more steps than there are."""


@dataclass(frozen=True)
class StrengthCritical(Measurement):
    """Searches the largest rate below which every rate tried converges, closer and closer.

    Each round takes 48 rates, log-even. `converges` is the largest rate that converges with all
    below it, of those tried that are large enough to converge in time, and `fails` the next one
    tried. `over_minimal` is `converges` over 2/S_min, `over_start` over 2/S of the Gauss-Newton
    part at the start.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        DEPTH,
        Column(
            "output",
            "str",
            words=Words(
                values={"plain": "output $F/\\gamma$", "centred": "output $(F - F_0)/\\gamma$"}
            ),
        ),
        STRENGTH,
        REPETITION,
        Column("converges", words=Words("largest rate that converges")),
        Column("fails", words=Words("next rate tried")),
        Column("minimal_edge", words=Words("edge of the minimal sharpness", label=r"$2/S_{\min}$")),
        Column("start_edge", words=Words("edge of the start", label=r"$2/S_{\mathrm{GN}}$")),
        Column(
            "over_minimal", words=Words("largest rate over that", label=r"$\eta / (2/S_{\min})$")
        ),
        Column("over_start", words=Words("largest rate over that of the start")),
    )

    dataset: DatasetNames
    """The data, by name."""
    depth: Depths
    """The numbers of layers L."""
    width: PositiveInteger
    """Neurons of each hidden layer."""
    init_scale: PositiveNumber
    """The standard deviation of all weights."""
    output: Annotated[tuple[Literal["plain", "centred"], ...], Len(1), Axis()]
    """Whether F_0 is subtracted."""
    strength: PositiveNumbers
    """Values of gamma."""
    repetitions: PositiveInteger
    """Starts."""
    steps: PositiveInteger
    """After how many steps is looked."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each start at each gamma."""
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima_papers.feature_strength.theory.linear_runs import linear_run

        for name, depth, output, repetition in product(
            self.dataset, self.depth, self.output, range(self.repetitions)
        ):
            dataset = given.datasets[name]
            size = LinearNetwork(dataset, depth, self.width).size
            start = linear_start(given.seed, depth, self.width, self.init_scale, repetition, size)
            for strength in self.strength:
                centred = output == "centred"
                run = linear_run(dataset, depth, self.width, start, strength, centred=centred)
                low, high = LOWEST, HIGHEST
                for _ in range(ROUNDS):
                    rates = np.geomspace(low, high, RATES)
                    low, high = bracket(rates, run.shares(rates, self.steps) <= CONVERGED)
                edges = 2 / run.minimal_sharpness, 2 / run.start_curvature
                yield {
                    "dataset": name,
                    "depth": depth,
                    "output": output,
                    "strength": strength,
                    "repetition": repetition,
                    "converges": low,
                    "fails": high,
                    "minimal_edge": edges[0],
                    "start_edge": edges[1],
                    "over_minimal": low / edges[0],
                    "over_start": low / edges[1],
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        runs = len(self.dataset) * len(self.output) * len(self.strength) * self.repetitions
        layers = ROUNDS * RATES * runs * sum(self.depth)
        return Work(layers * self.steps * 4e-9 * self.width, 1e4 * self.width)
