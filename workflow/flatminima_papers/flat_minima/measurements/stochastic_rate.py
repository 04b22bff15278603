"""The critical learning rate of SGD for each batch size: proved, and bracketed by its growth."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt, Le, Lt

from flatminima.core.columns import (
    BATCH_SIZE,
    CERTIFICATE_GAP,
    DATASET,
    DEPTH,
    EXPERIMENT,
    Column,
    Words,
)
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, Depths, PositiveInteger, PositiveIntegers
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["StochasticRate"]


@dataclass(frozen=True)
class StochasticRate(Measurement):
    """Certifies the critical rate of SGD on fresh Gaussian batches, and brackets it by runs.

    The inputs have the covariance of the data, and the targets no noise. `critical_rate` is 2 over
    the smallest mean-square sharpness of any minimiser, and `certificate_gap` the relative
    difference of its bounds from below and from above. `growth_below` and `growth_above` are the
    logarithms of the factor by which the second moment of the error grows in a step, at the rates
    `rate_below` and `rate_above` next to the minimiser that attains the critical rate, with 95 %
    intervals over independent populations of runs. `largest_random_rate` is the largest rate at
    which one of some random minimisers is stable.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        DATASET,
        Column("features", "int64"),
        DEPTH,
        BATCH_SIZE,
        Column("critical_rate", words=Words("critical rate of SGD", label="critical rate of SGD")),
        CERTIFICATE_GAP,
        Column("exact_critical_rate", words=Words(label=r"$2/S_{\min}$ (descent)")),
        Column(
            "rate_bound",
            words=Words("bound on the critical rate", label=r"$2/S_{\min} \cdot b/(b+2)$"),
        ),
        Column(
            "flattest_rate",
            words=Words("critical rate of SGD at the flattest minimiser", label="at the flattest"),
        ),
        Column(
            "stablest_sharpness",
            words=Words(
                "sharpness of the stablest minimiser over the minimal one",
                label=r"$S/S_{\min}$ of the stablest minimiser",
            ),
        ),
        Column("largest_random_rate", words=Words("largest rate of random minimisers")),
        Column("rate_below", words=Words(label="second moment shrinks")),
        Column("growth_below", words=Words("growth of the second moment below")),
        Column("growth_below_low"),
        Column("growth_below_high"),
        Column("rate_above", words=Words(label="second moment grows")),
        Column("growth_above", words=Words("growth of the second moment above")),
        Column("growth_above_low"),
        Column("growth_above_high"),
    )

    dataset: DatasetNames
    """The data, by name; only their covariance and least-squares solution are used."""
    depth: Depths
    """The numbers of layers L."""
    width: PositiveInteger
    """The width of the hidden layers, on which the critical rate does not depend."""
    batch_size: PositiveIntegers
    """The sizes of the batches b."""
    offset: Annotated[float, Gt(0), Lt(1)]
    """x: the growth is measured at (1 - x) and (1 + x) times the critical rate."""
    populations: Annotated[int, Ge(2), Le(1000)]
    """Independent populations of runs."""
    size: Annotated[int, Ge(2), Le(100_000)]
    """The number of runs in a population."""
    rounds: Annotated[int, Ge(2), Le(100_000)]
    """Steps; the growth is averaged over the second half of them."""
    draws: PositiveInteger
    """How many random minimisers of each network are compared."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each dataset, depth and batch size."""
        for name, depth in product(self.dataset, self.depth):
            for batch_size in self.batch_size:
                yield self._row(given, name, given.datasets[name], depth, batch_size)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost: two brackets of each case, at some microseconds for each run's step."""
        steps = 2 * self.populations * self.size * self.rounds * len(self.batch_size)
        total = Work()
        for name, depth in product(self.dataset, self.depth):
            features = sizes[name].features
            weights = self.width * features + (depth - 1) * self.width**2
            seconds = steps * 1e-8 * (weights + 10 * (depth + features)) + 1e-3 * self.draws
            total += Work(seconds, 10 * weights * self.populations * self.size)
        return total

    def _row(
        self, given: Given, name: str, dataset: Dataset, depth: int, batch_size: int
    ) -> dict[str, Any]:
        from flatminima.core.seeding import random_generator
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima.summaries.statistics import mean_interval
        from flatminima.theory.closed_forms import aligned_minimiser, flattest_minimiser
        from flatminima.theory.layer_structure import minimiser_spectrum
        from flatminima.theory.stochastic_rates import mean_square_sharpness, noise_share
        from flatminima_papers.flat_minima.theory.certificates import certify_minimal_sharpness
        from flatminima_papers.flat_minima.theory.random_minimisers import draw_minimiser
        from flatminima_papers.flat_minima.theory.stochastic_certificates import (
            certify_mean_square_sharpness,
        )
        from flatminima_papers.flat_minima.theory.stochastic_growth import (
            fresh_samples,
            second_moment_growth,
        )

        share = noise_share(batch_size)
        problem = (dataset.covariance, dataset.minimum_norm_solution)
        proof = certify_mean_square_sharpness(*problem, depth, share)
        smallest = certify_minimal_sharpness(*problem, depth).below
        network = LinearNetwork(dataset, depth, self.width)
        stablest = aligned_minimiser(problem[1], network.layer_shapes, proof.log_first_factor)
        identity = (given.seed, "stochastic_rate", given.name, name, depth, batch_size)

        def rate_of(minimiser: np.ndarray) -> float:
            curvatures = minimiser_spectrum(network, minimiser) / 2
            return 2 / mean_square_sharpness(curvatures, share)

        draws = random_generator(*identity, "minimisers")
        row = {
            "experiment": given.name,
            "dataset": name,
            "features": dataset.features,
            "depth": depth,
            "batch_size": batch_size,
            "critical_rate": 2 / proof.below,
            "certificate_gap": proof.gap,
            "exact_critical_rate": 2 / smallest,
            "rate_bound": 2 / smallest * batch_size / (batch_size + 2),
            "flattest_rate": rate_of(flattest_minimiser(*problem, network.layer_shapes)),
            "stablest_sharpness": minimiser_spectrum(network, stablest)[-1] / smallest,
            "largest_random_rate": max(
                rate_of(draw_minimiser(network, 0.5, draws)) for _ in range(self.draws)
            ),
        }
        for side, factor in (("below", 1 - self.offset), ("above", 1 + self.offset)):
            rate = factor * 2 / proof.below
            generator = random_generator(*identity, side)
            growths = second_moment_growth(
                network, stablest, rate,
                fresh_samples(network.covariance_root, batch_size, generator),
                populations=self.populations, size=self.size, rounds=self.rounds, steps=1,
                generator=generator,
            )  # fmt: skip
            names = (f"growth_{side}", f"growth_{side}_low", f"growth_{side}_high")
            row |= {f"rate_{side}": rate} | dict(zip(names, mean_interval(growths), strict=True))
        return row
