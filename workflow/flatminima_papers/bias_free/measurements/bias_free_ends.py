"""Where two layers without biases end: least norm, and largest margin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Len

from flatminima.core.columns import INIT_SCALE, REPETITION, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    Axis,
    PositiveInteger,
    PositiveIntegers,
    PositiveNumber,
    PositiveNumbers,
)
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.bias_free.measurements import generators

__all__ = ["BiasFreeEnds"]

NEURONS = 6
"""Pairs of neurons."""


@dataclass(frozen=True)
class BiasFreeEnds(Measurement):
    """Trains pairs of ReLU neurons on mirrored data with odd targets or labels.

    With squared loss, on fewer points than features, `distance` is that of kappa v from the linear
    fit of the smallest norm, over its norm. With logistic loss and rates eta over the loss,
    `margin_share` is the margin of kappa v / ||kappa v|| over the largest of any line, and
    `direction_error` 1 minus their cosine.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column("loss", "str"),
        INIT_SCALE,
        REPETITION,
        Column("steps", "int64", words=Words("steps")),
        Column("distance", words=Words("distance from the fit of least norm")),
        Column("margin_share", words=Words("margin over the largest")),
        Column("direction_error", words=Words("1 minus the cosine to the largest margin")),
    )

    loss: Annotated[tuple[Literal["squared", "logistic"], ...], Len(1), Axis()]
    """Which losses."""
    init_scale: PositiveNumbers
    """The standard deviation s of all weights."""
    repetitions: PositiveInteger
    """Runs of each, on data of their own."""
    points: PositiveInteger
    """Points, each with its mirror."""
    features: PositiveInteger
    """Features: more than points for the squared loss."""
    learning_rate: PositiveNumber
    """eta."""
    steps: PositiveIntegers
    """After how many steps is looked."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each run."""
        cases = product(self.loss, self.init_scale, range(self.repetitions))
        for loss, init_scale, repetition in cases:
            end = {"distance": np.nan, "margin_share": np.nan, "direction_error": np.nan}
            for steps, found in self._train(given.seed, loss, init_scale, repetition):
                yield {
                    "loss": loss,
                    "init_scale": init_scale,
                    "repetition": repetition,
                    "steps": steps,
                } | (end | found)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        runs = len(self.loss) * len(self.init_scale) * self.repetitions
        return Work(runs * max(self.steps) * 2e-4, 100 * self.points * self.features)

    def _train(
        self, seed: int, loss: str, init_scale: float, repetition: int
    ) -> Iterator[tuple[int, dict[str, float]]]:
        """Train one network; return what is measured after each number of steps."""
        from flatminima.theory.dense_networks import descent_step, gaussian_layers, rectifier
        from flatminima_papers.bias_free.theory.margins import (
            largest_margin_separator,
            loss_scaled_step,
        )
        from flatminima_papers.bias_free.theory.symmetric_data import mirrored
        from flatminima_papers.bias_free.theory.two_layers import linear_part, paired

        (generator,) = generators(seed, [repetition], self.name(), loss, self.points, self.features)
        inputs = mirrored(generator.standard_normal((self.points, self.features)))
        values = inputs @ generator.standard_normal(self.features) / np.sqrt(self.features)
        layers = paired(gaussian_layers((self.features, NEURONS, 1), init_scale, [generator]))
        if loss == "squared":
            target = np.linalg.lstsq(inputs, values, rcond=None)[0]
        else:
            values = np.sign(values)
            target = largest_margin_separator(inputs, values)
        for step in range(1, max(self.steps) + 1):
            if loss == "squared":
                layers, _ = descent_step(layers, inputs, values, self.learning_rate, rectifier)
            else:
                layers = loss_scaled_step(layers, inputs, values, self.learning_rate, rectifier)
            if step in self.steps:
                predictor = linear_part(layers)[0] / 2
                if loss == "squared":
                    distance = np.linalg.norm(predictor - target) / np.linalg.norm(target)
                    yield step, {"distance": distance}
                else:
                    direction = predictor / np.linalg.norm(predictor)
                    cosine = direction @ target / np.linalg.norm(target)
                    margin = (values * (inputs @ direction)).min()
                    yield (
                        step,
                        {
                            "margin_share": margin * np.linalg.norm(target),
                            "direction_error": 1 - cosine,
                        },
                    )
