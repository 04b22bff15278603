"""Gradient flow to its end, compared with what the paper proves: one row per flow.

"Paper" is Marion and Chizat, arXiv:2405.13456.  Its Lemma 1 is about the path, its Corollaries 1 to
3 are about the end, and its Theorem 4 is about residual networks.  What it proves along the path
from small starts is measured by `measurements.flow_laws`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import (
    ASSUMPTIONS,
    CERTIFICATE_GAP,
    INIT_SCALE,
    NETWORK,
    REPETITION,
    Column,
    Words,
)
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
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.starts import build_network, start_of_run

__all__ = ["Flow"]


@dataclass(frozen=True)
class Flow(Measurement):
    """Follows gradient flows to their ends.

    It measures the sharpness at the end and the closed forms (Corollaries 2 and 3; S_balanced is
    this study's), the structure of the layers (Corollary 1), what is conserved (Lemma 1), and the
    distance from the start (Theorem 4).

    The columns of the end are NaN if a flow did not converge. `alignment` is the smallest value of
    any layer. `rank_one_rest`, `norm_spread`, the two imbalances (Frobenius norms) and `deviation`
    (max_k ||theta_k||_F) are the largest.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        *NETWORK,
        INIT_SCALE,
        REPETITION,
        Column("condition_number", words=Words("condition number of the covariance")),
        *ASSUMPTIONS,
        Column("outcome", "str"),
        Column("solver_steps", "int64"),
        Column("time", words=Words("time of the flow")),
        Column("initial_sharpness"),
        Column("final_sharpness", words=Words("sharpness at the end")),
        Column("sharpness_residual"),
        Column("lower_bound", words=Words(label="$2cLa$")),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        CERTIFICATE_GAP,
        Column(
            "balanced_sharpness", words=Words("balanced minimiser", label=r"$S_\mathrm{balanced}$")
        ),
        Column("flow_bound", words=Words(label=r"$8cL\Lambda$")),
        Column("initial_distance"),
        Column("final_distance"),
        Column(
            "rank_one_rest",
            words=Words("rest beside rank one", label=r"$\max_k\; 1-\sigma_1^2/\|W_k\|_F^2$"),
        ),
        Column("alignment", words=Words(label="least alignment of neighbouring layers")),
        Column(
            "norm_spread",
            words=Words("spread of the norms", label="largest over smallest layer norm"),
        ),
        Column("initial_imbalance"),
        Column(
            "imbalance_change",
            words=Words(
                "change of the balance", label=r"change of $W_{k+1}^T W_{k+1} - W_k W_k^T$"
            ),
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
        """Measure each flow; `outcome` is ``converged`` or ``not_converged``."""
        from flatminima.core.covariances import condition_number
        from flatminima.theory.closed_forms import THEORY_QUANTITIES
        from flatminima_papers.flat_minima.theory.certificates import certify_minimal_sharpness

        for dataset, name, specification in linear_networks(self, given.datasets):
            network = build_network(specification, dataset, given.seed, given.name)
            problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
            closed_forms = {
                form: THEORY_QUANTITIES[form](*problem)
                for form in ("lower_bound", "minimal_sharpness", "balanced_sharpness", "flow_bound")
            } | {
                "condition_number": condition_number(dataset.covariance),
                "certificate_gap": certify_minimal_sharpness(*problem).gap,
            }
            for init_scale in self.init_scale:
                for repetition in range(self.repetitions):
                    initial = start_of_run(
                        *(network, specification, given.name, name),
                        *(init_scale, repetition, given.seed),
                    )
                    yield (
                        specification.columns(given.name, name)
                        | {"init_scale": init_scale, "repetition": repetition}
                        | closed_forms
                        | _measure_flow(network, initial)
                    )

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        return linear_work(self, sizes, flows=1)


def _measure_flow(network: LinearNetwork, initial: np.ndarray) -> dict:
    """Return the measured columns of one flow."""
    from flatminima.sharpness import compute_sharpness
    from flatminima.theory.gradient_flow import FlowError, FlowState, gradient_flow
    from flatminima.theory.layer_structure import (
        imbalances,
        largest_deviation,
        largest_imbalance_change,
        measure_structure,
    )
    from flatminima_papers.flat_minima.theory.assumptions import check_assumptions

    assumptions = check_assumptions(network, initial)
    row = {
        "assumption_1": assumptions.risk_below_zero_network,
        "assumption_2": assumptions.full_rank_covariance,
        "outcome": "not_converged",
        "initial_sharpness": compute_sharpness(network, initial).value,
        "initial_distance": float(network.squared_distance(initial[:, None])[0]),
        "initial_imbalance": max(
            (float(np.linalg.norm(part)) for part in imbalances(network, initial)), default=0.0
        ),
    }
    states: list[FlowState] = []
    try:
        for state in gradient_flow(network, initial):
            states.append(state)
    except FlowError:
        return row | {"solver_steps": max(len(states) - 1, 0), "time": np.nan}
    end = states[-1]
    sharpness = compute_sharpness(network, end.parameters)
    return (
        row
        | vars(measure_structure(network, end.parameters))
        | {
            "outcome": "converged",
            "solver_steps": end.step,
            "time": end.time,
            "final_sharpness": sharpness.value,
            "sharpness_residual": sharpness.residual,
            "final_distance": float(network.squared_distance(end.parameters[:, None])[0]),
            "imbalance_change": largest_imbalance_change(network, initial, end.parameters),
            "deviation": largest_deviation(network, initial, end.parameters),
        }
    )
