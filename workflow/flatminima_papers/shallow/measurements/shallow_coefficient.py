"""How much flatter than gradient flow descent ends, to first order in the rate (this study)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import INIT_SCALE, LEARNING_RATE, REPETITION, WIDTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    Misfit,
    PositiveInteger,
    PositiveIntegers,
    PositiveNumbers,
)
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["ShallowCoefficient"]

SOLUTION = 1.0

CONVERGED = 1e-12
"""The largest error of a run that is measured."""


@dataclass(frozen=True)
class ShallowCoefficient(Measurement):
    """Compares where descent ends at small rates with an explicit coefficient of the rate.

    `flattening` is log(Q_0 / Q) over the rate, and `sharpness_drop` is 1 - S of descent / S of the
    flow, over the rate. Both are divided by their explicit coefficients in the columns with `ratio`
    in their names. All four are NaN for a run that has not converged.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        WIDTH,
        INIT_SCALE,
        REPETITION,
        LEARNING_RATE,
        Column("relative_rate", words=Words(label=r"learning rate over $2/S$ of the flow's end")),
        Column("initial_error", words=Words("error of the start")),
        Column("flattening", words=Words("measured coefficient of the flattening")),
        Column("flattening_coefficient", words=Words("explicit coefficient of the flattening")),
        Column("flattening_ratio", words=Words("loss of imbalance", label="loss of imbalance")),
        Column("sharpness_drop", words=Words("measured coefficient of the sharpness")),
        Column("sharpness_coefficient", words=Words("explicit coefficient $K$ of the sharpness")),
        Column("sharpness_ratio", words=Words("drop of the sharpness", label="drop of sharpness")),
    )

    width: PositiveIntegers
    """The widths of the hidden layer."""
    init_scale: PositiveNumbers
    """The scales: the standard deviation of a layer's norm, about."""
    relative_rate: PositiveNumbers
    """The rates eta, in units of 2/S of the flow's limit from the same start; two at least."""
    repetitions: PositiveInteger
    """Starts of each width and scale."""
    steps: PositiveInteger
    """Of each run, enough to converge."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse a single rate, which has no limit."""
        del sizes
        if len(self.relative_rate) < 2:
            raise Misfit("relative_rate", "has one value; allowed: two at least")

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each start at each rate; all runs of a width are trained together."""
        from flatminima.core.seeding import random_generator
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima_papers.shallow.theory.shallow import shallow_dataset

        dataset = shallow_dataset(SOLUTION)
        for width in self.width:
            network = LinearNetwork(dataset, 2, width)
            names = [(s, r) for s in self.init_scale for r in range(self.repetitions)]
            starts = network.allocate(len(names))
            for place, (scale, repetition) in enumerate(names):
                generator = random_generator(
                    given.seed, "shallow_coefficient", given.name, width, scale, repetition
                )
                starts[:, place] = scale / np.sqrt(width) * generator.standard_normal(network.size)
            yield from self._measure(network, width, names, starts)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the steps."""
        del sizes
        runs = len(self.init_scale) * self.repetitions * len(self.relative_rate)
        seconds = sum(self.steps * (1e-6 + 2e-8 * runs * width) for width in self.width)
        return Work(seconds, 20 * runs * max(self.width))

    def _measure(
        self, network: Any, width: int, names: list[tuple[float, int]], starts: np.ndarray
    ) -> Iterator[dict[str, Any]]:
        from flatminima.networks import split_layers
        from flatminima.optimisers import GradientDescent
        from flatminima.runs.training import train
        from flatminima_papers.shallow.theory.first_order import (
            flattening_coefficient,
            sharpness_coefficient,
        )
        from flatminima_papers.shallow.theory.shallow import coordinates, limit_sharpness

        runs = len(self.relative_rate)
        initial = network.allocate(len(names) * runs)
        initial[:] = np.repeat(starts, runs, axis=1)
        first, second = split_layers(initial, network.layer_shapes)
        before = coordinates(first[:, 0], second[0], SOLUTION)
        flow_sharpness = limit_sharpness(before.imbalance, SOLUTION)
        relative = np.tile(self.relative_rate, len(names))
        rates = relative * 2 / flow_sharpness
        result = train(network, initial, GradientDescent(rates), self.steps)
        first, second = split_layers(result.parameters, network.layer_shapes)
        after = coordinates(first[:, 0], second[0], SOLUTION)
        done = np.where(np.abs(after.error) <= CONVERGED, 1.0, np.nan)
        flattening = done * np.log(before.imbalance / after.imbalance) / rates
        drop = done * (1 - limit_sharpness(after.imbalance, SOLUTION) / flow_sharpness) / rates
        explicit = flattening_coefficient(before, SOLUTION)
        explicit_drop = sharpness_coefficient(before, SOLUTION)
        for run, rate in enumerate(rates):
            init_scale, repetition = names[run // runs]
            yield {
                "width": width,
                "init_scale": init_scale,
                "repetition": repetition,
                "learning_rate": rate,
                "relative_rate": relative[run],
                "initial_error": before.error[run],
                "flattening": flattening[run],
                "flattening_coefficient": explicit[run],
                "flattening_ratio": flattening[run] / explicit[run],
                "sharpness_drop": drop[run],
                "sharpness_coefficient": explicit_drop[run],
                "sharpness_ratio": drop[run] / explicit_drop[run],
            }
