"""The batch sharpness: the mean curvature along the gradient of a batch."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.datasets import DataSize
from flatminima.networks import NetworkKind
from flatminima.quantities import Quantity, State

__all__ = ["BatchSharpness"]

WORDS = Words(
    definition=(
        "Batch sharpness is the mean over batches B of gᵀHg/‖g‖², with the gradient g and the "
        "Hessian H of the risk on B; batches are as large as those of the optimiser. It has no "
        "value where the training risk is below 1e-12, so that g is rounding."
    ),
)
RELATIVE_ERROR = 0.03
SMALLEST_RISK = 1e-12


@dataclass(frozen=True)
class BatchSharpness(Quantity):
    """Is estimated to a standard error of 3 %, or from 160 batches."""

    needs: ClassVar[frozenset[str]] = frozenset({"full_layers"})
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "final_batch_sharpness",
            moment="end",
            place=13,
            words=Words("batch sharpness after training", like=WORDS),
        ),
        Column(
            "final_batch_sharpness_error",
            place=14,
            words=Words("standard error of the batch sharpness"),
        ),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "batch_sharpness",
            moment="path",
            place=42,
            words=Words(label="batch sharpness", like=WORDS),
        ),
        Column(
            "batch_sharpness_error", place=43, words=Words("standard error of the batch sharpness")
        ),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run, at its end."""
        del start
        return {} if end is None else _measured(end, "final_")

    def along(self, state: State) -> dict[str, Any]:
        """Return the batch sharpness at a point of the path."""
        return _measured(state, "")

    def work(self, network: NetworkKind, size: DataSize) -> Work:
        """Return the cost of measuring one state: some products with Hessians of batches."""
        weights = network.weights(size)
        return Work(5e-3 + 1e-6 * weights, 400 * (weights + size.features))


def _measured(state: State, prefix: str) -> dict[str, float]:
    from flatminima.networks import BatchRisks
    from flatminima.sharpness.batches import estimate_batch_sharpness

    network, weights = state.network, state.weights[:, 0]
    whole = BatchRisks(network, weights, np.arange(network.dataset.samples)[None])
    if not whole.risks[0] > SMALLEST_RISK:
        return {}
    estimate = estimate_batch_sharpness(network, weights, state.batch_size, RELATIVE_ERROR)
    return {
        f"{prefix}batch_sharpness": estimate.value,
        f"{prefix}batch_sharpness_error": estimate.error,
    }
