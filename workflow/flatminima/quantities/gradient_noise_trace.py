"""The trace of the covariance of the gradients of single samples."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import Column, Words
from flatminima.quantities import Quantity, State

__all__ = ["GradientNoiseTrace"]

WORDS = Words(
    definition=(
        "The trace of the gradient noise is the mean over samples of the squared distance of the "
        "gradient of a sample's risk from the gradient of the training risk."
    ),
)


@dataclass(frozen=True)
class GradientNoiseTrace(Quantity):
    """Is exact: a mean over all samples."""

    needs: ClassVar[frozenset[str]] = frozenset({"full_layers"})
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "final_gradient_noise_trace",
            moment="end",
            place=61,
            words=Words("trace of the gradient noise after training", like=WORDS),
        ),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "gradient_noise_trace",
            moment="path",
            place=46,
            words=Words("trace of the gradient noise", like=WORDS),
        ),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run, at its end."""
        del start
        return {} if end is None else {"final_gradient_noise_trace": _trace(end)}

    def along(self, state: State) -> dict[str, Any]:
        """Return the trace at a point of the path."""
        return {"gradient_noise_trace": _trace(state)}


def _trace(state: State) -> float:
    from flatminima.sharpness.batches import gradient_noise_trace

    return gradient_noise_trace(
        state.network, state.weights[:, 0], np.arange(state.network.dataset.samples)
    )
