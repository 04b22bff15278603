"""How runs of stochastic gradient descent leave a strict saddle, by their sampling.

"Paper" is Beneventano, arXiv:2312.16143; the second-order statement of the mean is ours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import EXPERIMENT, LEARNING_RATE, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, Misfit, PositiveInteger, PositiveNumber, PositiveNumbers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["SaddleEscape"]

Saddles = Annotated[tuple[Literal["quadratics", "deep linear"], ...], Len(1), Axis()]

SAMPLINGS = ("without replacement", "with replacement", "Gaussian noise")

FEWEST_SAMPLES = 8


@dataclass(frozen=True)
class SaddleEscape(Measurement):
    """Measures how far runs from a saddle are along its unstable direction, after each epoch.

    A batch is one sample, and Gaussian noise has the same covariance at every point. The direction
    has the sign towards which an epoch without replacement moves the mean. A run is outside if at
    the end of an epoch it is farther along the direction than a distance, either way. Mean and
    spread are over the runs that have not diverged.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        Column("saddle", "str"),
        Column("samples", "int64", words=Words("number of samples", symbol="$n$")),
        LEARNING_RATE,
        Column("sampling", "str"),
        Column("runs", "int64"),
        Column("epoch", "int64"),
        Column("diverged", "int64", words=Words("runs that diverged")),
        Column("mean", words=Words(label="mean along the unstable direction")),
        Column("mean_low", words=Words("its 95 % interval, low")),
        Column("mean_high", words=Words("its 95 % interval, high")),
        Column("predicted_mean", words=Words("mean without replacement as predicted")),
        Column("spread", words=Words("standard deviation along the unstable direction")),
        Column("spread_low", words=Words("its 95 % interval, low")),
        Column("spread_high", words=Words("its 95 % interval, high")),
        Column("distance", words=Words("distance from which a run is outside")),
        Column("share_outside", words=Words(label="share of runs that have been outside")),
        Column("share_low", words=Words("its 95 % interval, low")),
        Column("share_high", words=Words("its 95 % interval, high")),
    )

    saddle: Saddles
    """Quadratics, of Hessian diag(1, -1/2) on average, or one of a deep linear network."""
    samples: Annotated[int, Ge(FEWEST_SAMPLES), Le(10_000)]
    """The number of samples n, even."""
    learning_rate: PositiveNumbers
    """The rates eta."""
    epochs: PositiveInteger
    """How many epochs the runs take."""
    runs: Annotated[int, Ge(2), Le(10_000_000)]
    """Runs of each sampling."""
    distance: PositiveNumber
    """From which a run is outside."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse an odd number of samples, which come in pairs."""
        del sizes
        if self.samples % 2:
            raise Misfit("samples", f"is {self.samples}; allowed: an even number")

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each saddle, rate, sampling and epoch."""
        from flatminima.summaries.statistics import probability
        from flatminima_papers.reshuffling.theory.epoch_bias import mean_path

        for name, rate in product(self.saddle, self.learning_rate):
            saddle = self._saddle(given, name)
            direction = saddle.escape_direction(rate, self.samples)
            predicted = mean_path(saddle.risks, saddle.point, rate, self.samples, self.epochs)
            for sampling in SAMPLINGS:
                outside = np.zeros(self.runs, dtype=bool)
                for epoch, ends in enumerate(self._epochs(given, name, saddle, rate, sampling)):
                    # a diverged run counts as outside
                    with np.errstate(over="ignore", invalid="ignore"):
                        along = direction @ (ends - saddle.point[:, None])
                    outside |= ~(np.abs(along) <= self.distance)
                    share = probability(int(outside.sum()), self.runs)
                    yield {
                        "experiment": given.name,
                        "saddle": name,
                        "samples": self.samples,
                        "learning_rate": rate,
                        "sampling": sampling,
                        "runs": self.runs,
                        "epoch": epoch + 1,
                        **_describe(along[np.isfinite(along)]),
                        "diverged": int((~np.isfinite(along)).sum()),
                        "predicted_mean": direction @ (predicted[epoch] - saddle.point),
                        "distance": self.distance,
                        "share_outside": share["mean"],
                        "share_low": share["low"],
                        "share_high": share["high"],
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        del sizes
        cases = len(self.saddle) * len(self.learning_rate) * self.epochs
        gradients = self.samples * self.runs * (self.samples + 2)
        return Work(cases * gradients * 6e-8, self.runs * 30 * self.samples)

    def _saddle(self, given: Given, name: str) -> Any:
        """Return the saddle of a name."""
        from flatminima.core.seeding import random_generator
        from flatminima_papers.reshuffling.theory.saddles import chain_saddle, quadratic_saddle

        if name == "deep linear":
            return chain_saddle(self.samples)
        identity = (given.name, name, self.samples)
        return quadratic_saddle(
            self.samples, random_generator(given.seed, "saddle_escape", *identity)
        )

    def _epochs(
        self, given: Given, name: str, saddle: Any, rate: float, sampling: str
    ) -> Iterator[np.ndarray]:
        """Return the positions of all runs after each epoch (p, runs)."""
        from flatminima.core.seeding import random_generator
        from flatminima_papers.reshuffling.theory.sampled_descent import (
            descend,
            descend_with_noise,
            drawn,
            reshuffled,
        )

        identity = (given.name, name, self.samples, rate, sampling)
        generator = random_generator(given.seed, "saddle_escape", *identity)
        parameters = np.repeat(saddle.point[:, None], self.runs, axis=1)
        size = (self.samples, self.runs)
        for _ in range(self.epochs):
            if sampling == "Gaussian noise":
                normals = (generator.standard_normal(size) for _ in range(self.samples))
                parameters = descend_with_noise(saddle.risks, parameters, normals, 1, rate)
            else:
                sample = reshuffled if sampling == "without replacement" else drawn
                batches = sample(self.samples, 1, self.runs, generator)
                parameters = descend(saddle.risks, parameters, batches, rate)
            yield parameters


def _describe(values: np.ndarray) -> dict[str, float]:
    """Return mean and standard deviation of a large sample, each with its 95 % interval.

    The interval of the deviation comes from that of the mean of squares. Without values everything
    is NaN.
    """
    from flatminima.summaries.statistics import mean_interval

    with np.errstate(over="ignore", invalid="ignore"):  # runs that are about to diverge
        mean, mean_low, mean_high = mean_interval(values)
        variance, low, high = mean_interval((values - mean) ** 2)
    return {
        "mean": mean,
        "mean_low": mean_low,
        "mean_high": mean_high,
        "spread": float(np.sqrt(variance)),
        "spread_low": float(np.sqrt(max(low, 0.0))),
        "spread_high": float(np.sqrt(high)),
    }
