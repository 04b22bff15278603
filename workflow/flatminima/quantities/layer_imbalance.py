"""How far a linear network is from balance."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import Column, Words
from flatminima.quantities import Quantity, State

__all__ = ["LayerImbalance"]

WORDS = Words(
    definition=(
        "The imbalance of the layers is the largest Frobenius norm of W_{k+1}^T W_{k+1} - W_k "
        "W_k^T, which gradient flow conserves."
    ),
)


@dataclass(frozen=True)
class LayerImbalance(Quantity):
    """Is max_k ||W_{k+1}^T W_{k+1} - W_k W_k^T||_F, of linear networks."""

    needs: ClassVar[frozenset[str]] = frozenset({"product", "full_layers"})
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "initial_layer_imbalance",
            moment="start",
            place=22,
            words=Words("imbalance of the layers at initialisation", like=WORDS),
        ),
        Column(
            "final_layer_imbalance",
            moment="end",
            place=23,
            words=Words("imbalance of the layers after training", like=WORDS),
        ),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "layer_imbalance",
            moment="path",
            place=31,
            words=Words("imbalance of the layers", like=WORDS),
        ),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run."""
        row = {"initial_layer_imbalance": _imbalance(start)}
        return row if end is None else row | {"final_layer_imbalance": _imbalance(end)}

    def along(self, state: State) -> dict[str, Any]:
        """Return the imbalance at a point of the path."""
        return {"layer_imbalance": _imbalance(state)}


def _imbalance(state: State) -> float:
    from flatminima.theory.layer_structure import imbalances

    parts = imbalances(state.network, state.weights[:, 0])
    return max((float(np.linalg.norm(part)) for part in parts), default=0.0)
