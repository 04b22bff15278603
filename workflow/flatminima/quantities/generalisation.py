"""The risk on data that training has not seen, and its excess over the training risk."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import Column, Words
from flatminima.quantities import Quantity, State

__all__ = ["Generalisation"]


@dataclass(frozen=True)
class Generalisation(Quantity):
    """Has no value where the data has no test set."""

    always: ClassVar[bool] = True
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "test_risk",
            moment="end",
            place=40,
            words=Words(definition="The mean squared error over data that training has not seen."),
        ),
    )
    derived_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "generalisation_gap",
            moment="end",
            place=50,
            words=Words(
                label=r"test risk $-$ training risk",
                definition="The generalisation gap is the test risk less the training risk.",
            ),
        ),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run."""
        del start
        if end is None or end.network.dataset.test_inputs is None:
            return {}
        dataset = end.network.dataset
        prediction = end.network.predict(end.weights, dataset.test_inputs)[:, 0]
        return {"test_risk": float(np.mean((prediction - dataset.test_targets) ** 2))}

    def derive(self, runs: Any) -> dict[str, Any]:
        """Return the derived columns of a table of runs."""
        return {"generalisation_gap": runs["test_risk"] - runs["train_risk"]}
