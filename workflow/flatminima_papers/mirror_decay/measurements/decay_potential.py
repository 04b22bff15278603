"""The potential of one weight after doses of weight decay: from a parabola to |w|."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumber, Scales
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DecayPotential"]


@dataclass(frozen=True)
class DecayPotential(Measurement):
    """Evaluates the potential of the equal start shrunk by each dose, over its value at 1."""

    columns: ClassVar[tuple[Column, ...]] = (
        DEPTH,
        Column("dose", words=Words(label="dose $A$", symbol="$A$")),
        Column("weight", words=Words(label="weight $w$")),
        Column("potential", words=Words(label=r"potential $\phi(w) / \phi(1)$")),
        Column("parabola", words=Words(label="$w^2$")),
        Column("modulus", words=Words(label="$|w|$")),
        Column("exponent", words=Words("d log potential / d log w")),
    )

    depth: Depths
    """The numbers of layers L."""
    scale: PositiveNumber
    """The scale alpha of the equal start."""
    dose: Scales
    """The doses A."""
    points: PositiveInteger
    """At how many weights from -1 to 1, an even number."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Evaluate each depth, dose and weight."""
        del given
        from flatminima.theory.diagonal_networks import equal_start
        from flatminima.theory.diagonal_potentials import split_start

        weights = np.linspace(-1, 1, self.points)
        for depth in self.depth:
            for dose in self.dose:
                layers = equal_start(np.exp(-dose) * self.scale, depth, self.points)
                potential = split_start(layers).potential
                values, slopes = potential.value(weights), potential.dual_of(weights)
                for place, weight in enumerate(weights):
                    yield {
                        "depth": depth,
                        "dose": dose,
                        "weight": weight,
                        "potential": values[place] / values[-1],
                        "parabola": weight**2,
                        "modulus": abs(weight),
                        "exponent": slopes[place] * weight / values[place],
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        return Work(0.01 * len(self.depth) * len(self.dose), 1000 * self.points)
