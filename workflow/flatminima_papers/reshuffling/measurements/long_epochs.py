"""The mean end of long epochs of SGD, with and without replacement (this study)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import EXPERIMENT, LEARNING_RATE, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    Axis,
    Misfit,
    PositiveInteger,
    PositiveIntegers,
    PositiveNumber,
)
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["LongEpochs"]

Problems = Annotated[
    tuple[Literal["growing curvature", "falling curvature", "perceptron"], ...], Len(1), Axis()
]

THIRD_DERIVATIVES = {"growing curvature": 3.0, "falling curvature": -2.0}
"""Of the cubic risks."""

SAMPLINGS = ("without replacement", "with replacement")

TOGETHER = 2000
"""Runs that are followed together, which bounds the memory."""


@dataclass(frozen=True)
class LongEpochs(Measurement):
    """Measures the mean end of an epoch of given length eta k, minus that of gradient descent.

    `bias` is its component along the formula for any length, whose length is `predicted_bias`, and
    `short_epoch_bias` that of the formula for a fixed number of steps, which is zero with
    replacement. All are over `size`, the sum of the lengths of the two parts of the formula.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        Column("problem", "str", words=Words("risks of the samples")),
        Column("draw", "int64", words=Words("draw of the problem")),
        Column("samples", "int64", words=Words("number of samples", label="samples $n$")),
        Column("batch_size", "int64", words=Words(label="batch size $b$", symbol="$b$")),
        LEARNING_RATE,
        Column("epoch_time", words=Words("length of an epoch", label=r"$\eta k$")),
        Column("sampling", "str"),
        Column("runs", "int64"),
        Column("size", words=Words("size of the parts of the formula")),
        Column("bias", words=Words("measured bias of an epoch", label="measured")),
        Column("bias_low", words=Words("its 95 % interval, low")),
        Column("bias_high", words=Words("its 95 % interval, high")),
        Column("predicted_bias", words=Words("bias by the formula for any length")),
        Column(
            "short_epoch_bias",
            words=Words("bias by the formula for short epochs", label="formula for short epochs"),
        ),
    )

    problem: Problems
    """Cubic risks of one parameter, with the third derivatives 3 and -2, or squared errors of a
    tanh perceptron of width 2."""
    samples: PositiveIntegers
    """The numbers of samples n."""
    batch_size: PositiveIntegers
    """The sizes of the batches b, which divide the numbers of samples."""
    epoch_time: PositiveNumber
    """The learning rate times the number of steps of an epoch."""
    draws: PositiveInteger
    """How many problems are drawn of each kind and size."""
    runs: Annotated[int, Ge(2), Le(10_000_000)]
    """Epochs that are averaged."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse batches that do not divide the samples, or that are an epoch of one step."""
        del sizes
        for samples, size in product(self.samples, self.batch_size):
            if samples % size or size == samples:
                raise Misfit(
                    "batch_size",
                    f"is {size}, which does not divide {samples} samples into two or more batches; "
                    "allowed: proper divisors of all numbers of samples",
                )

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, size, batch size and sampling."""
        from flatminima.core.seeding import random_generator
        from flatminima_papers.reshuffling.theory.epoch_bias import epoch_bias
        from flatminima_papers.reshuffling.theory.long_epochs import follow_epoch

        for problem, samples, draw in product(self.problem, self.samples, range(self.draws)):
            identity = (given.seed, "long_epochs", given.name, problem, samples, draw)
            risks, start = _draw(problem, samples, random_generator(*identity))
            for batch_size, sampling in product(self.batch_size, SAMPLINGS):
                steps = samples // batch_size
                rate, replaced = self.epoch_time / steps, sampling == "with replacement"
                epoch = follow_epoch(risks, start, rate, batch_size, replaced=replaced)
                size = np.linalg.norm(epoch.memory) + np.linalg.norm(epoch.bending)
                length = np.linalg.norm(epoch.bias)
                direction = epoch.bias / length
                short = 0.0
                if not replaced:
                    short = direction @ epoch_bias(*risks.derivatives(start), rate, steps)
                noise = random_generator(*identity, batch_size, sampling)
                interval = self._mean(risks, start, rate, batch_size, direction, noise, replaced)
                yield {
                    "experiment": given.name,
                    "problem": problem,
                    "draw": draw,
                    "samples": samples,
                    "batch_size": batch_size,
                    "learning_rate": rate,
                    "epoch_time": self.epoch_time,
                    "sampling": sampling,
                    "runs": self.runs,
                    "size": size,
                    "predicted_bias": length / size,
                    "short_epoch_bias": short / size,
                    **{name: end / size for name, end in interval.items()},
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the runs."""
        del sizes
        steps = 2 * self.runs * self.draws * sum(self.samples) * len(self.batch_size)
        parameters = {problem: 6 if problem == "perceptron" else 1 for problem in self.problem}
        seconds = sum(steps * 8e-8 * (1 + size) for size in parameters.values())
        return Work(seconds, 40 * TOGETHER * max(self.samples))

    def _mean(
        self,
        risks: Any,
        start: np.ndarray,
        rate: float,
        batch_size: int,
        direction: np.ndarray,
        generator: np.random.Generator,
        replaced: bool,
    ) -> dict[str, float]:
        """Return the mean of the runs along a direction, with its interval."""
        from flatminima.summaries.statistics import mean_interval
        from flatminima_papers.reshuffling.theory.long_epochs import bias_of_runs

        parts = []
        for first in range(0, self.runs, TOGETHER):
            runs = min(TOGETHER, self.runs - first)
            ends = bias_of_runs(risks, start, rate, batch_size, runs, generator, replaced=replaced)
            parts.append(direction @ ends)
        names = ("bias", "bias_low", "bias_high")
        return dict(zip(names, mean_interval(np.concatenate(parts)), strict=True))


def _draw(problem: str, samples: int, generator: np.random.Generator) -> tuple[Any, np.ndarray]:
    """Return the risks of a problem and the start."""
    from flatminima_papers.reshuffling.theory.long_epochs import draw_cubic_risks
    from flatminima_papers.reshuffling.theory.sample_risks import SquaredErrors
    from flatminima_papers.reshuffling.theory.small_networks import tanh_perceptron

    if problem == "perceptron":
        inputs = generator.standard_normal((2, samples))
        targets = generator.standard_normal(samples)
        start = generator.standard_normal(6)
        return SquaredErrors(tanh_perceptron, inputs, targets), start
    return draw_cubic_risks(samples, THIRD_DERIVATIVES[problem], generator), np.zeros(1)
