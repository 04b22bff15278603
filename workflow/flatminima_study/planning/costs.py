"""The cost of a study's jobs, from its kinds: limits for a cluster, priorities, estimates.

If a limit is too low, a retry has a higher one: rules multiply it by the number of the attempt.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from flatminima.core.costs import Work
from flatminima.core.kinds import load
from flatminima.datasets import DataSize
from flatminima.measurements import Measurement
from flatminima_study.planning.study import Study, TrainingJob

__all__ = [
    "JobEstimate",
    "describe_cost",
    "estimate_measurement",
    "estimate_training",
    "predict_cost",
    "predict_seconds",
    "workloads",
]

STARTING_SECONDS = 2.5
"""Seconds in which a job's process imports its libraries, with both cores busy."""

STARTING_MINUTES = 2
"""Seconds in which a cluster's node starts Snakemake, three times, before that process."""

STARTING_MEGABYTES = 600
"""Megabytes for Snakemake on a cluster's node and the libraries of the job."""

TYPICAL_SHARE = 0.55
"""The share of their bounds that the jobs of the default study took together."""

LIGHT_SECONDS = 1.5
"""Seconds for a job without an estimate, such as a figure."""

MEGABYTES_OF_A_NUMBER = 8e-6


@dataclass(frozen=True)
class JobEstimate:
    """The needs of one job.

    Attributes:
        seconds: The time on one core.
        megabytes: The memory.
    """

    seconds: float
    megabytes: int

    @property
    def minutes(self) -> int:
        """The whole minutes to request from a cluster."""
        return STARTING_MINUTES + math.ceil(self.seconds / 60)


def estimate_training(job: TrainingJob) -> JobEstimate:
    """Estimate a training job."""
    training, measuring = _steps(job), _measuring(job)
    work = Work(
        job.steps * training.seconds + measuring.seconds, training.numbers + measuring.numbers
    )
    return _estimate(work, [job.size])


def estimate_measurement(measurement: Measurement, sizes: Mapping[str, DataSize]) -> JobEstimate:
    """Estimate a measurement.

    Args:
        measurement: The measurement.
        sizes: The sizes of the data that it names.
    """
    return _estimate(measurement.work(sizes), sizes.values())


def predict_seconds(estimates: Iterable[JobEstimate], light_jobs: int, at_once: int) -> float:
    """Predict how long a build takes.

    Args:
        estimates: The estimates of its jobs, as far as they have one.
        light_jobs: The number of other jobs.
        at_once: The number of jobs at a time.
    """
    seconds = [TYPICAL_SHARE * estimate.seconds for estimate in estimates]
    together = (sum(seconds) + LIGHT_SECONDS * light_jobs) / at_once
    return max([together, *seconds])


def workloads(study: Study) -> list[dict[str, Any]]:
    """Return what `predict_cost` needs to know about each training job, as plain values."""
    return [
        {
            "experiment": job.experiment,
            "network": job.network.name(),
            "runs": job.runs,
            "training_seconds": job.steps * _steps(job).seconds,
            "measuring_seconds": _measuring(job).seconds,
            "megabytes": estimate_training(job).megabytes,
        }
        for experiment in study.experiments.values()
        for job in experiment.jobs.values()
    ]


def predict_cost(jobs: Iterable[Mapping[str, Any]], benchmark: Any) -> Any:
    """Predict the cost of each experiment and of the whole study on a machine.

    The benchmark compares the machine with the estimates of the kinds.

    Args:
        jobs: From `workloads`.
        benchmark: From `flatminima.benchmark.timing.run_benchmark`.

    Returns:
        One row per experiment and a last row for all. Runs that diverge or no longer change leave
        their job early, so a study with such runs costs less.
    """
    import pandas as pd

    table = pd.DataFrame(jobs)
    speeds = {network: _speed(benchmark, network) for network in set(table["network"])}
    table["seconds"] = [
        TYPICAL_SHARE * STARTING_SECONDS
        + speeds[row.network][0] * row.training_seconds
        + speeds[row.network][1] * row.measuring_seconds
        for row in table.itertuples()
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
                1_000_000 * group["seconds"].sum() / 3600 / group["runs"].sum()
            ),
        }
        for name, group in groups
    ]
    return pd.DataFrame(rows)


def describe_cost(cost: Any) -> str:
    """Return the table of `predict_cost` as lines for a terminal."""
    table = cost.rename(columns=lambda column: column.replace("_", " "))
    return table.to_string(index=False, float_format=lambda number: f"{number:.3g}")


def _steps(job: TrainingJob) -> Work:
    """Return the cost of a step for each setting of a training job."""
    works = (setting.work(job.network, job.size, job.runs_of_a_setting) for setting in job.settings)
    return sum(works, Work())


def _measuring(job: TrainingJob) -> Work:
    """Return the cost of the quantities of a training job."""
    total = Work()
    for name in job.quantities:
        total += load("quantities", name)().work(job.network, job.size)
    return job.runs * job.states * total


def _speed(benchmark: Any, network: str) -> tuple[float, float]:
    """Return measured over expected seconds of a full step and of a sharpness, the medians.

    A kind that has none of the sizes of the benchmark is taken to be as fast as it says.
    """
    rows = benchmark[(benchmark["network"] == network) & (benchmark["varied"] != "batch_size")]
    steps, sharpnesses = [], []
    for row in rows.itertuples():
        kind = load("networks", network).example(row.depth, row.width)
        size = DataSize(row.samples, row.features)
        expected = kind.training_work(size, row.runs).seconds
        steps.append(1e-6 * row.step_microseconds * row.runs / expected)
        sharpnesses.append(1e-3 * row.sharpness_milliseconds / kind.hessian_cost(size).work.seconds)
    return median(steps or [1.0]), median(sharpnesses or [1.0])


def _estimate(work: Work, sizes: Iterable[DataSize]) -> JobEstimate:
    """Add the common cost of jobs: the start, and copies of the data."""
    data = sum(3 * size.samples * size.features for size in sizes)
    return JobEstimate(
        STARTING_SECONDS + work.seconds,
        math.ceil(STARTING_MEGABYTES + MEGABYTES_OF_A_NUMBER * (work.numbers + data)),
    )
