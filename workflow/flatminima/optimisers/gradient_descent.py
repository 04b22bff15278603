"""Full-batch gradient descent."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flatminima.core.people import for_people
from flatminima.core.seeding import Identity
from flatminima.networks import Network
from flatminima.optimisers import GradientDescent, OptimiserKind

__all__ = ["GradientDescentKind"]


@dataclass(frozen=True)
class GradientDescentKind(OptimiserKind):
    """W <- W - eta grad R(W)."""

    def identity(self) -> tuple[Identity, ...]:
        """Return nothing, because other optimisers are compared with this one."""
        return ()

    def start(
        self,
        network: Network,
        learning_rates: np.ndarray,
        generators: Sequence[np.random.Generator],
    ) -> GradientDescent:
        """Return the optimiser of many runs."""
        del network, generators
        return GradientDescent(learning_rates)

    @for_people
    def describe(self) -> str:
        """Return its name in words."""
        return "gradient descent"
