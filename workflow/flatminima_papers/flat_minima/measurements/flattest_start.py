"""Brackets of the critical learning rate from starts next to the flattest minimiser.

They are compared with 2 / S_min (this study) and 1 / (c L a) (Marion and Chizat, arXiv:2405.13456,
Theorem 1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Gt, Len, Lt

from flatminima.core.columns import CERTIFICATE_GAP, NETWORK, STEPS, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, DatasetNames, Depths, PositiveInteger, PositiveNumber
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import (
    Given,
    Initialisations,
    Measurement,
    linear_networks,
    linear_work,
)
from flatminima.theory.starts import NetworkSpecification, build_network

__all__ = ["FlattestStart"]

CONVERGED = 1e-3
"""A run converges if its excess risk shrinks by this factor, and fails if it grows at all."""


@dataclass(frozen=True)
class FlattestStart(Measurement):
    """Brackets the critical rate by runs that start next to the flattest minimiser.

    A row is a network. `all_converge` is the largest rate at and below which all runs converge, and
    `none_converges` the smallest rate at and above which none does; they are NaN if there is no
    such rate. `largest_factor_below` and `smallest_factor_above` are the factors of the excess risk
    there.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        *NETWORK,
        Column("condition_number", words=Words("condition number of the covariance")),
        Column("noise"),
        Column("runs", "int64"),
        STEPS,
        Column(
            "all_converge",
            words=Words("largest rate at which all runs converge", label="all runs converge"),
        ),
        Column(
            "none_converges",
            words=Words("smallest rate at which no run converges", label="no run converges"),
        ),
        Column("largest_factor_below"),
        Column("smallest_factor_above"),
        Column("exact_critical_rate", words=Words("critical rate", label=r"$2/S_{\min}$")),
        Column("paper_critical_rate", words=Words("rate of the paper's bound", label="$1/(cLa)$")),
        CERTIFICATE_GAP,
    )

    dataset: DatasetNames
    """The data, by name."""
    initialisation: Initialisations
    """The architectures: residual ones have a fixed projection, the others none."""
    depth: Depths
    """The numbers of layers L."""
    offset: Annotated[tuple[Annotated[float, Gt(0), Lt(1)], ...], Len(1), Axis()]
    """Values of x: the rates are (1 - x) and (1 + x) times 2 / S_min."""
    noise: PositiveNumber
    """The starts' distance from the flattest minimiser, in every weight."""
    runs: PositiveInteger
    """Runs of each rate."""
    steps: PositiveInteger
    """Steps of gradient descent."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Bracket the rate of each network."""
        for network in linear_networks(self, given.datasets):
            yield self._bracket(*network, given)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        return linear_work(self, sizes, steps=2 * len(self.offset) * self.runs * self.steps)

    def _bracket(
        self, dataset: Dataset, name: str, specification: NetworkSpecification, given: Given
    ) -> dict[str, Any]:
        """Return the row of one network."""
        from flatminima.core.covariances import condition_number
        from flatminima.core.seeding import random_generator
        from flatminima.theory import closed_forms
        from flatminima_papers.flat_minima.theory.certificates import certify_minimal_sharpness
        from flatminima_papers.flat_minima.theory.flattest_start import excess_risk_factors

        network = build_network(specification, dataset, given.seed, given.name)
        problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
        critical = closed_forms.critical_learning_rate(*problem)
        identity = (given.name, name, *vars(specification).values())
        generator = random_generator(given.seed, "flattest_start", *identity)
        x = np.sort(self.offset)
        rates = np.concatenate([1 - x[::-1], 1 + x])
        trial = (self.noise, self.runs, self.steps, generator)
        factors = excess_risk_factors(network, rates, *trial)
        row = specification.columns(given.name, name) | {
            "condition_number": condition_number(dataset.covariance),
            "noise": self.noise,
            "runs": self.runs,
            "steps": self.steps,
            "exact_critical_rate": critical,
            "paper_critical_rate": closed_forms.paper_critical_learning_rate(*problem),
            "certificate_gap": certify_minimal_sharpness(*problem).gap,
        }
        converge = np.cumprod((factors <= CONVERGED).all(axis=1))
        if converge[0]:
            last = np.flatnonzero(converge)[-1]
            row["all_converge"] = critical * rates[last]
            row["largest_factor_below"] = factors[last].max()
        fail = np.cumprod((factors > 1).all(axis=1)[::-1])[::-1]
        if fail[-1]:
            first = np.flatnonzero(fail)[0]
            row["none_converges"] = critical * rates[first]
            row["smallest_factor_above"] = factors[first].min()
        return row
