"""Gradient descent compared with gradient flow and with the flow of the modified risk (ours)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import (
    INIT_SCALE,
    LEARNING_RATE,
    NETWORK,
    REPETITION,
    STEPS,
    Column,
    Words,
)
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    DatasetNames,
    Depths,
    Misfit,
    PositiveInteger,
    PositiveNumber,
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

__all__ = ["BackwardError"]


@dataclass(frozen=True)
class BackwardError(Measurement):
    """Compares the ends of descent, of the flow and of the modified flow from the same starts.

    The differences are of order eta and eta^2 (see `theory.modified_flow`). `flow_difference` is
    |descent_sharpness / flow_sharpness - 1|, and `modified_difference` is the same with the
    modified flow. They are NaN if descent diverged.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        *NETWORK,
        INIT_SCALE,
        REPETITION,
        LEARNING_RATE,
        Column("relative_rate", words=Words(label=r"learning rate over $2/S_{\min}$")),
        STEPS,
        Column("gradient_norm"),
        Column("descent_sharpness"),
        Column("flow_sharpness", words=Words("sharpness at the end of the flow")),
        Column("modified_sharpness"),
        Column(
            "flow_difference", words=Words("difference to gradient flow", label="to gradient flow")
        ),
        Column(
            "modified_difference",
            words=Words(
                "difference to the modified flow",
                label=r"to the flow of $R + (\eta/4)\|\nabla R\|^2$",
            ),
        ),
    )

    dataset: DatasetNames
    """The data, by name."""
    initialisation: Initialisations
    """Initialisations; one_layer_zero satisfies assumption A1 of the paper."""
    depth: Depths
    """The numbers of layers L."""
    relative_rate: PositiveNumbers
    """Learning rates, in units of the critical one; two at least."""
    init_scale: PositiveNumbers
    """The scale of the initialisation."""
    repetitions: PositiveInteger
    """Starts."""
    time: PositiveNumber
    """The learning rate times the number of steps, about; enough to converge."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse fewer rates than an order in the rate needs."""
        del sizes
        if len(self.relative_rate) < 2:
            raise Misfit("relative_rate", "has one value; allowed: two at least")

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each start at each rate.

        Raises:
            flatminima.theory.gradient_flow.FlowError: If a flow cannot be followed to its end.
        """
        for network in linear_networks(self, given.datasets):
            for init_scale in self.init_scale:
                yield from self._compare(*network, init_scale, given)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost: one modified flow per run, at twice the cost of a flow."""
        return linear_work(self, sizes, flows=1 + 2 * len(self.relative_rate))

    def _compare(
        self,
        dataset: Dataset,
        name: str,
        specification: NetworkSpecification,
        init_scale: float,
        given: Given,
    ) -> Iterator[dict[str, Any]]:
        """Return the rows of one network from one scale."""
        from flatminima.optimisers import GradientDescent
        from flatminima.runs.training import train
        from flatminima.theory.closed_forms import critical_learning_rate
        from flatminima.theory.gradient_flow import end_of_flow
        from flatminima.theory.layer_structure import minimiser_spectrum
        from flatminima_papers.flat_minima.theory.modified_flow import end_of_modified_flow

        network = build_network(specification, dataset, given.seed, given.name)
        problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
        critical = critical_learning_rate(*problem)
        identity = (given.name, name, given.seed)
        initial = starts_of_runs(network, specification, *identity, [init_scale], self.repetitions)

        def sharpness(parameters: np.ndarray) -> float:
            return float(minimiser_spectrum(network, parameters)[-1])

        flows = [sharpness(end_of_flow(network, start).parameters) for start in initial.T]
        for relative_rate in self.relative_rate:
            learning_rate = relative_rate * critical
            steps = round(self.time / learning_rate)
            rates = np.full(self.repetitions, learning_rate)
            result = train(network, initial, GradientDescent(rates), steps)
            for repetition in range(self.repetitions):
                descent = modified = np.nan
                if result.diverged_at[repetition] < 0:
                    descent = sharpness(result.parameters[:, repetition])
                    end = end_of_modified_flow(network, initial[:, repetition], learning_rate)
                    modified = sharpness(end)
                yield specification.columns(given.name, name) | {
                    "init_scale": init_scale,
                    "repetition": repetition,
                    "learning_rate": learning_rate,
                    "relative_rate": relative_rate,
                    "steps": steps,
                    "gradient_norm": result.gradient_norm[repetition],
                    "descent_sharpness": descent,
                    "flow_sharpness": flows[repetition],
                    "modified_sharpness": modified,
                    "flow_difference": abs(descent / flows[repetition] - 1),
                    "modified_difference": abs(descent / modified - 1),
                }
