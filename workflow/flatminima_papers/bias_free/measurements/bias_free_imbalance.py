"""The even part that small starts grow, and how far they leave the linear network."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Len, Lt

from flatminima.core.columns import INIT_SCALE, LEARNING_RATE, REPETITION, WIDTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    Axis,
    PositiveInteger,
    PositiveIntegers,
    PositiveNumber,
    PositiveNumbers,
)
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.bias_free.measurements import SLOPE, drawn_inputs, generators, unit_vector

__all__ = ["BiasFreeImbalance"]

FEATURES = 4

GROWTH = 500.0
"""A mass is followed until it would be this, had it started from the smallest and gone on growing.

The even part is largest before that: when the larger mass has saturated, and the other has not.
"""

SMALLEST = 0.01
"""The smallest mass of a start that is reckoned with, in units of the square of the scale."""

TOGETHER = 32
"""Runs that are trained together: what a step looks at stays in the cache."""

NOTHING = 1e-300
"""What a mass of zero counts as: all neurons may face one way."""


@dataclass(frozen=True)
class BiasFreeImbalance(Measurement):
    """Trains two layers on white data and a linear target of norm 1, from weights N(0, s^2).

    A start is ``random``; ``balanced``, with the same mass p = q in both directions; or ``paired``,
    each neuron beside its mirror. `largest_even` is the largest root mean square of the even part
    of f along the path, `predicted_even` that of the flow of p and q alone; `deviation` the
    largest ||kappa v - w|| from the predictor w of the linear network. A repetition is the same
    draw at all scales.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "start",
            "str",
            words=Words(
                values={"random": "random", "balanced": "balanced, p = q", "paired": "paired"}
            ),
        ),
        SLOPE,
        WIDTH,
        INIT_SCALE,
        LEARNING_RATE,
        REPETITION,
        Column(
            "mass_ratio", words=Words("p/q or q/p, the larger", label="$p_0/q_0$, or its inverse")
        ),
        Column("largest_even", words=Words("largest even part")),
        Column("predicted_even", words=Words("even part by the masses p and q")),
        Column("deviation", words=Words("largest deviation from the linear network")),
    )

    start: Annotated[tuple[Literal["random", "balanced", "paired"], ...], Len(1), Axis()]
    """Kinds of starts."""
    slope: Annotated[tuple[Annotated[float, Ge(0), Lt(1)], ...], Len(1), Axis(grid=True)]
    """The slopes alpha of the leaky rectifier where it is negative."""
    width: PositiveIntegers
    """The numbers of neurons."""
    init_scale: PositiveNumbers
    """The standard deviation s of all weights."""
    repetitions: PositiveInteger
    """Runs of each."""
    points: PositiveInteger
    """Points, each with its mirror."""
    learning_rate: PositiveNumber
    """eta."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each run."""
        repetitions = range(self.repetitions)
        for case in product(self.start, self.slope, self.width, self.init_scale):
            for first in repetitions[::TOGETHER]:
                yield from self._train(given.seed, *case, repetitions[first : first + TOGETHER])

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        entries = sum(self.width) * self.points * self.repetitions
        cases = len(self.start) * len(self.slope) * len(self.init_scale)
        return Work(cases * 30 / self.learning_rate * (1e-4 + 4e-8 * entries), 40 * entries)

    def _train(
        self,
        seed: int,
        start: str,
        slope: float,
        width: int,
        init_scale: float,
        repetitions: range,
    ) -> Iterator[dict[str, Any]]:
        """Measure some runs of one kind of start."""
        from flatminima.theory.dense_networks import (
            descent_step,
            gaussian_layers,
            identity,
            leaky_rectifier,
        )
        from flatminima_papers.bias_free.theory.imbalance import (
            aligned_masses,
            balanced_masses,
            largest_even_part,
        )
        from flatminima_papers.bias_free.theory.symmetric_data import even_part, root_mean_square
        from flatminima_papers.bias_free.theory.two_layers import (
            linear_part,
            linear_slope,
            linear_twin,
            paired,
        )

        inputs = drawn_inputs(seed, self.points, FEATURES)
        direction = unit_vector(seed, FEATURES)
        targets = inputs @ direction
        draws = generators(seed, repetitions, self.name(), start, slope, width)
        if start == "paired":
            layers = paired(gaussian_layers((FEATURES, width // 2, 1), init_scale, draws))
        else:
            layers = gaussian_layers((FEATURES, width, 1), init_scale, draws)
        if start == "balanced":
            layers = balanced_masses(layers, direction)
        p, q = (np.maximum(mass, NOTHING) for mass in aligned_masses(layers, direction))
        predicted = [largest_even_part(one, other, slope) for one, other in zip(p, q, strict=True)]
        twin, kappa = linear_twin(layers, slope), linear_slope(slope)
        largest, furthest = np.zeros(len(repetitions)), np.zeros(len(repetitions))
        time = np.log(GROWTH / (SMALLEST * init_scale**2)) / (4 * kappa)
        for _ in range(int(time / self.learning_rate)):
            apart = np.linalg.norm(kappa * linear_part(layers) - linear_part(twin), axis=1)
            furthest = np.maximum(furthest, apart)
            layers, outputs = descent_step(
                layers, inputs, targets, self.learning_rate, leaky_rectifier(slope)
            )
            twin, _ = descent_step(twin, inputs, targets, kappa * self.learning_rate, identity)
            largest = np.maximum(largest, root_mean_square(even_part(outputs)))
        for place, repetition in enumerate(repetitions):
            yield {
                "start": start,
                "slope": slope,
                "width": width,
                "init_scale": init_scale,
                "learning_rate": self.learning_rate,
                "repetition": repetition,
                "mass_ratio": np.exp(abs(np.log(p[place] / q[place]))),
                "largest_even": largest[place],
                "predicted_even": predicted[place],
                "deviation": furthest[place],
            }
