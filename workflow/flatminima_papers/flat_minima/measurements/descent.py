"""The end of gradient descent, compared with gradient flow from the same starts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import (
    CERTIFICATE_GAP,
    INIT_SCALE,
    LEARNING_RATE,
    NETWORK,
    REPETITION,
    STEPS,
    Column,
    Words,
)
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, Depths, PositiveInteger, PositiveNumbers, Scales
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import (
    Given,
    Initialisations,
    Measurement,
    linear_networks,
    linear_work,
)
from flatminima.theory.starts import NetworkSpecification, build_network, starts_of_runs

__all__ = ["Descent"]

GRADIENT_TOLERANCE = 1e-8
"""A run has converged if ||grad R|| is at most this."""


@dataclass(frozen=True)
class Descent(Measurement):
    """Compares the sharpness at the end of descent and of flow.

    `relative_rate` is learning_rate S_min / 2, and `relative_difference` is final_sharpness /
    flow_sharpness - 1. Final quantities are NaN if a run diverged.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        *NETWORK,
        LEARNING_RATE,
        Column("relative_rate", words=Words(label=r"learning rate over $2/S_{\min}$")),
        STEPS,
        INIT_SCALE,
        REPETITION,
        Column("outcome", "str"),
        Column("final_distance"),
        Column("final_sharpness", words=Words("sharpness at the end")),
        Column("flow_sharpness", words=Words("sharpness at the end of the flow")),
        Column("relative_difference"),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        CERTIFICATE_GAP,
    )

    dataset: DatasetNames
    """The data, by name."""
    initialisation: Initialisations
    """Initialisations; one_layer_zero satisfies assumption A1 of the paper."""
    depth: Depths
    """The numbers of layers L."""
    relative_rate: PositiveNumbers
    """Learning rates, in units of the critical one."""
    init_scale: Scales
    """The scale of the initialisation."""
    repetitions: PositiveInteger
    """Runs of each rate and scale."""
    steps: PositiveInteger
    """Steps of gradient descent."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each run."""
        for network in linear_networks(self, given.datasets):
            yield from self._compare(*network, given)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        rates = len(self.relative_rate)
        return linear_work(self, sizes, steps=rates * self.steps, flows=1, sharpnesses=rates + 1)

    def _compare(
        self, dataset: Dataset, name: str, specification: NetworkSpecification, given: Given
    ) -> Iterator[dict[str, Any]]:
        """Measure the runs of one network."""
        from flatminima.runs.training import every_start_at_every_rate, train
        from flatminima.sharpness import compute_sharpness
        from flatminima.theory import closed_forms
        from flatminima.theory.gradient_flow import end_of_flow
        from flatminima_papers.flat_minima.theory.certificates import certify_minimal_sharpness

        network = build_network(specification, dataset, given.seed, given.name)
        problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
        critical = closed_forms.critical_learning_rate(*problem)
        learning_rates = critical * np.array(self.relative_rate)
        smallest = closed_forms.minimal_sharpness(*problem)
        gap = certify_minimal_sharpness(*problem).gap
        identity = (given.name, name, given.seed)
        initial = starts_of_runs(
            network, specification, *identity, self.init_scale, self.repetitions
        )
        starts = initial.shape[1]
        flow_sharpness = [
            compute_sharpness(network, end_of_flow(network, initial[:, start]).parameters).value
            for start in range(starts)
        ]
        batch, optimiser = every_start_at_every_rate(network, initial, learning_rates)
        result = train(network, batch, optimiser, self.steps)
        for position in range(batch.shape[1]):
            learning_rate = learning_rates[position // starts]
            start = position % starts
            row = specification.columns(given.name, name) | {
                "learning_rate": learning_rate,
                "relative_rate": learning_rate * smallest / 2,
                "steps": self.steps,
                "init_scale": self.init_scale[start // self.repetitions],
                "repetition": start % self.repetitions,
                "outcome": "diverged",
                "flow_sharpness": flow_sharpness[start],
                "minimal_sharpness": smallest,
                "certificate_gap": gap,
            }
            if result.diverged_at[position] < 0:
                end = result.parameters[:, position]
                sharpness = compute_sharpness(network, end).value
                converged = result.gradient_norm[position] <= GRADIENT_TOLERANCE
                row |= {
                    "outcome": "converged" if converged else "not_converged",
                    "final_distance": float(network.squared_distance(end[:, None])[0]),
                    "final_sharpness": sharpness,
                    "relative_difference": sharpness / flow_sharpness[start] - 1,
                }
            yield row
