"""The angle at the output of wide random residual networks, by depth and branch scale."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Len

from flatminima.core.columns import DEPTH, REPETITION, WIDTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, Misfit, PositiveInteger
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_speed.measurements import (
    ACTIVATION,
    Depths,
    Factors,
    WideActivations,
    Widths,
)

__all__ = ["SpeedResnet"]

Powers = Annotated[tuple[Literal["one", "half", "zero"], ...], Len(1), Axis()]
EXPONENTS = {"one": 1.0, "half": 0.5, "zero": 0.0}


@dataclass(frozen=True)
class SpeedResnet(Measurement):
    """Draws h_k = sqrt(1 - beta^2) h_{k-1} + beta V_k phi(h_{k-1}) on one sample.

    beta is `factor` over the depth to the power `power`: with ``zero`` and the factor 1 it is a
    perceptron. `exact` is the cosine of infinite width; `naive` that which takes masks of
    neighbouring layers for independent.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        ACTIVATION,
        Column(
            "power",
            "str",
            words=Words(
                "power of the depth in the branch scale",
                values={
                    "one": r"$\beta = t/L$",
                    "half": r"$\beta = t/\sqrt{L}$",
                    "zero": r"$\beta = t$",
                },
            ),
        ),
        Column("factor", words=Words("factor of the branch scale", symbol="$t$")),
        DEPTH,
        WIDTH,
        REPETITION,
        Column("cosine", words=Words("cosine at the output", label=r"$\cos\theta_L$")),
        Column("angle", words=Words("angle of the output", label=r"angle $\theta_L$")),
        Column("exact", words=Words("infinite width")),
        Column("exact_angle", words=Words("angle for infinite width")),
        Column("naive", words=Words("masks taken as independent")),
    )

    activation: WideActivations
    """Activation functions."""
    power: Powers
    """The powers of the depth that the branch scale is divided by."""
    factor: Factors
    """The factors t of the branch scale."""
    depth: Depths
    """The numbers of layers L."""
    width: Widths
    """Neurons of each layer."""
    repetitions: PositiveInteger
    """Draws."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse a branch scale above 1."""
        del sizes
        for power, factor, depth in product(self.power, self.factor, self.depth):
            if factor > depth ** EXPONENTS[power]:
                raise Misfit(
                    "factor",
                    f"is {factor:g} at {depth} layers and the power {power}; allowed: a branch "
                    "scale of at most 1",
                )

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each draw."""
        from flatminima_papers.feature_speed.theory.wide_networks import (
            free_constant,
            free_cosine,
            random_start,
            rectified_cosine,
        )

        for activation, power, factor, depth in product(
            self.activation, self.power, self.factor, self.depth
        ):
            branch = factor / depth ** EXPONENTS[power]
            naive = float(free_cosine(depth, free_constant(activation, branch)))
            exact = rectified_cosine(depth, branch) if activation == "relu" else naive
            for width, repetition in product(self.width, range(self.repetitions)):
                identity = (activation, power, factor, depth, width, repetition)
                generator = random_generator(given.seed, self.name(), *identity)
                start = random_start(activation, width, depth, branch, generator)
                yield {
                    "activation": activation,
                    "power": power,
                    "factor": factor,
                    "depth": depth,
                    "width": width,
                    "repetition": repetition,
                    "cosine": start.cosines[-1],
                    "angle": np.arccos(start.cosines[-1]),
                    "exact": exact,
                    "exact_angle": np.arccos(exact),
                    "naive": naive,
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        cases = len(self.activation) * len(self.power) * len(self.factor)
        draws = cases * sum(self.depth) * self.repetitions
        seconds = draws * (1e-4 * len(self.width) + 3e-7 * sum(self.width))
        cubes = sum(depth**3 for depth in self.depth)
        return Work(seconds + cases * 3e-8 * cubes, 10 * max(self.depth) * max(self.width))
