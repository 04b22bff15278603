"""The norm of the gradient of the training risk with respect to all weights."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flatminima.core.columns import Column, Words
from flatminima.quantities import Quantity, State

__all__ = ["GradientNorm"]


@dataclass(frozen=True)
class GradientNorm(Quantity):
    """Is what training itself computes at the end."""

    always: ClassVar[bool] = True
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "gradient_norm",
            moment="end",
            place=60,
            words=Words(
                "gradient norm after training",
                label=r"gradient norm $\|\nabla R\|$ after training",
                definition=(
                    "The norm of the gradient of the training risk with respect to all weights; a "
                    "run has converged when it is small."
                ),
            ),
        ),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run."""
        del start
        return {} if end is None else {"gradient_norm": end.gradient_norm}
