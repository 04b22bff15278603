"""Runs: each trains one network once, from its identity to its row in a table.

Everything random in a run comes from its identity, and everything is measured one run at a
time.  So a row is the same to the last bit, whichever other runs were computed with it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from flatminima.core import columns
from flatminima.core.columns import Column, typed
from flatminima.core.seeding import random_generator
from flatminima.datasets import Dataset
from flatminima.networks import Network, NetworkKind
from flatminima.optimisers import OptimiserKind
from flatminima.quantities import NotFiniteError, Quantity, State, ordered, quantity_columns
from flatminima.runs.identities import RunIdentity
from flatminima.runs.training import Progress, TrainingResult, train

__all__ = ["build_network", "path_columns", "run_columns", "train_runs"]


def run_columns(optimiser: OptimiserKind, quantities: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of a table of runs.

    Final quantities of a diverged run are NaN.  So are quantities that the network or the data do
    not have.
    """
    return (
        *(columns.EXPERIMENT, columns.DATASET, columns.DEPTH, columns.WIDTH),
        *(columns.LEARNING_RATE, *optimiser.columns, columns.STEPS, columns.INIT_SCALE),
        *(columns.REPETITION, columns.OUTCOME, columns.DIVERGED_AT),
        *quantity_columns(quantities, "run"),
    )


def path_columns(optimiser: OptimiserKind, quantities: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of a table of trajectories."""
    return (
        *(columns.EXPERIMENT, columns.DATASET, columns.DEPTH, columns.WIDTH),
        *(columns.LEARNING_RATE, *optimiser.columns, columns.INIT_SCALE, columns.REPETITION),
        *(columns.STEP, *quantity_columns(quantities, "path")),
    )


def build_network(kind: NetworkKind, dataset: Dataset, study_seed: int, experiment: str) -> Network:
    """Build a network of one depth and width.

    Its random parts are drawn once for each experiment and depth.
    """
    (depth,) = kind.depth
    return kind.build(dataset, random_generator(study_seed, "projection", experiment, depth))


def train_runs(
    dataset: Dataset,
    kind: NetworkKind,
    optimiser: OptimiserKind,
    runs: Sequence[RunIdentity],
    steps: int,
    quantities: Sequence[str],
    *,
    study_seed: int,
    gradient_tolerance: float,
    record_every: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train and measure runs of one network; those of one setting of the optimiser together.

    Args:
        dataset: The data they all share.
        kind: The network they all train, of one depth and width.
        optimiser: The optimiser that trains them, with one or several settings.
        runs: The identities of the runs of each setting, all of one experiment, dataset, depth and
            width; the identity of the optimiser is added.
        steps: Steps of the optimiser.
        quantities: The names of the measured quantities.
        study_seed: The seed of the study.
        gradient_tolerance: A run with ||grad R|| at most this at the end has converged.
        record_every: Record the quantities once in this number of steps, including the first and
            the last; None records nothing.
        progress: Called every few seconds.

    Returns:
        The table of runs (`run_columns`, one row per run, in the given order, setting by setting)
        and the table of trajectories (`path_columns`, one row per recorded step and run, until the
        run diverges).

    Raises:
        flatminima.sharpness.SharpnessError: If a sharpness misses its tolerance.
    """
    network = build_network(kind, dataset, study_seed, runs[0].experiment)
    # what the network does not have stays empty
    measured = [one for one in ordered(quantities) if one.needs <= kind.offers]
    recorded_steps = set() if record_every is None else {*range(0, steps, record_every), steps}
    rows: list[dict] = []
    records: list[dict] = []
    for setting in optimiser.settings(dataset.samples):
        batch = _RunsOfASetting(
            network, setting, [replace(r, optimiser=setting.identity()) for r in runs]
        )
        initial = network.allocate(len(runs))
        generators = [run.generator(study_seed) for run in batch.runs]
        for position, (run, generator) in enumerate(zip(runs, generators, strict=True)):
            initial[:, position] = kind.initialise(network, run.init_scale, generator)
        result = train(
            network,
            initial,
            setting.start(network, np.array([run.learning_rate for run in runs]), generators),
            steps,
            recorded_steps=recorded_steps,
            observe=partial(_observe, batch, measured, records),
            progress=progress,
        )
        with np.errstate(over="ignore", invalid="ignore"):
            rows += [
                batch.row(position)
                | {"steps": steps}
                | _measure(batch, measured, initial, result, position, steps, gradient_tolerance)
                for position in range(len(runs))
            ]
    return (
        _table(rows, run_columns(optimiser, quantities)),
        _table(records, path_columns(optimiser, quantities)),
    )


@dataclass(frozen=True)
class _RunsOfASetting:
    """The runs of one setting of the optimiser."""

    network: Network
    setting: OptimiserKind
    runs: Sequence[RunIdentity]

    def row(self, position: int) -> dict:
        """Return the columns that name a run."""
        return self.runs[position].row() | self.setting.row()

    def state(self, parameters: np.ndarray, position: int, *measured: float) -> State:
        """Return a state of a run from the columns of parameters."""
        batch_size = self.setting.samples_of_a_step(self.network.dataset.samples)
        return State(self.network, parameters[:, [position]], *measured, batch_size=batch_size)


def _observe(
    batch: _RunsOfASetting,
    quantities: Sequence[Quantity],
    records: list[dict],
    step: int,
    parameters: np.ndarray,
    alive: np.ndarray,
) -> None:
    """Add a row for each run that has not diverged."""
    for position in np.flatnonzero(alive):
        state = batch.state(parameters, position)
        record = batch.row(position) | {"step": step}
        for quantity in quantities:
            record |= quantity.along(state)
        records.append(record)


def _table(rows: list[dict], of: Iterable[Column]) -> pd.DataFrame:
    types = typed(of)
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _measure(
    batch: _RunsOfASetting,
    quantities: Sequence[Quantity],
    initial: np.ndarray,
    result: TrainingResult,
    position: int,
    steps: int,
    gradient_tolerance: float,
) -> dict:
    """Return the measured columns of one run."""
    start = batch.state(initial, position)
    diverged_at = int(result.diverged_at[position])
    if diverged_at < 0:
        measured = float(result.risk[position]), float(result.gradient_norm[position])
        end = batch.state(result.parameters, position, *measured)
        converged = end.gradient_norm <= gradient_tolerance
        row = {"outcome": "converged" if converged else "not_converged", "diverged_at": None}
        try:
            return row | _at_ends(quantities, start, end)
        except NotFiniteError:
            diverged_at = steps
    row = {"outcome": "diverged", "diverged_at": diverged_at}
    return row | _at_ends(quantities, start, None)


def _at_ends(quantities: Sequence[Quantity], start: State, end: State | None) -> dict:
    row: dict = {}
    for quantity in quantities:
        row |= quantity.at_ends(start, end)
    return row
