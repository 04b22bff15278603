"""The squared distance of the product of all layers to w*."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flatminima.columns import Column
from flatminima.quantities import Quantity, State

__all__ = ["Distance"]

DEFINITION = (
    "The distance is that of the product of all layers to w*, the least-squares solution of "
    "smallest norm, in the Euclidean norm."
)
SYMBOL = r"$\|w_\mathrm{prod} - w^*\|^2$"

ROUNDING = 1e-28
"""The square of the precision of w_prod, about: what is below tells nothing."""


@dataclass(frozen=True)
class Distance(Quantity):
    """Is ||w_prod - w*||^2, and has no value where a network is not linear."""

    always: ClassVar[bool] = True
    needs: ClassVar[frozenset[str]] = frozenset({"product"})
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "initial_distance",
            words="squared distance at initialisation",
            label=f"{SYMBOL} at initialisation",
            definition=DEFINITION,
            floor=ROUNDING,
            moment="start",
            place=20,
        ),
        Column(
            "final_distance",
            words="squared distance after training",
            label=f"{SYMBOL} after training",
            definition=DEFINITION,
            floor=ROUNDING,
            moment="end",
            place=21,
        ),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "distance",
            words="squared distance",
            label=SYMBOL,
            definition=DEFINITION,
            floor=ROUNDING,
            moment="path",
            place=30,
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
