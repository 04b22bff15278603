"""Runs: one network trained once, from its identity to its row in a table.

Everything random about a run comes from its identity, and everything is measured one run
at a time, so that a row is the same to the last bit whatever batch it was computed in.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from flatminima.datasets import Dataset
from flatminima.identities import NetworkSpecification, RunIdentity
from flatminima.networks import (
    LinearNetwork,
    MultilayerPerceptron,
    Network,
    initialise,
    random_projection,
)
from flatminima.seeding import random_generator
from flatminima.sharpness import compute_sharpness
from flatminima.training import GradientDescent, Progress, TrainingResult, train

__all__ = ["RUN_COLUMNS", "TRAJECTORY_COLUMNS", "build_network", "train_runs"]

RUN_COLUMNS = {
    "experiment": "str",
    "dataset": "str",
    "depth": "int64",
    "width": "int64",
    "learning_rate": "float64",
    "steps": "int64",
    "init_scale": "float64",
    "repetition": "int64",
    "outcome": "str",
    "diverged_at": "Int64",
    "initial_sharpness": "float64",
    "final_sharpness": "float64",
    "sharpness_residual": "float64",
    "initial_distance": "float64",
    "final_distance": "float64",
    "train_risk": "float64",
    "test_risk": "float64",
    "gradient_norm": "float64",
}
"""The columns of a run table and their types.

`sharpness_residual` is the larger of the residuals of the two sharpness values. Final
quantities of a diverged run are NaN, and so is what the network or the data do not have.
"""

TRAJECTORY_COLUMNS = {
    "experiment": "str",
    "dataset": "str",
    "depth": "int64",
    "width": "int64",
    "learning_rate": "float64",
    "init_scale": "float64",
    "repetition": "int64",
    "step": "int64",
    "train_risk": "float64",
    "distance": "float64",
    "sharpness": "float64",
    "sharpness_residual": "float64",
}
"""The columns of a trajectory table and their types."""


def build_network(
    specification: NetworkSpecification, dataset: Dataset, study_seed: int, experiment: str
) -> Network:
    """Build a network; a projection is drawn once for each experiment and depth.

    Raises:
        ValueError: If the kind is unknown.
    """
    depth, width = specification.depth, specification.width
    if specification.kind == "mlp":
        return MultilayerPerceptron(dataset, depth, width, specification.gelu)
    if specification.kind != "linear":
        raise ValueError(f"network kind {specification.kind!r} is not linear or mlp")
    projection = None
    if specification.initialisation == "residual":
        generator = random_generator(study_seed, "projection", experiment, depth)
        projection = random_projection(dataset.features, generator)
    return LinearNetwork(dataset, depth, width, projection)


def train_runs(
    dataset: Dataset,
    specification: NetworkSpecification,
    runs: Sequence[RunIdentity],
    steps: int,
    *,
    study_seed: int,
    gradient_tolerance: float,
    record_every: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train runs of one network in one batch and measure them.

    Args:
        dataset: The data they all share.
        specification: The network they all train.
        runs: Their identities, all of one experiment, dataset, depth and width.
        steps: Gradient-descent steps.
        study_seed: The seed of the study.
        gradient_tolerance: A run with ||grad R|| at most this at the end has converged.
        record_every: Record risk, squared distance and sharpness at every so many steps,
            the first and the last among them; None records nothing.
        progress: Called every few seconds.

    Returns:
        The run table (`RUN_COLUMNS`, a row a run, in the order given) and the trajectory
        table (`TRAJECTORY_COLUMNS`, a row a recorded step and run until it diverges).

    Raises:
        flatminima.sharpness.SharpnessError: If a sharpness misses its tolerance.
    """
    network = build_network(specification, dataset, study_seed, runs[0].experiment)
    initial = network.allocate(len(runs))
    for position, run in enumerate(runs):
        initial[:, position] = initialise(
            specification.initialisation,
            network.layer_shapes,
            run.init_scale,
            run.generator(study_seed),
        )
    records: list[dict] = []

    def observe(step: int, parameters: np.ndarray, alive: np.ndarray) -> None:
        for position in np.flatnonzero(alive):
            run, weights = runs[position], parameters[:, [position]]
            sharpness = compute_sharpness(network, weights[:, 0])
            records.append(
                vars(run)
                | {
                    "step": step,
                    "train_risk": _risk(network, weights, dataset.inputs, dataset.targets),
                    "distance": float(network.squared_distance(weights)[0]),
                    "sharpness": sharpness.value,
                    "sharpness_residual": sharpness.residual,
                }
            )

    recorded_steps = set() if record_every is None else {*range(0, steps, record_every), steps}
    result = train(
        network,
        initial,
        GradientDescent(np.array([run.learning_rate for run in runs])),
        steps,
        recorded_steps=recorded_steps,
        observe=observe,
        progress=progress,
    )
    with np.errstate(over="ignore", invalid="ignore"):
        rows = [
            vars(run)
            | {"steps": steps}
            | _measure(network, initial, result, position, steps, gradient_tolerance)
            for position, run in enumerate(runs)
        ]
    return (
        pd.DataFrame(rows, columns=list(RUN_COLUMNS)).astype(RUN_COLUMNS),
        pd.DataFrame(records, columns=list(TRAJECTORY_COLUMNS)).astype(TRAJECTORY_COLUMNS),
    )


def _measure(
    network: Network,
    initial: np.ndarray,
    result: TrainingResult,
    position: int,
    steps: int,
    gradient_tolerance: float,
) -> dict:
    """Return the measured columns of one run."""
    start, end = initial[:, [position]], result.parameters[:, [position]]
    dataset = network.dataset
    before = compute_sharpness(network, start[:, 0])
    row = {
        "outcome": "diverged",
        "diverged_at": int(result.diverged_at[position]),
        "initial_sharpness": before.value,
        "sharpness_residual": before.residual,
        "initial_distance": float(network.squared_distance(start)[0]),
    }
    if row["diverged_at"] >= 0:
        return row
    after = compute_sharpness(network, end[:, 0])
    if np.isnan(after.value):  # the Hessian overflows where the risk does not yet
        return row | {"diverged_at": steps}
    converged = result.gradient_norm[position] <= gradient_tolerance
    row |= {
        "outcome": "converged" if converged else "not_converged",
        "diverged_at": None,
        "final_sharpness": after.value,
        "sharpness_residual": max(before.residual, after.residual),
        "final_distance": float(network.squared_distance(end)[0]),
        "train_risk": float(result.risk[position]),
        "gradient_norm": float(result.gradient_norm[position]),
    }
    if dataset.test_inputs is not None:
        row["test_risk"] = _risk(network, end, dataset.test_inputs, dataset.test_targets)
    return row


def _risk(
    network: Network, parameters: np.ndarray, inputs: np.ndarray, targets: np.ndarray
) -> float:
    """Return (1/n) ||y - f(X)||^2 of one run."""
    return float(np.mean((network.predict(parameters, inputs)[:, 0] - targets) ** 2))
