"""What a study costs on a machine, from the benchmark of that machine."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.interpolate import make_interp_spline

from flatminima.aligned import padded
from flatminima.benchmark import FEATURES, SAMPLES, STANDARD

__all__ = ["COST_COLUMNS", "describe_cost", "predict_cost", "predict_seconds"]

STARTING_SECONDS = 1.3
"""For a job's process to import its libraries, read its data and write its table."""

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


def predict_cost(jobs: Sequence[Mapping[str, Any]], benchmark: pd.DataFrame) -> pd.DataFrame:
    """Predict what each experiment costs, and the whole study.

    Args:
        jobs: From `flatminima_study.workloads.workloads`.
        benchmark: From `flatminima.benchmark.run_benchmark`.

    Returns:
        A row an experiment and a last one of all, with `COST_COLUMNS`. Runs that diverge or
        stand still leave their batch early: a study that has such runs costs less.
    """
    table = pd.DataFrame(jobs)
    table["seconds"] = [predict_seconds(job, benchmark) for job in jobs]
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


def predict_seconds(job: Mapping[str, Any], benchmark: pd.DataFrame) -> float:
    """Predict how long a training job takes on one core of the machine of the benchmark.

    A step takes the calls of NumPy, as many as there are layers, and what they compute for
    each run, which goes by depth and by width; a sharpness goes by the dimension of its
    Hessian. Between and beyond the measured sizes these are powers of the size. What a
    perceptron computes is proportional to the samples.
    """
    times = benchmark[benchmark["network"] == job["network"]]
    samples = 1.0 if job["network"] == "linear" else job["samples"] / SAMPLES
    calls, arithmetic = _split_step(times)
    steps = times.assign(arithmetic=arithmetic)
    standard = steps[steps["varied"] == "runs"].set_index("runs")["arithmetic"][STANDARD["runs"]]
    each = standard * math.prod(
        _time_at(steps, "arithmetic", axis, job[axis])
        / _time_at(steps, "arithmetic", axis, STANDARD[axis])
        for axis in ("depth", "width")
    )
    training = calls * job["depth"] + samples * each * padded(job["runs"])
    by_dimension = times.assign(dimension=_benchmarked_dimensions(times), varied="dimension")
    sharpness = _time_at(by_dimension, "sharpness_milliseconds", "dimension", job["dimension"])
    measuring = samples * sharpness * job["runs"] * job["sharpnesses"]
    return STARTING_SECONDS + 1e-6 * training * job["steps"] + 1e-3 * measuring


def describe_cost(cost: pd.DataFrame) -> str:
    """Return the table of `predict_cost` in lines for a terminal."""
    table = cost.rename(columns=lambda column: column.replace("_", " "))
    return table.to_string(index=False, float_format=lambda number: f"{number:.3g}")


def _split_step(times: pd.DataFrame) -> tuple[float, pd.Series]:
    """Split a step into the calls of one layer and the arithmetic of one run, in microseconds.

    The calls are what the smallest batch of the benchmark pays more for each run than the
    standard one; of the arithmetic there is at least a tenth, whatever the noise.
    """
    by_runs = times[times["varied"] == "runs"].set_index("runs")["step_microseconds"]
    few, many = by_runs.index.min(), STANDARD["runs"]
    calls = max(0.0, (by_runs[few] - by_runs[many]) / (1 / few - 1 / many)) / STANDARD["depth"]
    step = times["step_microseconds"]
    return calls, (step - calls * times["depth"] / times["runs"]).clip(lower=step / 10)


def _benchmarked_dimensions(times: pd.DataFrame) -> pd.Series:
    """Return the dimension of the Hessian in each row of the benchmark."""
    depth, width = times["depth"], times["width"]
    if times["network"].iloc[0] == "mlp":
        return width * (FEATURES + 1) + (depth - 2) * width**2
    return (depth - 1) * (2 * width - 1) + width


def _time_at(times: pd.DataFrame, column: str, axis: str, value: float) -> float:
    """Return a time at a value of an axis: linear in the logarithms of both."""
    measured = times[times["varied"] == axis].groupby(axis)[column].mean()
    line = make_interp_spline(np.log(measured.index), np.log(measured), k=1)
    return float(np.exp(line(math.log(value))))
