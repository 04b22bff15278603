"""The angle at the output of residual networks of infinite width, without any draw."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Misfit
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_speed.measurements import (
    ACTIVATION,
    Depths,
    Factors,
    WideActivations,
)

__all__ = ["SpeedRecursion"]


@dataclass(frozen=True)
class SpeedRecursion(Measurement):
    """Computes cos theta_L for beta = t/sqrt(L) at L and L/2 layers, and extrapolates in 1/L."""

    columns: ClassVar[tuple[Column, ...]] = (
        ACTIVATION,
        Column("factor", words=Words("factor of the branch scale", label=r"$t = \beta\sqrt{L}$")),
        DEPTH,
        Column("cosine", words=Words("cosine at the output", label=r"$\cos\theta_L$")),
        Column("limit", words=Words("cosine of infinite depth")),
        Column("scaled_limit", words=Words("cosine times factor", label=r"$t\,\cos\theta$")),
        Column("free_limit", words=Words("cosine of infinite depth, Jacobians taken as free")),
        Column("scaled_free_limit", words=Words("Jacobians taken as free")),
        Column("conjectured", words=Words("conjecture of the authors")),
        Column("linear_limit", words=Words("limit of linear networks", label=r"$\sqrt{3/2}$")),
    )

    activation: WideActivations
    """Activation functions."""
    factor: Factors
    """The factors t of the branch scale."""
    depth: Depths
    """The numbers of layers L."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse a branch scale above 1."""
        del sizes
        largest, depth = max(self.factor), min(self.depth) // 2
        if largest > depth**0.5:
            raise Misfit(
                "factor",
                f"is {largest:g} at {depth} layers, half of the depth; allowed: at most its root",
            )

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Compute each factor and depth."""
        del given
        from flatminima_papers.feature_speed.theory.wide_networks import (
            free_constant,
            free_cosine,
            limiting_cosine_of_free,
            rectified_cosine,
        )

        for activation, factor, depth in product(self.activation, self.factor, self.depth):
            half, cosines = depth // 2, []
            for layers in (half, depth):
                branch = factor / layers**0.5
                if activation == "relu":
                    cosines.append(rectified_cosine(layers, branch))
                else:
                    constant = free_constant(activation, branch)
                    cosines.append(float(free_cosine(layers, constant)))
            limit = (depth * cosines[1] - half * cosines[0]) / (depth - half)
            free = float(limiting_cosine_of_free(factor))
            yield {
                "activation": activation,
                "factor": factor,
                "depth": depth,
                "cosine": cosines[-1],
                "limit": limit,
                "scaled_limit": factor * limit,
                "free_limit": free,
                "scaled_free_limit": factor * free,
                "conjectured": 1.0,
                "linear_limit": 1.5**0.5,
            }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        cubes = sum(depth**3 for depth in self.depth)
        factors = len(self.activation) * len(self.factor)
        return Work(factors * (1e-3 + 1e-8 * cubes), 10 * max(self.depth) ** 2)
