"""The cost of a computation: seconds on one core, and numbers in memory.

The constants are upper bounds of the costs of the default study on the machine of the benchmark,
with both cores busy.
"""

from dataclasses import dataclass

__all__ = ["DENSE_DIMENSION", "DENSE_SIZE", "HessianCost", "Work"]

DENSE_DIMENSION = 2000
"""Larger Hessians on a subspace are not written out; this one has 32 MB."""

DENSE_SIZE = 600
"""Larger Hessians on the whole space, whose products are cheaper, are not written out."""

LANCZOS_PRODUCTS = 60
"""Products with vectors that the largest eigenvalue of such a Hessian needs."""


@dataclass(frozen=True)
class Work:
    """The cost of a computation.

    Attributes:
        seconds: The time on one core.
        numbers: How many float64 numbers are in memory at the same time.
    """

    seconds: float = 0.0
    numbers: float = 0.0

    def __add__(self, other: "Work") -> "Work":
        """Return the cost of one after the other."""
        return Work(self.seconds + other.seconds, max(self.numbers, other.numbers))

    def __rmul__(self, times: float) -> "Work":
        """Return the cost of a number of repetitions, one after the other."""
        return Work(times * self.seconds, self.numbers)


@dataclass(frozen=True)
class HessianCost:
    """A Hessian whose largest eigenvalue is computed.

    Attributes:
        dimension: The dimension of the space outside which it is zero.
        matrix: The seconds to write it out.
        product: The seconds for its product with one vector.
        dense_dimension: Hessians of a larger dimension are not written out.
    """

    dimension: int
    matrix: Work
    product: Work
    dense_dimension: int = DENSE_DIMENSION

    @property
    def work(self) -> Work:
        """The cost of the eigenvalue."""
        if self.dimension > self.dense_dimension:
            seconds = LANCZOS_PRODUCTS * (5e-4 + self.product.seconds)
            return Work(seconds, LANCZOS_PRODUCTS * self.dimension + self.product.numbers)
        eigenpair = 3e-4 + 2e-8 * self.dimension**2 + 3e-11 * self.dimension**3
        return Work(self.matrix.seconds + eigenpair, self.matrix.numbers + 3 * self.dimension**2)
