"""The training risk R = (1/n) ||y - f(X)||^2."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import Column, Words
from flatminima.quantities import Quantity, State

__all__ = ["TrainRisk"]

WORDS = Words(
    "training risk",
    label="training risk $R$",
    definition="The risk is the mean squared error over the training data.",
)


@dataclass(frozen=True)
class TrainRisk(Quantity):
    """At the end it is what training itself computes there."""

    always: ClassVar[bool] = True
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column("train_risk", moment="end", place=30, words=WORDS),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column("train_risk", moment="path", place=20, words=WORDS),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run."""
        del start
        return {} if end is None else {"train_risk": end.risk}

    def along(self, state: State) -> dict[str, Any]:
        """Return the training risk at a point of the path."""
        dataset = state.network.dataset
        residual = state.network.predict(state.weights, dataset.inputs)[:, 0] - dataset.targets
        return {"train_risk": float(np.mean(residual**2))}
