"""What a job takes, from its numbers: limits for a cluster, and the order of jobs.

The constants are upper bounds to what the default study took on the machine of the
benchmark, with both cores busy.  What they miss, a retry gets: the rules ask for the
estimate times the number of the attempt.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from flatminima.datasets import read_dataset
from flatminima_study.plan import Batch

__all__ = [
    "DataSize",
    "Estimate",
    "data_size",
    "estimate_measurement",
    "estimate_training",
    "predict_seconds",
]

STARTING_SECONDS = 5
"""For a job's process to import its libraries."""

STARTING_MINUTES = 2
"""For a cluster's node to start Snakemake, thrice, before that process."""

STARTING_MEGABYTES = 600
"""For Snakemake on a cluster's node, and the libraries of the job."""

TYPICAL_SHARE = 0.5
"""Of their bounds that the jobs of the default study took together."""

LIGHT_SECONDS = 2
"""That a job without an estimate takes, such as a figure."""

MEGABYTES_OF_A_NUMBER = 8e-6

DENSE_DIMENSION, FLOW_DENSE_DIMENSION = 2000, 300
"""Larger Hessians are not written out, in runs and along flows."""

LANCZOS_PRODUCTS = 100
"""Products with vectors that the largest eigenvalue of such a Hessian takes."""

RATES_OF_A_SEARCH = 24
"""That a measurement of the critical rate trains for each start."""


@dataclass(frozen=True)
class DataSize:
    """The shape of a dataset's inputs."""

    samples: int
    features: int


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


def data_size(dataset: Mapping[str, Any]) -> DataSize:
    """Return the shape of a dataset from its block in the configuration."""
    if dataset["kind"] == "file":
        return _file_size(dataset["path"], dataset.get("target"))
    if dataset["kind"] == "spectrum":
        return DataSize(2 * dataset["features"], dataset["features"])
    return DataSize(dataset["samples"], dataset["features"])


@cache
def _file_size(path: str, target: str | None) -> DataSize:
    dataset = read_dataset(path, target)
    return DataSize(dataset.samples, dataset.features)


def estimate_training(batch: Batch, size: DataSize) -> Estimate:
    """Estimate a training job.

    A step costs a linear network 1.2 ns a weight, and a perceptron some 6 ns an activation of
    a sample, more where layers are wide; and each layer some calls, however few the runs.
    """
    depth, width = batch.specification.depth, batch.specification.width
    if batch.specification.kind == "linear":
        step = 1.2e-9 * (batch.weights + size.features**2)
        calls = 2e-6 * depth
        activations = 0
        hessian = _linear_hessian(batch.dimension, batch.weights)
    else:
        activations = depth * width * size.samples
        step = (5e-9 + 2.5e-10 * width) * activations
        calls = 1e-5 * depth
        hessian = _Hessian(batch.dimension, 2e-9 * batch.weights * size.samples, 3 * activations)
    return _estimate(
        batch.steps * (batch.size * step + calls)
        + batch.size * batch.sharpnesses * hessian.seconds,
        batch.size * (10 * batch.weights + 3 * activations) + hessian.numbers,
        [size],
    )


def estimate_measurement(measurement: Mapping[str, Any], sizes: Mapping[str, DataSize]) -> Estimate:
    """Estimate a measurement of the theory.

    Args:
        measurement: Its block, axes written out.
        sizes: Of the data it names.
    """
    starts = len(measurement.get("init_scale", [0])) * measurement.get("repetitions", 1)
    starts *= len(measurement.get("initialisation", [""]))
    work = _work_of_a_start(measurement)
    seconds, numbers = [], [0]
    if measurement["kind"] == "products":
        for depth, width in product(measurement["depth"], measurement["width"]):
            seconds.append(starts * measurement["draws"] * depth * (2e-5 + 2e-9 * width**3))
    else:
        for name, depth in product(measurement["dataset"], measurement["depth"]):
            size = sizes[name]
            for width in measurement.get("width", [size.features]):
                weights = width * size.features + (depth - 1) * width**2
                hessian = _linear_hessian(depth * (2 * width - 1), weights, work.dense_dimension)
                seconds.append(
                    starts
                    * (
                        work.steps * _linear_step_seconds(weights, size)
                        + work.flows * (0.045 * depth + 5e-6 * weights)
                        + work.searches * 4e-3 * weights
                        + work.sharpnesses * hessian.seconds
                    )
                )
                numbers.append(100 * weights + hessian.numbers)
    return _estimate(sum(seconds), max(numbers), sizes.values())


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


@dataclass(frozen=True)
class _Work:
    """What a measurement does from one start: training steps, flows, searches, eigenvalues."""

    steps: float = 0
    flows: int = 0
    searches: int = 0
    sharpnesses: int = 0
    dense_dimension: int = DENSE_DIMENSION


def _work_of_a_start(measurement: Mapping[str, Any]) -> _Work:
    match measurement["kind"]:
        case "flow" | "flow_path":
            return _Work(flows=1, dense_dimension=FLOW_DENSE_DIMENSION)
        case "drift":
            return _Work(steps=sum(measurement["time"] / r for r in measurement["learning_rate"]))
        case "critical_rate":
            return _Work(steps=RATES_OF_A_SEARCH * max(measurement["steps"]))
        case "descent":
            rates = len(measurement["relative_rate"])
            return _Work(steps=rates * measurement["steps"], flows=1, sharpnesses=rates + 1)
        case "rescaling":
            return _Work(sharpnesses=len(measurement["factors"]))
        case "minimal_sharpness":
            return _Work(searches=measurement["restarts"], sharpnesses=1)
    return _Work()


@dataclass(frozen=True)
class _Hessian:
    """A Hessian whose largest eigenvalue is computed.

    Attributes:
        dimension: Of the space outside which it is zero.
        product_seconds: For its product with one vector.
        product_numbers: That are kept of such a product.
        dense_dimension: A larger one is not written out.
    """

    dimension: int
    product_seconds: float
    product_numbers: int
    dense_dimension: int = DENSE_DIMENSION

    @property
    def seconds(self) -> float:
        """For the eigenvalue."""
        if self.dimension > self.dense_dimension:
            return LANCZOS_PRODUCTS * (1e-3 + self.product_seconds)
        products = self.dimension * (2e-5 + self.product_seconds)
        return 5e-4 + products + 3e-10 * self.dimension**3

    @property
    def numbers(self) -> int:
        """In memory at a time."""
        if self.dimension > self.dense_dimension:
            return LANCZOS_PRODUCTS * self.dimension + self.product_numbers
        return self.dimension * (5 * self.dimension + self.product_numbers)


def _linear_step_seconds(weights: int, size: DataSize) -> float:
    """In batches of some tens, as measurements have."""
    return 2e-9 * (weights + size.features**2)


def _linear_hessian(
    dimension: int, weights: int, dense_dimension: int = DENSE_DIMENSION
) -> _Hessian:
    return _Hessian(dimension, 1e-8 * weights, 3 * weights, dense_dimension)


def _estimate(seconds: float, numbers: int, sizes: Iterable[DataSize]) -> Estimate:
    """Add what every job takes: to start, and copies of its data."""
    data = sum(3 * size.samples * size.features for size in sizes)
    return Estimate(
        STARTING_SECONDS + seconds,
        math.ceil(STARTING_MEGABYTES + MEGABYTES_OF_A_NUMBER * (numbers + data)),
    )
