"""The norm of the first-layer weights of irrelevant inputs."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import Column, Words
from flatminima.quantities import Quantity, State

__all__ = ["IrrelevantNorm"]

WORDS = Words(
    definition=(
        "The irrelevant norm is the Frobenius norm of the columns of the first layer that belong "
        "to inputs on which the target does not depend."
    ),
)


@dataclass(frozen=True)
class IrrelevantNorm(Quantity):
    """Has no value where the data does not say which inputs matter."""

    needs: ClassVar[frozenset[str]] = frozenset({"full_layers"})
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "initial_irrelevant_norm",
            moment="start",
            place=24,
            words=Words("irrelevant norm at initialisation", like=WORDS),
        ),
        Column(
            "final_irrelevant_norm",
            moment="end",
            place=25,
            words=Words("irrelevant norm after training", like=WORDS),
        ),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "irrelevant_norm",
            moment="path",
            place=32,
            words=Words(
                "norm of the first layer's irrelevant columns",
                label="norm of the irrelevant columns",
                like=WORDS,
            ),
        ),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run."""
        row = {"initial_irrelevant_norm": _norm(start)}
        return row if end is None else row | {"final_irrelevant_norm": _norm(end)}

    def along(self, state: State) -> dict[str, Any]:
        """Return the norm at a point of the path."""
        return {"irrelevant_norm": _norm(state)}


def _norm(state: State) -> float:
    from flatminima.theory.first_layer import irrelevant_norm

    relevant = state.network.dataset.relevant
    if relevant is None:
        return np.nan
    return irrelevant_norm(state.network, state.weights[:, 0], relevant)
