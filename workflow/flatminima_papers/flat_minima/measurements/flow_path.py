"""Gradient flow along its path: one row per step (paper, Lemmas 1 and 2, Theorem 3).

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from flatminima.core.columns import INIT_SCALE, NETWORK, REPETITION, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, Depths, PositiveInteger, PositiveIntegers, Scales
from flatminima.datasets import DataSize
from flatminima.measurements import (
    Given,
    Initialisations,
    Measurement,
    check_widths,
    linear_networks,
    linear_work,
)
from flatminima.theory.starts import build_network, start_of_run

__all__ = ["FlowPath"]


@dataclass(frozen=True)
class FlowPath(Measurement):
    """Measures every flow at every step of the solver.

    `lojasiewicz_ratio` is ||grad R||^2 / (R - R_min), the rate at which log(R - R_min) decreases.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        *NETWORK,
        INIT_SCALE,
        REPETITION,
        Column("solver_step", "int64"),
        Column("time", words=Words("time of the flow")),
        Column("excess_risk", words=Words(label=r"$R - R_{\min}$")),
        Column("distance"),
        Column(
            "imbalance_change",
            words=Words(
                "change of the balance", label=r"change of $W_{k+1}^T W_{k+1} - W_k W_k^T$"
            ),
        ),
        Column(
            "lojasiewicz_ratio",
            words=Words(
                "decay rate of the excess risk", label=r"$\|\nabla R\|^2 / (R - R_{\min})$"
            ),
        ),
        Column(
            "rank_one_rest",
            words=Words("rest beside rank one", label=r"$\max_k\; 1-\sigma_1^2/\|W_k\|_F^2$"),
        ),
        Column("alignment", words=Words(label="least alignment of neighbouring layers")),
        Column(
            "norm_spread",
            words=Words("spread of the norms", label="largest over smallest layer norm"),
        ),
        Column(
            "deviation", words=Words("distance from the identity", label=r"$\max_k \|\theta_k\|_F$")
        ),
    )

    dataset: DatasetNames
    """The data, by name."""
    initialisation: Initialisations
    """Initialisations; one_layer_zero satisfies assumption A1 of the paper."""
    depth: Depths
    """The numbers of layers L."""
    init_scale: Scales
    """The scale of the initialisation."""
    repetitions: PositiveInteger
    """Flows of each scale."""
    width: PositiveIntegers | None = None
    """The width of the hidden layers, or a list; the number of features by default."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse a width with the residual initialisation."""
        del sizes
        check_widths(self)

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each step of each flow.

        Raises:
            flatminima.theory.gradient_flow.FlowError: If a flow does not converge.
        """
        from flatminima.theory.gradient_flow import gradient_flow
        from flatminima.theory.layer_structure import (
            largest_deviation,
            largest_imbalance_change,
            measure_structure,
        )

        for dataset, name, specification in linear_networks(self, given.datasets):
            network = build_network(specification, dataset, given.seed, given.name)
            for init_scale, repetition in product(self.init_scale, range(self.repetitions)):
                identity = specification.columns(given.name, name) | {
                    "init_scale": init_scale,
                    "repetition": repetition,
                }
                initial = start_of_run(
                    *(network, specification, given.name, name),
                    *(init_scale, repetition, given.seed),
                )
                for state in gradient_flow(network, initial):
                    weights = state.parameters
                    yield (
                        identity
                        | {
                            "solver_step": state.step,
                            "time": state.time,
                            "excess_risk": state.excess_risk,
                            "distance": float(network.squared_distance(weights[:, None])[0]),
                            "imbalance_change": largest_imbalance_change(network, initial, weights),
                            "lojasiewicz_ratio": state.squared_gradient / state.excess_risk,
                            "deviation": largest_deviation(network, initial, weights),
                        }
                        | vars(measure_structure(network, weights))
                    )

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        return linear_work(self, sizes, flows=1)
