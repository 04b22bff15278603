"""What a computation takes: seconds of one core, and numbers in memory.

The constants are upper bounds to what the default study took on the machine of the benchmark, with
both cores busy.
"""

from dataclasses import dataclass

__all__ = ["DENSE_DIMENSION", "DENSE_SIZE", "HessianCost", "Work"]

DENSE_DIMENSION = 2000
"""Larger Hessians on a subspace are not written out: it is one of 32 MB."""

DENSE_SIZE = 600
"""Larger Hessians on the whole space, of which a product costs less, are not."""

LANCZOS_PRODUCTS = 60
"""Products with vectors that the largest eigenvalue of such a Hessian takes."""


@dataclass(frozen=True)
class Work:
    """What a computation takes.

    Attributes:
        seconds: On one core.
        numbers: Of float64, in memory at a time.
    """

    seconds: float = 0.0
    numbers: float = 0.0

    def __add__(self, other: "Work") -> "Work":
        """Return what one after the other takes."""
        return Work(self.seconds + other.seconds, max(self.numbers, other.numbers))

    def __rmul__(self, times: float) -> "Work":
        """Return what it takes so many times, one after the other."""
        return Work(times * self.seconds, self.numbers)


@dataclass(frozen=True)
class HessianCost:
    """A Hessian whose largest eigenvalue is computed.

    Attributes:
        dimension: Of the space outside which it is zero.
        matrix: To write it out.
        product: For its product with one vector.
        dense_dimension: A larger one is not written out.
    """

    dimension: int
    matrix: Work
    product: Work
    dense_dimension: int = DENSE_DIMENSION

    @property
    def work(self) -> Work:
        """What the eigenvalue takes."""
        if self.dimension > self.dense_dimension:
            seconds = LANCZOS_PRODUCTS * (5e-4 + self.product.seconds)
            return Work(seconds, LANCZOS_PRODUCTS * self.dimension + self.product.numbers)
        eigenpair = 3e-4 + 2e-8 * self.dimension**2 + 3e-11 * self.dimension**3
        return Work(self.matrix.seconds + eigenpair, self.matrix.numbers + 3 * self.dimension**2)
