"""The mean end of an epoch of stochastic gradient descent, compared with gradient descent.

"Paper" is Beneventano, arXiv:2312.16143; the second-order statement is ours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import EXPERIMENT, LEARNING_RATE, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, Misfit, PositiveInteger, PositiveIntegers, PositiveNumbers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["EpochBias"]

Problems = Annotated[tuple[Literal["quadratics", "perceptron"], ...], Len(1), Axis()]

SAMPLINGS = ("without replacement", "with replacement", "Gaussian noise")

SEVEN = 7
"""The largest number of samples whose orders and draws can all be computed."""


@dataclass(frozen=True)
class EpochBias(Measurement):
    """Measures the mean end of an epoch, minus the end of gradient descent from the same start.

    For a sampling the mean is over all orders, or all draws, of the samples, and so exact. For
    Gaussian noise of the same covariance it is an estimate from pairs of runs with opposite noise.
    `bias` is the component along the second-order formula for sampling without replacement, whose
    length is `predicted_bias`. `remainder` is the length of the mean minus the formula, which is
    zero for the other two.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        Column("problem", "str", words=Words("risks of the samples")),
        Column("draw", "int64", words=Words("draw of the problem")),
        Column("samples", "int64", words=Words("number of samples", symbol="$n$")),
        Column("batch_size", "int64", words=Words(label="batch size $b$", symbol="$b$")),
        LEARNING_RATE,
        Column("sampling", "str"),
        Column("epochs_averaged", "int64", words=Words("epochs that the mean is over")),
        Column("bias", words=Words("bias of an epoch along the formula")),
        Column("bias_low", words=Words("its 95 % interval, low")),
        Column("bias_high", words=Words("its 95 % interval, high")),
        Column("predicted_bias", words=Words("bias by the second-order formula")),
        Column("remainder", words=Words("what the formula leaves")),
    )

    problem: Problems
    """Quadratic risks of two parameters, or squared errors of a tanh perceptron of width 2."""
    samples: Annotated[int, Ge(2), Le(SEVEN)]
    """The number of samples n, at most 7: all orders and all draws of them are gone through."""
    batch_size: PositiveIntegers
    """The sizes of the batches b, which divide the number of samples."""
    learning_rate: PositiveNumbers
    """The rates eta."""
    draws: PositiveInteger
    """How many problems are drawn of each kind."""
    pairs: Annotated[int, Ge(2), Le(1_000_000)]
    """Pairs of runs with Gaussian noise."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse batches that do not divide the samples, or that are an epoch of one step."""
        del sizes
        for place, size in enumerate(self.batch_size):
            if self.samples % size or size == self.samples:
                allowed = [b for b in range(1, self.samples) if self.samples % b == 0]
                raise Misfit(
                    f"batch_size[{place}]" if len(self.batch_size) > 1 else "batch_size",
                    f"is {size}, but an epoch of {self.samples} samples is to be of two or more "
                    f"equal batches; allowed: {', '.join(map(str, allowed))}",
                )

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, batch size, rate and sampling."""
        from flatminima.core.seeding import random_generator
        from flatminima.summaries.statistics import mean_interval
        from flatminima_papers.reshuffling.theory.epoch_bias import epoch_bias
        from flatminima_papers.reshuffling.theory.sampled_descent import descend, everything

        for problem, draw in product(self.problem, range(self.draws)):
            identity = (given.name, problem, self.samples, draw)
            generator = random_generator(given.seed, "epoch_bias", *identity)
            risks, start = PROBLEMS[problem](self.samples, generator)
            for batch_size, rate in product(self.batch_size, self.learning_rate):
                steps = self.samples // batch_size
                formula = epoch_bias(*risks.derivatives(start), rate, steps)
                length = float(np.linalg.norm(formula))
                descent = descend(risks, start[:, None], everything(risks, steps), rate)
                for sampling in SAMPLINGS:
                    noise = random_generator(
                        given.seed, "epoch_bias", *identity, batch_size, rate, sampling
                    )
                    ends = self._ends(sampling, risks, start, batch_size, rate, noise)
                    along = formula @ (ends - descent) / length
                    mean = float(along.mean())
                    exact = sampling != "Gaussian noise"
                    interval = (mean, mean, mean) if exact else mean_interval(along)
                    expected = formula if sampling == "without replacement" else 0 * formula
                    yield {
                        "experiment": given.name,
                        "problem": problem,
                        "draw": draw,
                        "samples": self.samples,
                        "batch_size": batch_size,
                        "learning_rate": rate,
                        "sampling": sampling,
                        "epochs_averaged": len(along),
                        **dict(zip(("bias", "bias_low", "bias_high"), interval, strict=True)),
                        "predicted_bias": length,
                        "remainder": np.linalg.norm((ends - descent).mean(1) - expected),
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        del sizes
        gradients = self.samples**self.samples + 2 * self.pairs * self.samples
        steps = sum(self.samples / size for size in self.batch_size)
        cases = len(self.problem) * self.draws * len(self.learning_rate)
        return Work(cases * steps * gradients * 2e-7, 100 * gradients)

    def _ends(
        self,
        sampling: str,
        risks: Any,
        start: np.ndarray,
        batch_size: int,
        learning_rate: float,
        generator: np.random.Generator,
    ) -> np.ndarray:
        """Return the ends of all epochs (p, number); for pairs of runs with noise, their means."""
        from flatminima_papers.reshuffling.theory.sampled_descent import (
            all_draws,
            all_orders,
            descend,
            descend_with_noise,
        )

        if sampling == "Gaussian noise":
            shape = (self.samples // batch_size, self.samples, self.pairs)
            normals = generator.standard_normal(shape)
            starts = np.repeat(start[:, None], self.pairs, axis=1)
            pair = (
                descend_with_noise(risks, starts, sign * normals, batch_size, learning_rate)
                for sign in (1, -1)
            )
            return sum(pair) / 2
        batches = {"without replacement": all_orders, "with replacement": all_draws}[sampling](
            self.samples, batch_size
        )
        starts = np.repeat(start[:, None], batches.shape[-1], axis=1)
        return descend(risks, starts, batches, learning_rate)


def _draw_quadratics(samples: int, generator: np.random.Generator) -> tuple[Any, np.ndarray]:
    """Draw quadratic risks of two parameters, and start at the origin."""
    from flatminima_papers.reshuffling.theory.sample_risks import QuadraticRisks

    roots = generator.standard_normal((samples, 2, 2))
    hessians = (roots + roots.transpose(0, 2, 1)) / 2 + np.eye(2)
    return QuadraticRisks(hessians, generator.standard_normal((samples, 2))), np.zeros(2)


def _draw_perceptron(samples: int, generator: np.random.Generator) -> tuple[Any, np.ndarray]:
    """Draw data with two inputs, and the six parameters of a tanh perceptron of width two."""
    from flatminima_papers.reshuffling.theory.sample_risks import SquaredErrors
    from flatminima_papers.reshuffling.theory.small_networks import tanh_perceptron

    inputs, targets = generator.standard_normal((2, samples)), generator.standard_normal(samples)
    return SquaredErrors(tanh_perceptron, inputs, targets), generator.standard_normal(6)


PROBLEMS = {"quadratics": _draw_quadratics, "perceptron": _draw_perceptron}
