"""The sharpness: the largest eigenvalue of the Hessian of the training risk."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.datasets import DataSize
from flatminima.networks import NetworkKind
from flatminima.quantities import NotFiniteError, Quantity, State

__all__ = ["Sharpness"]

WORDS = Words(
    definition=(
        "Sharpness is the largest eigenvalue of the Hessian of the training risk. The lines of "
        "theory are bounds on it, or 2/η, above which gradient descent is unstable."
    ),
)


@dataclass(frozen=True)
class Sharpness(Quantity):
    """Computes it exactly, with the residual that proves it."""

    always: ClassVar[bool] = True
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "initial_sharpness",
            moment="start",
            place=10,
            words=Words(
                "sharpness at initialisation",
                label=r"sharpness $\lambda_{\max}(\nabla^2 R)$ at initialisation",
                like=WORDS,
            ),
        ),
        Column(
            "final_sharpness",
            moment="end",
            place=11,
            words=Words(
                "sharpness after training",
                label=r"sharpness $\lambda_{\max}(\nabla^2 R)$ after training",
                like=WORDS,
            ),
        ),
        Column("sharpness_residual", place=12, words=Words("residual of the sharpness")),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "sharpness",
            moment="path",
            place=40,
            words=Words(label=r"sharpness $\lambda_{\max}(\nabla^2 R)$", like=WORDS),
        ),
        Column("sharpness_residual", place=41, words=Words("residual of the sharpness")),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run; `sharpness_residual` is the larger of the two residuals."""
        from flatminima.sharpness import compute_sharpness

        before = compute_sharpness(start.network, start.weights[:, 0])
        row = {"initial_sharpness": before.value, "sharpness_residual": before.residual}
        if end is None:
            return row
        after = compute_sharpness(end.network, end.weights[:, 0])
        if np.isnan(after.value):
            raise NotFiniteError("the Hessian overflows")
        return row | {
            "final_sharpness": after.value,
            "sharpness_residual": max(before.residual, after.residual),
        }

    def along(self, state: State) -> dict[str, Any]:
        """Return the sharpness at a point of the path, with its residual."""
        from flatminima.sharpness import compute_sharpness

        sharpness = compute_sharpness(state.network, state.weights[:, 0])
        return {"sharpness": sharpness.value, "sharpness_residual": sharpness.residual}

    def work(self, network: NetworkKind, size: DataSize) -> Work:
        """Return the cost of measuring one state."""
        return network.hessian_cost(size).work
