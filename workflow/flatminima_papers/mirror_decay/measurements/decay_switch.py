"""Does switching weight decay off recover the true weights better than keeping it?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveNumber, PositiveNumbers, Scales
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DecaySwitch"]


@dataclass(frozen=True)
class DecaySwitch(Measurement):
    """Compares two layers after doses of decay, then off, with decay that is kept on."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("noise", words=Words("label noise", label="label noise", symbol="noise")),
        Column("problem", "int64", words=Words(symbol="problem")),
        Column(
            "strategy",
            "str",
            words=Words(label="", values={"off": "switched off", "kept": "kept on"}),
        ),
        Column("dose", words=Words(label="dose $A$")),
        Column("decay", words=Words("rate of the decay", label=r"$\lambda$")),
        Column("error", words=Words("relative distance to the true weights")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d, larger than n."""
    relevant: Annotated[int, Ge(1)]
    """How many of the true weights are not zero."""
    noise: Scales
    """The standard deviations of the label noise; the true weights are 1 or -1."""
    problems: PositiveInteger
    """How many problems are drawn."""
    scale: PositiveNumber
    """The scale alpha of the equal start."""
    dose: Scales
    """The doses A after which the decay is switched off; 0 for none."""
    decay: PositiveNumbers
    """The rates lambda that are kept on."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each noise, problem, dose and rate.

        The ends are computed by what is proved and measured elsewhere: after a dose the projection
        of the shrunk start, under kept decay the Lasso. NaN stands for what does not apply.
        """
        from flatminima.theory.diagonal_limits import limit_of_flow
        from flatminima.theory.diagonal_networks import equal_start
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem
        from flatminima_papers.mirror_decay.theory.collapse import lasso

        for noise, problem in product(self.noise, range(self.problems)):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data, true = draw_problem(
                self.samples, self.features, drawn, relevant=self.relevant, noise=noise
            )
            ends = []
            for dose in self.dose:
                shrunk = equal_start(np.exp(-dose) * self.scale, 2, self.features)
                end = limit_of_flow(data.inputs, data.targets, split_start(shrunk)).weights
                ends.append(("off", dose, np.nan, end))
            for rate in self.decay:
                ends.append(("kept", np.nan, rate, lasso(data.inputs, data.targets, rate)))
            for strategy, dose, rate, end in ends:
                yield {
                    "noise": noise,
                    "problem": problem,
                    "strategy": strategy,
                    "dose": dose,
                    "decay": rate,
                    "error": np.linalg.norm(end - true) / np.linalg.norm(true),
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes: the Lasso of the smallest rates takes the most."""
        del sizes
        each = 0.02 * len(self.dose) + 0.1 * len(self.decay)
        return Work(len(self.noise) * self.problems * each, 1000 * self.features)
