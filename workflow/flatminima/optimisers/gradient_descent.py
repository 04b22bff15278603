"""Full-batch gradient descent."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flatminima.networks import Network
from flatminima.optimisers import OptimiserKind
from flatminima.people import for_people
from flatminima.runs.training import GradientDescent
from flatminima.seeding import Identity

__all__ = ["GradientDescentKind"]


@dataclass(frozen=True)
class GradientDescentKind(OptimiserKind):
    """W <- W - eta grad R(W)."""

    def identity(self) -> tuple[Identity, ...]:
        """Return nothing: it is what the runs of others differ from."""
        return ()

    def start(
        self,
        network: Network,
        learning_rates: np.ndarray,
        generators: Sequence[np.random.Generator],
    ) -> GradientDescent:
        """Return the optimiser of a batch of runs."""
        del network, generators
        return GradientDescent(learning_rates)

    @for_people
    def describe(self) -> str:
        """Return its name in words."""
        return "gradient descent"
