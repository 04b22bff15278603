"""The mini-batch sharpness: the mean of the largest eigenvalues of the Hessians of batches."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.datasets import DataSize
from flatminima.networks import NetworkKind
from flatminima.quantities import Quantity, State

__all__ = ["MiniBatchSharpness"]

WORDS = Words(
    definition=(
        "Mini-batch sharpness is the mean over batches B of the largest eigenvalue of the Hessian "
        "of the risk on B; batches are as large as those of the optimiser. Each eigenvalue is "
        "proved by its residual."
    ),
)
RELATIVE_ERROR = 0.03


@dataclass(frozen=True)
class MiniBatchSharpness(Quantity):
    """Is estimated to a standard error of 3 %, or from 160 batches.

    Its error is the standard error, and the mean residual of the eigenvalues.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"full_layers"})
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "final_mini_batch_sharpness",
            moment="end",
            place=15,
            words=Words("mini-batch sharpness after training", like=WORDS),
        ),
        Column(
            "final_mini_batch_sharpness_error",
            place=16,
            words=Words("error of the mini-batch sharpness"),
        ),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "mini_batch_sharpness",
            moment="path",
            place=44,
            words=Words("mini-batch sharpness", label="mini-batch sharpness", like=WORDS),
        ),
        Column(
            "mini_batch_sharpness_error", place=45, words=Words("error of the mini-batch sharpness")
        ),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run, at its end."""
        del start
        return {} if end is None else _measured(end, "final_")

    def along(self, state: State) -> dict[str, Any]:
        """Return the mini-batch sharpness at a point of the path."""
        return _measured(state, "")

    def work(self, network: NetworkKind, size: DataSize) -> Work:
        """Return the cost of measuring one state: some tens of products with each Hessian."""
        weights = network.weights(size)
        return Work(2e-2 + 3e-5 * weights, 4000 * weights)


def _measured(state: State, prefix: str) -> dict[str, float]:
    from flatminima.sharpness.batches import estimate_mini_batch_sharpness

    estimate = estimate_mini_batch_sharpness(
        state.network, state.weights[:, 0], state.batch_size, RELATIVE_ERROR
    )
    return {
        f"{prefix}mini_batch_sharpness": estimate.value,
        f"{prefix}mini_batch_sharpness_error": estimate.error,
    }
