"""Sharpness at the start and at the end across gamma, in linear networks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Gt, Lt

from flatminima.core.columns import DATASET, DEPTH, REPETITION, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, PositiveInteger, PositiveNumber, PositiveNumbers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_strength.measurements import STRENGTH, Depths, linear_start

__all__ = ["StrengthSharpness"]

CONVERGED = 1e-20
"""Of the risk over E[y^2]."""


@dataclass(frozen=True)
class StrengthSharpness(Measurement):
    """Trains F/gamma from one start at each gamma, at a share of the largest stable rate.

    `without_targets` is the sharpness at the start of F on y = 0 over gamma^2, the limit of small
    gamma; `by_targets` that which the targets alone make, the limit of large gamma. What a run that
    did not converge would end at is NaN.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        DEPTH,
        STRENGTH,
        REPETITION,
        Column("start_sharpness", words=Words("sharpness at the start")),
        Column("without_targets", words=Words("sharpness of y = 0")),
        Column("by_targets", words=Words("sharpness that targets make")),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        Column("flattest_sharpness", words=Words("sharpness of the flattest minimiser")),
        Column("end_sharpness", words=Words("sharpness at the end")),
        Column("sharpening", words=Words("sharpness at the end over that at the start")),
        Column(
            "scaled_sharpening",
            words=Words(
                "sharpening over its power of gamma",
                label=r"$S_{\mathrm{end}}/S_{\mathrm{start}}\,\gamma^{-(1-2/L)}$",
            ),
        ),
    )

    dataset: DatasetNames
    """The data, by name."""
    depth: Depths
    """The numbers of layers L."""
    width: PositiveInteger
    """Neurons of each hidden layer."""
    init_scale: PositiveNumber
    """The standard deviation of all weights."""
    strength: PositiveNumbers
    """Values of gamma."""
    repetitions: PositiveInteger
    """Starts."""
    rate_share: Annotated[float, Gt(0), Lt(1)]
    """The learning rate, in units of 2/S_min, or of 2/S of the start if that is less."""
    steps: PositiveInteger
    """The most steps."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each start at each gamma."""
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima.sharpness import compute_sharpness
        from flatminima.theory.closed_forms import flattest_minimiser
        from flatminima_papers.feature_strength.theory.linear_runs import linear_run
        from flatminima_papers.feature_strength.theory.output_scale import (
            output_hessian,
            scaled_problem,
        )

        for name, depth, repetition in product(self.dataset, self.depth, range(self.repetitions)):
            dataset = given.datasets[name]
            plain = LinearNetwork(dataset, depth, self.width)
            start = linear_start(
                given.seed, depth, self.width, self.init_scale, repetition, plain.size
            )
            nothing = LinearNetwork(scaled_problem(dataset, 1e-12), depth, self.width)
            without = compute_sharpness(nothing, start).value
            made = float(np.linalg.eigvalsh(-output_hessian(plain, start))[-1])
            for strength in self.strength:
                run = linear_run(dataset, depth, self.width, start, strength, centred=False)
                network, data = run.network, run.network.dataset
                first = compute_sharpness(network, start).value / strength**2
                largest = max(run.minimal_sharpness, first)
                end = run.end(2 * self.rate_share / largest, self.steps)
                share = run.share(end[:, None], np.isfinite(end).all(keepdims=True))
                last = np.nan
                if share[0] <= CONVERGED:
                    last = compute_sharpness(network, end).value / strength**2
                flattest = flattest_minimiser(
                    data.covariance, data.minimum_norm_solution, network.layer_shapes
                )
                yield {
                    "dataset": name,
                    "depth": depth,
                    "strength": strength,
                    "repetition": repetition,
                    "start_sharpness": first,
                    "without_targets": without / strength**2,
                    "by_targets": made / strength,
                    "minimal_sharpness": run.minimal_sharpness,
                    "flattest_sharpness": compute_sharpness(network, flattest).value / strength**2,
                    "end_sharpness": last,
                    "sharpening": last / first,
                    "scaled_sharpening": last / first / strength ** (1 - 2 / depth),
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        runs = len(self.dataset) * len(self.strength) * self.repetitions
        layers = runs * sum(self.depth)
        return Work(layers * (5e-3 + self.steps * 3e-7 * self.width), 1e4 * self.width)
