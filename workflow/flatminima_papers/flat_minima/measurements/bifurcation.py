"""The critical rate from above, by extrapolation, and the time to converge below it (ours)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Gt, Lt

from flatminima.core.columns import INIT_SCALE, NETWORK, REPETITION, STEPS, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    Axis,
    DatasetNames,
    Depths,
    Misfit,
    PositiveInteger,
    PositiveNumbers,
)
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import (
    Given,
    Initialisations,
    Measurement,
    linear_networks,
    linear_work,
)
from flatminima.theory.starts import NetworkSpecification, build_network, starts_of_runs

__all__ = ["Bifurcation"]

Offsets = Annotated[tuple[Annotated[float, Gt(0), Lt(1)], ...], Axis()]

TOLERANCE = 1e-10
"""The largest excess risk of a run that has converged."""


@dataclass(frozen=True)
class Bifurcation(Measurement):
    """Trains on both sides of 2 / S_min (see `theory.bifurcation`).

    `relative_rate` is eta S_min / 2 = 1 + or - `offset`. `squared_amplitude` is NaN below the
    critical rate, and `steps_to_converge` is NaN above it. All rows of a start above the critical
    rate have the same `extrapolated_rate`.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        *NETWORK,
        INIT_SCALE,
        REPETITION,
        Column(
            "offset",
            words=Words("distance from the critical rate", label=r"$|\eta S_{\min}/2 - 1|$"),
        ),
        Column("relative_rate", words=Words(label=r"learning rate over $2/S_{\min}$")),
        STEPS,
        Column("squared_amplitude", words=Words(label="squared amplitude of the oscillation")),
        Column("extrapolated_rate"),
        Column("steps_to_converge"),
        Column("exact_critical_rate", words=Words("critical rate", label=r"$2/S_{\min}$")),
    )

    dataset: DatasetNames
    """The data, by name."""
    initialisation: Initialisations
    """Initialisations; one_layer_zero satisfies assumption A1 of the paper."""
    depth: Depths
    """The numbers of layers L."""
    above: Offsets
    """Values of x, for the rates (1 + x) 2 / S_min; none or two at least."""
    below: Offsets
    """Values of x, for the rates (1 - x) 2 / S_min; none or three at least."""
    init_scale: PositiveNumbers
    """The scale of the initialisation."""
    repetitions: PositiveInteger
    """Runs of each rate."""
    steps: Annotated[int, Gt(1000)]
    """Steps of gradient descent."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse too few rates to extrapolate, or to fit an exponent to."""
        del sizes
        for key, least in (("above", 2), ("below", 3)):
            count = len(getattr(self, key))
            if 0 < count < least:
                raise Misfit(key, f"has {count} values; allowed: none, or {least} at least")

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each start at each rate."""
        for network in linear_networks(self, given.datasets):
            for init_scale in self.init_scale:
                yield from self._both_sides(*network, init_scale, given)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        rates = len(self.above) + len(self.below)
        return linear_work(self, sizes, steps=rates * self.steps)

    def _both_sides(
        self,
        dataset: Dataset,
        name: str,
        specification: NetworkSpecification,
        init_scale: float,
        given: Given,
    ) -> Iterator[dict[str, Any]]:
        """Return the rows of one network from one scale."""
        from flatminima.theory.closed_forms import critical_learning_rate
        from flatminima_papers.flat_minima.theory.bifurcation import (
            extrapolate_to_zero,
            settled_oscillations,
            steps_to_converge,
        )

        network = build_network(specification, dataset, given.seed, given.name)
        problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
        critical = critical_learning_rate(*problem)
        identity = (given.name, name, given.seed)
        starts = starts_of_runs(network, specification, *identity, [init_scale], self.repetitions)
        upper, lower = critical * (1 + np.array(self.above)), critical * (1 - np.array(self.below))
        amplitudes = settled_oscillations(network, starts, upper, self.steps)
        extrapolated = extrapolate_to_zero(upper, amplitudes) if self.above else []
        counts = steps_to_converge(network, starts, lower, self.steps, TOLERANCE)
        for repetition in range(self.repetitions):
            shared = specification.columns(given.name, name) | {
                "init_scale": init_scale,
                "repetition": repetition,
                "steps": self.steps,
                "exact_critical_rate": critical,
            }
            for position, x in enumerate(self.above):
                yield shared | {
                    "offset": x,
                    "relative_rate": 1 + x,
                    "squared_amplitude": amplitudes[position, repetition],
                    "extrapolated_rate": extrapolated[repetition],
                }
            for position, x in enumerate(self.below):
                yield shared | {
                    "offset": x,
                    "relative_rate": 1 - x,
                    "steps_to_converge": counts[position, repetition],
                }
