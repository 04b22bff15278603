"""What a study costs on a machine, from the benchmark of that machine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.interpolate import make_interp_spline

from flatminima.benchmark import FEATURES, SAMPLES, STANDARD
from flatminima.kernels.blocks import padded

__all__ = ["COST_COLUMNS", "MeasuredKernel", "describe_cost", "measured_kernel", "predict_cost"]

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
    kernels = {network: measured_kernel(benchmark, network) for network in set(table["network"])}
    table["seconds"] = [kernels[job["network"]].predict_seconds(job) for job in jobs]
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


@dataclass(frozen=True)
class MeasuredKernel:
    """How long the training of one kind of network takes on the machine of the benchmark.

    A step takes the calls of NumPy, as many as there are layers, and what they compute for
    each run, which goes by depth and by width; a sharpness goes by the dimension of its
    Hessian. What a perceptron computes is proportional to the samples.

    Attributes:
        calls: Microseconds of one layer's calls.
        by_depth: Microseconds of one run's arithmetic, at the standard width.
        by_width: The same at the standard depth, over that at the standard width.
        sharpness: Milliseconds, by the dimension.
        samples: Of the benchmark; None where they do not matter.
    """

    calls: float
    by_depth: Callable[[float], float]
    by_width: Callable[[float], float]
    sharpness: Callable[[float], float]
    samples: int | None

    def predict_seconds(self, job: Mapping[str, Any]) -> float:
        """Predict how long a training job takes on one core."""
        share = 1.0 if self.samples is None else job["samples"] / self.samples
        arithmetic = share * self.by_depth(job["depth"]) * self.by_width(job["width"])
        step = self.calls * job["depth"] + arithmetic * padded(job["runs"])
        measuring = share * self.sharpness(job["dimension"]) * job["runs"] * job["sharpnesses"]
        return STARTING_SECONDS + 1e-6 * step * job["steps"] + 1e-3 * measuring


def measured_kernel(benchmark: pd.DataFrame, network: str) -> MeasuredKernel:
    """Read the times of one kind of network off the benchmark.

    A layer's calls are what the smallest batch pays more for each run than the standard one;
    the rest of a step is arithmetic, at least a tenth of it, whatever the noise.
    """
    times = benchmark[benchmark["network"] == network]
    step = times["step_microseconds"]
    by_runs = times[times["varied"] == "runs"].set_index("runs")["step_microseconds"]
    few, many = by_runs.index.min(), STANDARD["runs"]
    calls = max(0.0, (by_runs[few] - by_runs[many]) / (1 / few - 1 / many)) / STANDARD["depth"]
    times = times.assign(
        arithmetic=(step - calls * times["depth"] / times["runs"]).clip(lower=step / 10),
        dimension=_dimensions(times, network),
    )
    depths, widths = (times[times["varied"] == axis] for axis in ("depth", "width"))
    by_width = _power_curve(widths["width"], widths["arithmetic"])
    standard = by_width(STANDARD["width"])
    return MeasuredKernel(
        calls,
        by_depth=_power_curve(depths["depth"], depths["arithmetic"]),
        by_width=lambda width: by_width(width) / standard,
        sharpness=_power_curve(times["dimension"], times["sharpness_milliseconds"]),
        samples=None if network == "linear" else SAMPLES,
    )


def describe_cost(cost: pd.DataFrame) -> str:
    """Return the table of `predict_cost` in lines for a terminal."""
    table = cost.rename(columns=lambda column: column.replace("_", " "))
    return table.to_string(index=False, float_format=lambda number: f"{number:.3g}")


def _dimensions(times: pd.DataFrame, network: str) -> pd.Series:
    """Return the dimension of the Hessian in each row of the benchmark."""
    depth, width = times["depth"], times["width"]
    if network == "mlp":
        return width * (FEATURES + 1) + (depth - 2) * width**2
    return (depth - 1) * (2 * width - 1) + width


def _power_curve(sizes: pd.Series, times: pd.Series) -> Callable[[float], float]:
    """Return a function through the measured times: between two and beyond, a power of the size."""
    measured = times.groupby(sizes).mean()
    line = make_interp_spline(np.log(measured.index), np.log(measured), k=1)
    return lambda size: float(np.exp(line(np.log(size))))
