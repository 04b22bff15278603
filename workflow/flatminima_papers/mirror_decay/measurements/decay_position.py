"""Whether weight decay makes the end forget where the start was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumber, Scales
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DecayPosition"]


@dataclass(frozen=True)
class DecayPosition(Measurement):
    """Shrinks drawn starts by the dose, and compares ends with that of the unbiased start."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column("dose", words=Words(label="dose $A$")),
        Column("centre", words=Words("norm of the centre of the potential")),
        Column("dual_share", words=Words("largest |q_0| over its bound")),
        Column(
            "bias",
            words=Words("distance to the end of the same start with its smallest layer zero"),
        ),
        Column("program_distance", words=Words("distance to the linear program of the start")),
        Column(
            "program_bias", words=Words("distance of the program from that of the unbiased start")
        ),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d, larger than n."""
    problems: PositiveInteger
    """How many problems and starts are drawn."""
    depth: Depths
    """The numbers of layers L."""
    scale: PositiveNumber
    """The standard deviation of the start's entries."""
    dose: Scales
    """The doses A."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth and dose.

        By the dose theorem the end is that of decay-free flow from the shrunk start. The unbiased
        start has the same imbalances and q_0 = 0.
        """
        import numpy as np

        from flatminima.theory.diagonal_limits import limit_of_flow, linear_program, project
        from flatminima.theory.diagonal_networks import network_weights
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem, draw_start

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn).data
            inputs, targets = data.inputs, data.targets
            for depth in self.depth:
                generator = random_generator(given.seed, given.name, "start", problem, depth)
                layers = draw_start(self.scale, depth, self.features, generator)
                for dose in self.dose:
                    shrunk = np.exp(-dose) * layers
                    start = split_start(shrunk)
                    end = limit_of_flow(inputs, targets, start).weights
                    zero = np.zeros(self.features)
                    unbiased = project(start.potential, zero, inputs, targets).weights
                    program = unbiased_program = np.full(self.features, np.nan)
                    if depth > 2:
                        bound = start.potential.bound
                        program = linear_program(bound, start.dual, inputs, targets)
                        unbiased_program = linear_program(bound, zero, inputs, targets)
                    yield {
                        "problem": problem,
                        "depth": depth,
                        "dose": dose,
                        "centre": np.linalg.norm(network_weights(shrunk)),
                        "dual_share": np.max(np.abs(start.dual) / start.potential.bound),
                        "bias": np.linalg.norm(end - unbiased),
                        "program_distance": np.linalg.norm(end - program),
                        "program_bias": np.linalg.norm(program - unbiased_program),
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        cases = self.problems * len(self.depth) * len(self.dose)
        return Work(cases * 0.006 * (5 + self.features), 3000 * self.features)
