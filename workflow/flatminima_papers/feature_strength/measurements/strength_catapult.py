"""Catapults at small gamma: two layers on one feature, at rates about the largest stable one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import REPETITION, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveNumber, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_strength.measurements import STRENGTH

__all__ = ["StrengthCatapult"]

SOLUTION = 1.0
"""Phi; other values are a change of units."""

CONVERGED = 1e-6
"""Of the error over Phi."""


@dataclass(frozen=True)
class StrengthCatapult(Measurement):
    """Trains f = a^T b/gamma from starts with a^T b = 0 at the rates k gamma^2/Lambda.

    `peak_share` is the largest |f - Phi| times gamma over Lambda.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        STRENGTH,
        Column(
            "curvature", words=Words("rate times curvature", label=r"$k = \eta\Lambda/\gamma^2$")
        ),
        REPETITION,
        Column("outcome", "str"),
        Column("start_norm", words=Words("squared norm of the start", label=r"$\Lambda$")),
        Column("peak", words=Words("largest error")),
        Column(
            "peak_share",
            words=Words(
                "largest error times strength over squared norm",
                label=r"largest $|f - \Phi|\,\gamma/\Lambda$",
            ),
        ),
        Column("bound", words=Words("bound by k", label=r"$1/2$")),
        Column("end_share", words=Words("squared norm at the end over that of the start")),
    )

    strength: PositiveNumbers
    """Values of gamma."""
    curvature: PositiveNumbers
    """Values of k."""
    width: PositiveInteger
    """Neurons, at least 2."""
    init_scale: PositiveNumber
    """The standard deviation of all weights."""
    repetitions: PositiveInteger
    """Starts."""
    steps: PositiveInteger
    """Steps."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each start at each gamma and rate."""
        from flatminima_papers.feature_strength.theory.catapults import descend

        runs = np.array(np.meshgrid(self.strength, self.curvature, indexing="ij")).reshape(2, -1)
        strengths, curvatures = runs
        for repetition in range(self.repetitions):
            generator = random_generator(given.seed, self.name(), self.width, repetition)
            first, second = self.init_scale * generator.standard_normal((2, self.width))
            second -= first * (first @ second) / (first @ first)
            norm = first @ first + second @ second
            wide = (np.repeat(one[:, None], runs.shape[1], axis=1) for one in (first, second))
            rates = curvatures * strengths**2 / norm
            ends, peaks, norms = descend(*wide, strengths, rates, SOLUTION, self.steps)
            for place, (strength, curvature) in enumerate(runs.T):
                outcome = "diverged" if np.isinf(ends[place]) else "bounded"
                if abs(ends[place]) <= CONVERGED * SOLUTION:
                    outcome = "converged"
                yield {
                    "strength": strength,
                    "curvature": curvature,
                    "repetition": repetition,
                    "outcome": outcome,
                    "start_norm": norm,
                    "peak": peaks[place],
                    "peak_share": peaks[place] * strength / norm,
                    "bound": 0.5,
                    "end_share": norms[place] / norm,
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        runs = len(self.strength) * len(self.curvature)
        step = 3e-5 + 1.5e-8 * runs * self.width
        return Work(self.repetitions * self.steps * step, 20 * runs * self.width)
