"""Gradient descent on diagonal networks about the critical learning rate 2 / S_min."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge

from flatminima.core.columns import DEPTH, LEARNING_RATE, REPETITION, STEPS, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DiagonalCritical"]


@dataclass(frozen=True)
class DiagonalCritical(Measurement):
    """Runs descent from drawn starts at rates in units of 2 / S_min."""

    columns: ClassVar[tuple[Column, ...]] = (
        DEPTH,
        Column(
            "scale",
            words=Words(
                "scale of the start", label=r"scale $\alpha$ of the start", symbol=r"$\alpha$"
            ),
        ),
        REPETITION,
        Column(
            "relative_rate",
            words=Words("learning rate over 2/S_min", label=r"$\eta / (2/S_{\min})$"),
        ),
        LEARNING_RATE,
        STEPS,
        Column("converged", "bool", words=Words("whether it converged")),
        Column("relative_excess", words=Words("risk above its minimum, over that of zero")),
        Column("final_sharpness", words=Words("sharpness at the end")),
        Column("two_over_learning_rate", words=Words(label=r"$2/\eta$")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d, at most n."""
    depth: Depths
    """The numbers of layers L."""
    scale: PositiveNumbers
    """The standard deviations alpha of the start's entries."""
    relative_rate: PositiveNumbers
    """The rates, in units of 2 / S_min."""
    repetitions: PositiveInteger
    """How many problems and starts."""
    steps: PositiveInteger
    """The most steps."""
    noise: Annotated[float, Ge(0)] = 0.0
    """The noise of the targets, before they are scaled."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Run each depth, scale, repetition and rate; the sharpness is of runs that converged.

        What is above 1 of `relative_excess` is drawn as 1: the run diverged.
        """
        from flatminima.theory.diagonal_networks import (
            mobility,
            sharpness_of_minimiser,
            smallest_sharpness,
        )
        from flatminima.theory.diagonal_problems import draw_problem, draw_start
        from flatminima_papers.diagonal.theory.descent import descend

        relative = np.array(self.relative_rate)
        for depth, scale, repetition in product(self.depth, self.scale, range(self.repetitions)):
            drawn = random_generator(given.seed, given.name, "problem", repetition)
            data = draw_problem(self.samples, self.features, drawn, noise=self.noise).data
            solution = data.minimum_norm_solution
            critical = 2 / smallest_sharpness(data.covariance, solution, depth)
            generator = random_generator(given.seed, given.name, "start", repetition, depth)
            layers = draw_start(scale, depth, self.features, generator)
            starts = np.tile(layers, (len(relative), 1, 1))
            rates = relative * critical
            runs = descend(data.inputs, data.targets, starts, rates, self.steps)
            for run, converged in enumerate(runs.converged):
                excess = runs.excess[run]
                sharpness = np.nan
                if converged:
                    mobilities = mobility(runs.layers[run])
                    sharpness = sharpness_of_minimiser(data.covariance, mobilities)
                yield {
                    "depth": depth,
                    "scale": scale,
                    "repetition": repetition + 1,
                    "relative_rate": relative[run],
                    "learning_rate": rates[run],
                    "steps": runs.steps[run],
                    "converged": converged,
                    "relative_excess": min(excess, 1.0) if np.isfinite(excess) else 1.0,
                    "final_sharpness": sharpness,
                    "two_over_learning_rate": 2 / rates[run],
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes: few runs last for all steps, together with those of their start."""
        del sizes
        runs = len(self.depth) * len(self.scale) * self.repetitions * len(self.relative_rate)
        step = 4e-9 * self.features * min(self.samples, self.features) + 3e-8 * self.features
        return Work(5 + runs * self.steps * step / 2, 1000 * len(self.relative_rate))
