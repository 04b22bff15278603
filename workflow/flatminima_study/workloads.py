"""What the cost of each training job depends on, as plain values."""

import math
from typing import Any

from flatminima_study.estimates import data_size, estimate_training
from flatminima_study.plan import Batch, Study

__all__ = ["workloads"]


def workloads(study: Study) -> list[dict[str, Any]]:
    """Return the workload of each training job of a study."""
    return [
        _workload(batch, study)
        for experiment in study.experiments.values()
        for batch in experiment.batches.values()
    ]


def _workload(batch: Batch, study: Study) -> dict[str, Any]:
    size = data_size(study.datasets[batch.dataset])
    depth, width = batch.specification.depth, batch.specification.width
    return {
        "experiment": batch.experiment,
        "network": batch.specification.kind,
        "depth": depth,
        "width": width if batch.specification.kind == "mlp" else _square_width(batch),
        "dimension": batch.dimension,
        "samples": size.samples,
        "runs": batch.size,
        "steps": batch.steps,
        "sharpnesses": batch.sharpnesses,
        "megabytes": estimate_training(batch, size).megabytes,
    }


def _square_width(batch: Batch) -> float:
    """Return d such that a network of width and features d has as many weights as this one.

    (L - 1) d^2 + d = weights: the benchmark's linear networks are of this form.
    """
    squares = batch.specification.depth - 1
    return (math.sqrt(1 + 4 * squares * batch.weights) - 1) / (2 * squares)
