"""The squared distance of the product of all layers to w*."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flatminima.core.columns import Column, Words
from flatminima.quantities import Quantity, State

__all__ = ["Distance"]

WORDS = Words(
    definition=(
        "The distance is that of the product of all layers to w*, the least-squares solution of "
        "smallest norm, in the Euclidean norm."
    ),
    floor=1e-28,
)


@dataclass(frozen=True)
class Distance(Quantity):
    """Is ||w_prod - w*||^2, and has no value where a network is not linear."""

    always: ClassVar[bool] = True
    needs: ClassVar[frozenset[str]] = frozenset({"product"})
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "initial_distance",
            moment="start",
            place=20,
            words=Words(
                "squared distance at initialisation",
                label=r"$\|w_\mathrm{prod} - w^*\|^2$ at initialisation",
                like=WORDS,
            ),
        ),
        Column(
            "final_distance",
            moment="end",
            place=21,
            words=Words(
                "squared distance after training",
                label=r"$\|w_\mathrm{prod} - w^*\|^2$ after training",
                like=WORDS,
            ),
        ),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "distance",
            moment="path",
            place=30,
            words=Words("squared distance", label=r"$\|w_\mathrm{prod} - w^*\|^2$", like=WORDS),
        ),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run."""
        row = {"initial_distance": _distance(start)}
        return row if end is None else row | {"final_distance": _distance(end)}

    def along(self, state: State) -> dict[str, Any]:
        """Return the squared distance at a point of the path."""
        return {"distance": _distance(state)}


def _distance(state: State) -> float:
    return float(state.network.squared_distance(state.weights)[0])
