"""The squared norm of all weights."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flatminima.columns import Column
from flatminima.quantities import Quantity, State

__all__ = ["SquaredNorm"]

DEFINITION = (
    "The squared norm is the sum of the squares of all weights. At a minimum of two layers on one "
    "feature with covariance 1/2 it is the sharpness."
)
SYMBOL = r"$\sum_k \|W_k\|_F^2$"


@dataclass(frozen=True)
class SquaredNorm(Quantity):
    """Is the sum of ||W_k||_F^2 over the layers."""

    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "initial_squared_norm",
            words="squared norm at initialisation",
            label=f"{SYMBOL} at initialisation",
            definition=DEFINITION,
            moment="start",
            place=70,
        ),
        Column(
            "final_squared_norm",
            words="squared norm after training",
            label=f"{SYMBOL} after training",
            definition=DEFINITION,
            moment="end",
            place=71,
        ),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column("squared_norm", label=SYMBOL, definition=DEFINITION, moment="path", place=70),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run."""
        row = {"initial_squared_norm": _squared_norm(start)}
        return row if end is None else row | {"final_squared_norm": _squared_norm(end)}

    def along(self, state: State) -> dict[str, Any]:
        """Return the squared norm at a point of the path."""
        return {"squared_norm": _squared_norm(state)}


def _squared_norm(state: State) -> float:
    return float((state.weights**2).sum())
