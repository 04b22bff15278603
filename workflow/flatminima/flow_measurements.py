"""Gradient flow put beside what the paper proves of it: one row a flow, or a point of one.

"Paper" is Marion and Chizat, arXiv:2405.13456; its Theorem 3 and Lemmas 1 and 2 speak of the
path, its Corollaries 1 to 3 of the end, its Theorem 4 of residual networks.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from flatminima import theory
from flatminima.covariances import condition_number
from flatminima.datasets import Dataset
from flatminima.gradient_flow import (
    FlowError,
    FlowState,
    gradient_flow,
)
from flatminima.identities import NetworkSpecification
from flatminima.layer_structure import (
    imbalances,
    largest_deviation,
    largest_imbalance_change,
    lojasiewicz_ratio,
    measure_structure,
    minimiser_spectrum,
)
from flatminima.networks import LinearNetwork
from flatminima.runs import build_network
from flatminima.sharpness import compute_sharpness
from flatminima.starts import NETWORK_COLUMNS, network_columns, start_of_run

__all__ = [
    "FLOW_COLUMNS",
    "FLOW_PATH_COLUMNS",
    "measure_flow_path",
    "measure_flows",
    "start_of_run",
]

IDENTITY_COLUMNS = NETWORK_COLUMNS | {
    "init_scale": "float64",
    "repetition": "int64",
}

FLOW_COLUMNS = IDENTITY_COLUMNS | {
    "condition_number": "float64",
    "outcome": "str",
    "solver_steps": "int64",
    "time": "float64",
    "initial_sharpness": "float64",
    "final_sharpness": "float64",
    "sharpness_residual": "float64",
    "lower_bound": "float64",
    "minimal_sharpness": "float64",
    "balanced_sharpness": "float64",
    "flow_bound": "float64",
    "initial_distance": "float64",
    "final_distance": "float64",
    "rank_one_rest": "float64",
    "alignment": "float64",
    "norm_spread": "float64",
    "initial_imbalance": "float64",
    "imbalance_change": "float64",
    "lojasiewicz_ratio": "float64",
    "risk_rate": "float64",
    "predicted_risk_rate": "float64",
    "deviation": "float64",
}
"""The columns of `measure_flows`. Those of the end are NaN where a flow did not converge.

