"""The squared norm of all weights."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flatminima.core.columns import Column, Words
from flatminima.quantities import Quantity, State

__all__ = ["SquaredNorm"]

WORDS = Words(
    definition=(
        "The squared norm is the sum of the squares of all weights. At a minimum of two layers on "
        "one feature with covariance 1/2 it is the sharpness."
    ),
)


@dataclass(frozen=True)
class SquaredNorm(Quantity):
    """Is the sum of ||W_k||_F^2 over the layers."""

    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "initial_squared_norm",
            moment="start",
            place=70,
            words=Words(
                "squared norm at initialisation",
                label=r"$\sum_k \|W_k\|_F^2$ at initialisation",
                like=WORDS,
            ),
        ),
        Column(
            "final_squared_norm",
            moment="end",
            place=71,
            words=Words(
                "squared norm after training",
                label=r"$\sum_k \|W_k\|_F^2$ after training",
                like=WORDS,
            ),
        ),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "squared_norm",
            moment="path",
            place=70,
            words=Words(label=r"$\sum_k \|W_k\|_F^2$", like=WORDS),
        ),
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
