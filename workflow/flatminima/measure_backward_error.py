"""Gradient descent put beside gradient flow, and beside the flow of the modified risk."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from flatminima import theory
from flatminima.datasets import Dataset
from flatminima.gradient_flow import end_of_flow
from flatminima.identities import NetworkSpecification
from flatminima.layer_structure import minimiser_spectrum
from flatminima.modified_flow import end_of_modified_flow
from flatminima.runs import build_network
from flatminima.starts import NETWORK_COLUMNS, network_columns, starts_of_runs
from flatminima.training import GradientDescent, train

__all__ = ["BACKWARD_ERROR_COLUMNS", "measure_backward_error"]

BACKWARD_ERROR_COLUMNS = NETWORK_COLUMNS | {
    "init_scale": "float64",
    "repetition": "int64",
    "learning_rate": "float64",
    "relative_rate": "float64",
    "steps": "int64",
    "gradient_norm": "float64",
    "descent_sharpness": "float64",
    "flow_sharpness": "float64",
    "modified_sharpness": "float64",
    "flow_difference": "float64",
    "modified_difference": "float64",
}
"""The columns of `measure_backward_error`.

`flow_difference` is |descent_sharpness / flow_sharpness - 1|, `modified_difference` the same
with the modified flow; NaN where descent diverged.
"""


def measure_backward_error(
    dataset: Dataset,
    dataset_name: str,
    specification: NetworkSpecification,
    relative_rates: Sequence[float],
    init_scale: float,
    repetitions: int,
    time: float,
    *,
    experiment: str,
    study_seed: int,
) -> pd.DataFrame:
    """Compare the ends of descent, of the flow and of the modified flow from the same starts.

    The differences are of order eta and eta^2 (this study; see `flatminima.modified_flow`).

    Args:
        dataset: The data.
        dataset_name: Its name, part of every run's identity.
        specification: The network.
        relative_rates: Learning rates eta in units of the critical one, 2 / S_min.
        init_scale: The scale.
        repetitions: Starts.
        time: eta times the number of steps, enough to converge.
        experiment: The name of the experiment, part of every run's identity.
        study_seed: The seed of the study.

    Returns:
        A row a start and rate, with `BACKWARD_ERROR_COLUMNS`.

    Raises:
        flatminima.gradient_flow.FlowError: If a flow cannot be followed to its end.
    """
    network = build_network(specification, dataset, study_seed, experiment)
    problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
    critical = theory.critical_learning_rate(*problem)
    identity = (experiment, dataset_name, study_seed)
    initial = starts_of_runs(network, specification, *identity, [init_scale], repetitions)

    def sharpness(parameters: np.ndarray) -> float:
        return float(minimiser_spectrum(network, parameters)[-1])

    flows = [sharpness(end_of_flow(network, start).parameters) for start in initial.T]
    rows = []
    for relative_rate in relative_rates:
        learning_rate = relative_rate * critical
        steps = round(time / learning_rate)
        result = train(
            network, initial, GradientDescent(np.full(repetitions, learning_rate)), steps
        )
        for repetition in range(repetitions):
            descent = modified = np.nan
            if result.diverged_at[repetition] < 0:
                descent = sharpness(result.parameters[:, repetition])
                end = end_of_modified_flow(network, initial[:, repetition], learning_rate)
                modified = sharpness(end)
            row = {
                "init_scale": init_scale,
                "repetition": repetition,
                "learning_rate": learning_rate,
                "relative_rate": relative_rate,
                "steps": steps,
                "gradient_norm": result.gradient_norm[repetition],
                "descent_sharpness": descent,
                "flow_sharpness": flows[repetition],
                "modified_sharpness": modified,
            }
            row["flow_difference"] = abs(descent / row["flow_sharpness"] - 1)
            row["modified_difference"] = abs(descent / row["modified_sharpness"] - 1)
            rows.append(network_columns(specification, experiment, dataset_name) | row)
    table = pd.DataFrame(rows, columns=list(BACKWARD_ERROR_COLUMNS))
    return table.astype(BACKWARD_ERROR_COLUMNS)