`alignment` is the smallest of the layers, `rank_one_rest`, `norm_spread`, the two imbalances
(Frobenius norms) and `deviation` (max_k ||theta_k||_F) the largest; `lojasiewicz_ratio` is the
smallest along the path.
"""

FLOW_PATH_COLUMNS = IDENTITY_COLUMNS | {
    "solver_step": "int64",
    "time": "float64",
    "excess_risk": "float64",
    "distance": "float64",
    "imbalance_change": "float64",
    "lojasiewicz_ratio": "float64",
    "rank_one_rest": "float64",
    "alignment": "float64",
    "norm_spread": "float64",
    "deviation": "float64",
}
"""The columns of `measure_flow_path`."""

DENSE_DIMENSION = 300
"""Larger Hessians go to Lanczos: at a minimum the largest eigenvalue stands apart."""

POINTS_OF_THE_PATH = 50
"""Steps at which the inequality of Theorem 3 is evaluated, evenly many of all."""


def measure_flows(
    dataset: Dataset,
    dataset_name: str,
    specification: NetworkSpecification,
    init_scales: Sequence[float],
    repetitions: int,
    *,
    experiment: str,
    study_seed: int,
) -> pd.DataFrame:
    """Follow gradient flows to their ends and measure them.

    Beside each other: the sharpness at the end and the closed forms (Corollaries 2 and 3;
    S_balanced is ours), the structure of the layers (Corollary 1), what is conserved (Lemma 1),
    the inequality of Theorem 3 and the rate at which the risk falls, and the distance from
    the start (Theorem 4). The rate -d log(R - R_min)/dt at the end is ||grad R||^2 / (R - R_min);
    twice the smallest non-zero eigenvalue of the Hessian there is what it tends to (ours).

    Args:
        dataset: The data.
        dataset_name: Its name, part of every flow's identity.
        specification: The network; its initialisation is one of
            `flatminima.gradient_flow.FLOW_INITIALISATIONS`.
        init_scales: The scales.
        repetitions: Flows a scale.
        experiment: The name of the experiment, part of every flow's identity.
        study_seed: The seed of the study.

    Returns:
        A row a flow, with `FLOW_COLUMNS`; `outcome` is ``converged`` or ``not_converged``.
    """
    network = build_network(specification, dataset, study_seed, experiment)
    problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
    closed_forms = {
        name: theory.THEORY_QUANTITIES[name](*problem)
        for name in ("lower_bound", "minimal_sharpness", "balanced_sharpness", "flow_bound")
    } | {"condition_number": condition_number(dataset.covariance)}
    rows = []
    for init_scale in init_scales:
        for repetition in range(repetitions):
            identity = (experiment, dataset_name, init_scale, repetition, study_seed)
            initial = start_of_run(network, specification, *identity)
            rows.append(
                _identity(specification, experiment, dataset_name, init_scale, repetition)
                | closed_forms
                | _measure_flow(network, initial)
            )
    return pd.DataFrame(rows, columns=list(FLOW_COLUMNS)).astype(FLOW_COLUMNS)


def measure_flow_path(
    dataset: Dataset,
    dataset_name: str,
    specification: NetworkSpecification,
    init_scale: float,
    repetition: int,
    *,
    experiment: str,
    study_seed: int,
) -> pd.DataFrame:
    """Measure one flow at every step of the solver (Lemmas 1 and 2, Theorem 3).

    Arguments as for `measure_flows`.

    Returns:
        A row a step, with `FLOW_PATH_COLUMNS`.

    Raises:
        flatminima.gradient_flow.FlowError: If the flow does not converge.
    """
    network = build_network(specification, dataset, study_seed, experiment)
    identity = (experiment, dataset_name, init_scale, repetition, study_seed)
    initial = start_of_run(network, specification, *identity)
    rows = [
        _identity(specification, experiment, dataset_name, init_scale, repetition)
        | {
            "solver_step": state.step,
            "time": state.time,
            "excess_risk": state.excess_risk,
            "distance": float(network.squared_distance(state.parameters[:, None])[0]),
            "imbalance_change": largest_imbalance_change(network, initial, state.parameters),
            "lojasiewicz_ratio": lojasiewicz_ratio(network, state.parameters),
            "deviation": largest_deviation(network, initial, state.parameters),
        }
        | vars(measure_structure(network, state.parameters))
        for state in gradient_flow(network, initial)
    ]
    return pd.DataFrame(rows, columns=list(FLOW_PATH_COLUMNS)).astype(FLOW_PATH_COLUMNS)


def _identity(
    specification: NetworkSpecification,
    experiment: str,
    dataset_name: str,
    init_scale: float,
    repetition: int,
) -> dict:
    return network_columns(specification, experiment, dataset_name) | {
        "init_scale": init_scale,
        "repetition": repetition,
    }


def _measure_flow(network: LinearNetwork, initial: np.ndarray) -> dict:
    """Return the measured columns of one flow."""
    row = {
        "outcome": "not_converged",
        "initial_sharpness": compute_sharpness(network, initial, DENSE_DIMENSION).value,
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
    sharpness = compute_sharpness(network, end.parameters, DENSE_DIMENSION)
    chosen = states[:: -(-len(states) // POINTS_OF_THE_PATH)]
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
            "lojasiewicz_ratio": min(
                lojasiewicz_ratio(network, state.parameters) for state in chosen
            ),
            "risk_rate": end.squared_gradient / end.excess_risk,
            "predicted_risk_rate": 2 * float(minimiser_spectrum(network, end.parameters)[0]),
            "deviation": largest_deviation(network, initial, end.parameters),
        }
    )
