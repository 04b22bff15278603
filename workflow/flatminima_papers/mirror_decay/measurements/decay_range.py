"""A parametrisation whose range shrinks under decay until there is none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveNumber
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DecayRange"]


@dataclass(frozen=True)
class DecayRange(Measurement):
    """Follows w = log u - log v under constant decay until a u or v reaches zero."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        Column("dose", words=Words(label="dose $A$")),
        Column("dual", words=Words("dual variable", label="dual variable $q$")),
        Column("lower_end", words=Words("lower end of its interval")),
        Column("upper_end", words=Words("upper end of its interval")),
        Column("latest_dose", words=Words("dose at which an interval is empty")),
        Column("broke", "bool", words=Words("whether the flow broke")),
        Column(
            "identity_defect", words=Words("relative deviation of u^2 and v^2 from their formulas")
        ),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d."""
    problems: PositiveInteger
    """How many problems and starts are drawn."""
    rate: PositiveNumber
    """The rate alpha of the decay."""
    points: PositiveInteger
    """At how many doses the dual variable is reported, from 0 to where the flow breaks."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Report the coordinate that breaks, from layers between 1/2 and 3/2."""
        import numpy as np

        from flatminima.theory.diagonal_problems import draw_problem
        from flatminima_papers.mirror_decay.theory.dual_range import (
            flow_until_the_range_is_left,
            latest_dose,
        )

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn).data
            generator = random_generator(given.seed, given.name, "start", problem)
            first, second = generator.uniform(0.5, 1.5, (2, self.features))
            path = flow_until_the_range_is_left(data.inputs, data.targets, first, second, self.rate)
            last = path.dose[-1]
            room = np.minimum(
                path.dual[-1] - (last - first**2 / 2), (second**2 / 2 - last) - path.dual[-1]
            )
            breaking = room.argmin()
            for dose in np.linspace(0, last, self.points):
                yield {
                    "problem": problem,
                    "dose": dose,
                    "dual": np.interp(dose, path.dose, path.dual[:, breaking]),
                    "lower_end": dose - first[breaking] ** 2 / 2,
                    "upper_end": second[breaking] ** 2 / 2 - dose,
                    "latest_dose": latest_dose(first, second),
                    "broke": path.broke,
                    "identity_defect": path.identity,
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        return Work(0.5 * self.problems, 10_000 * self.features)
