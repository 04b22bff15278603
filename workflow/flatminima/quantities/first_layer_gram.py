"""The share of the first layer's Gram matrix outside the block of the relevant inputs."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import Column, Words
from flatminima.quantities import Quantity, State

__all__ = ["FirstLayerGram"]

WORDS = Words(
    definition=(
        "The share outside is that of the squared entries of the Gram matrix W_1^T W_1 that are "
        "not between two inputs on which the target depends."
    ),
)


@dataclass(frozen=True)
class FirstLayerGram(Quantity):
    """Has no value where the data does not say which inputs matter."""

    needs: ClassVar[frozenset[str]] = frozenset({"full_layers"})
    run_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "final_gram_share_outside",
            moment="end",
            place=26,
            words=Words(
                "share of the Gram matrix outside the relevant inputs after training",
                like=WORDS,
            ),
        ),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "gram_share_outside",
            moment="path",
            place=33,
            words=Words(
                "share of the Gram matrix outside the relevant inputs",
                label="share of the Gram matrix outside",
                like=WORDS,
            ),
        ),
    )

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run, at its end."""
        del start
        return {} if end is None else {"final_gram_share_outside": _share(end)}

    def along(self, state: State) -> dict[str, Any]:
        """Return the share at a point of the path."""
        return {"gram_share_outside": _share(state)}


def _share(state: State) -> float:
    from flatminima.theory.first_layer import first_layer_gram, share_outside

    relevant = state.network.dataset.relevant
    if relevant is None:
        return np.nan
    return share_outside(first_layer_gram(state.network, state.weights[:, 0]), relevant)
