"""What the jobs of a study take, from what its kinds say: limits for a cluster, order, cost.

What a limit misses, a retry gets: the rules ask for it times the number of the attempt.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from flatminima.costs import Work
from flatminima.datasets import DataSize
from flatminima.kinds import load, restore
from flatminima.measurements import Measurement
from flatminima_study.planning.study import Batch, Study

__all__ = [
    "COST_COLUMNS",
    "Estimate",
    "describe_cost",
    "estimate_measurement",
    "estimate_training",
    "predict_cost",
    "predict_seconds",
    "workloads",
]

STARTING_SECONDS = 2.5
"""For a job's process to import its libraries, with both cores busy."""

STARTING_MINUTES = 2
"""For a cluster's node to start Snakemake, thrice, before that process."""

STARTING_MEGABYTES = 600
"""For Snakemake on a cluster's node, and the libraries of the job."""

TYPICAL_SHARE = 0.55
"""Of their bounds that the jobs of the default study took together."""

LIGHT_SECONDS = 1.5
"""That a job without an estimate takes, such as a figure."""

MEGABYTES_OF_A_NUMBER = 8e-6

MILLION = 1_000_000

COST_COLUMNS = {
    "experiment": "str",
    "runs": "int64",
    "jobs": "int64",
    "core_hours": "float64",
    "largest_job_minutes": "float64",
    "largest_job_megabytes": "int64",
    "core_hours_of_a_million_runs": "float64",
}
"""The columns of `predict_cost`."""


@dataclass(frozen=True)
class Estimate:
    """What one job needs.

    Attributes:
        seconds: On one core.
        megabytes: Of memory.
    """

    seconds: float
    megabytes: int

    @property
    def minutes(self) -> int:
        """The whole minutes to ask a cluster for."""
        return STARTING_MINUTES + math.ceil(self.seconds / 60)


def estimate_training(batch: Batch) -> Estimate:
    """Estimate a training job."""
    training, measuring = _steps(batch), _measuring(batch)
    work = Work(
        batch.steps * training.seconds + measuring.seconds, training.numbers + measuring.numbers
    )
    return _estimate(work, [batch.size])


def estimate_measurement(measurement: Measurement, sizes: Mapping[str, DataSize]) -> Estimate:
    """Estimate a measurement.

    Args:
        measurement: The measurement.
        sizes: Of the data it names.
    """
    return _estimate(measurement.work(sizes), sizes.values())


def predict_seconds(estimates: Iterable[Estimate], light_jobs: int, at_once: int) -> float:
    """Predict how long a build takes.

    Args:
        estimates: Of its jobs that have one.
        light_jobs: How many others there are.
        at_once: How many jobs run at a time.
    """
    seconds = [TYPICAL_SHARE * estimate.seconds for estimate in estimates]
    together = (sum(seconds) + LIGHT_SECONDS * light_jobs) / at_once
    return max([together, *seconds])


def workloads(study: Study) -> list[dict[str, Any]]:
    """Return what `predict_cost` needs of each training job, as plain values."""
    return [
        {
            "experiment": batch.experiment,
            "network": batch.network.name(),
            "runs": batch.runs,
            "training_seconds": batch.steps * _steps(batch).seconds,
            "measuring_seconds": _measuring(batch).seconds,
            "megabytes": estimate_training(batch).megabytes,
        }
        for experiment in study.experiments.values()
        for batch in experiment.batches.values()
    ]


def predict_cost(jobs: Iterable[Mapping[str, Any]], benchmark: Any) -> Any:
    """Predict what each experiment costs on a machine, and the whole study.

    The benchmark of the machine says how its times compare with what the kinds say.

    Args:
        jobs: From `workloads`.
        benchmark: From `flatminima.benchmark.run_benchmark`.

    Returns:
        A row an experiment and a last one of all, with `COST_COLUMNS`. Runs that diverge or
        stand still leave their batch early: a study that has such runs costs less.
    """
    import pandas as pd

    table = pd.DataFrame(jobs)
    speeds = {network: _speed(benchmark, network) for network in set(table["network"])}
    table["seconds"] = [
        TYPICAL_SHARE * STARTING_SECONDS
        + speeds[job.network][0] * job.training_seconds
        + speeds[job.network][1] * job.measuring_seconds
        for job in table.itertuples()
    ]
    groups = [*table.groupby("experiment", sort=False), ("all", table)]
    rows = [
        {
            "experiment": name,
            "runs": group["runs"].sum(),
            "jobs": len(group),
            "core_hours": group["seconds"].sum() / 3600,
            "largest_job_minutes": group["seconds"].max() / 60,
            "largest_job_megabytes": group["megabytes"].max(),
            "core_hours_of_a_million_runs": (
                MILLION * group["seconds"].sum() / 3600 / group["runs"].sum()
            ),
        }
        for name, group in groups
    ]
    return pd.DataFrame(rows, columns=list(COST_COLUMNS)).astype(COST_COLUMNS)


def describe_cost(cost: Any) -> str:
    """Return the table of `predict_cost` in lines for a terminal."""
    table = cost.rename(columns=lambda column: column.replace("_", " "))
    return table.to_string(index=False, float_format=lambda number: f"{number:.3g}")


def _steps(batch: Batch) -> Work:
    """Return what a step of each setting of a training job takes."""
    works = (
        setting.work(batch.network, batch.size, batch.runs_of_a_setting)
        for setting in batch.settings
    )
    return sum(works, Work())


def _measuring(batch: Batch) -> Work:
    """Return what the quantities of a training job take."""
    total = Work()
    for name in batch.quantities:
        total += load("quantities", name)().work(batch.network, batch.size)
    return batch.runs * batch.states * total


def _speed(benchmark: Any, network: str) -> tuple[float, float]:
    """Return measured over expected seconds of a full step and of a sharpness, the medians."""
    rows = benchmark[(benchmark["network"] == network) & (benchmark["varied"] != "batch_size")]
    steps, sharpnesses = [], []
    for row in rows.itertuples():
        block = {"kind": network, "initialisation": "gaussian"}
        kind = restore("networks", block | {"depth": [row.depth], "width": [row.width]})
        size = DataSize(row.samples, row.features)
        expected = kind.training_work(size, row.runs).seconds
        steps.append(1e-6 * row.step_microseconds * row.runs / expected)
        sharpnesses.append(1e-3 * row.sharpness_milliseconds / kind.hessian_cost(size).work.seconds)
    return median(steps), median(sharpnesses)


def _estimate(work: Work, sizes: Iterable[DataSize]) -> Estimate:
    """Add what every job takes: to start, and copies of its data."""
    data = sum(3 * size.samples * size.features for size in sizes)
    return Estimate(
        STARTING_SECONDS + work.seconds,
        math.ceil(STARTING_MEGABYTES + MEGABYTES_OF_A_NUMBER * (work.numbers + data)),
    )
