"""How far neighbouring layers are from balance."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flatminima.core.columns import Column, Words
from flatminima.quantities import Quantity, State

__all__ = ["Imbalance"]

WORDS = Words(
    definition=(
        "The imbalance is the largest nuclear norm of what gradient flow conserves of "
        "neighbouring layers of a linear network."
    ),
)


@dataclass(frozen=True)
class Imbalance(Quantity):
    """Is max_k ||W_{k+1}^T W_{k+1} - W_k W_k^T||_*, which gradient flow conserves.

    For two layers and one feature this is Q of Beneventano and Woodworth (arXiv:2501.09137).
    """

    needs: ClassVar[frozenset[str]] = frozenset({"product", "full_layers"})
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "initial_imbalance",
            moment="start",
            place=80,
            words=Words(
                "imbalance at initialisation",
                label="imbalance of the layers at initialisation",
                like=WORDS,
            ),
        ),
        Column(
            "final_imbalance",
            moment="end",
            place=81,
            words=Words(
                "imbalance after training",
                label="imbalance of the layers after training",
                like=WORDS,
            ),
        ),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "imbalance",
            moment="path",
            place=80,
            words=Words(label="imbalance of the layers", like=WORDS),
        ),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run."""
        row = {"initial_imbalance": _imbalance(start)}
        return row if end is None else row | {"final_imbalance": _imbalance(end)}

    def along(self, state: State) -> dict[str, Any]:
        """Return the imbalance at a point of the path."""
        return {"imbalance": _imbalance(state)}


def _imbalance(state: State) -> float:
    import numpy as np

    from flatminima.theory.layer_structure import imbalances

    parts = imbalances(state.network, state.weights[:, 0])
    return max((float(np.linalg.norm(part, "nuc")) for part in parts), default=0.0)
