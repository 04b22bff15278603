"""What a dose of weight decay makes of the end: from the l2 norm to the l1 norm."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

from annotated_types import Ge

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumber, Scales
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DecayDose"]


@dataclass(frozen=True)
class DecayDose(Measurement):
    """Lets constant decay act and switches it off, and compares l1 norms with the smallest."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column("dose", words=Words(label="dose $A$")),
        Column("norm_ratio", words=Words("l1 norm of the end over the smallest")),
        Column("start_norm_ratio", words=Words("without decay, from the shrunk start")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d, larger than n."""
    relevant: Annotated[int, Ge(1)]
    """How many weights of the noiseless target are not zero."""
    problems: PositiveInteger
    """How many problems are drawn."""
    depth: Depths
    """The numbers of layers L."""
    scale: PositiveNumber
    """The scale alpha of the equal start."""
    dose: Scales
    """The doses A."""
    rate: PositiveNumber
    """The rate of the decay."""
    followed: PositiveNumber
    """The largest dose at which the flow is followed: later it takes very long."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth and dose."""
        import numpy as np

        from flatminima.theory.diagonal_limits import limit_of_flow, smallest_l1_norm
        from flatminima.theory.diagonal_networks import equal_start, network_weights
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem
        from flatminima_papers.mirror_decay.theory.schedules import Piece, flow_under

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            case = draw_problem(self.samples, self.features, drawn, relevant=self.relevant)
            inputs, targets = case.data.inputs, case.data.targets
            smallest = np.abs(smallest_l1_norm(inputs, targets)).sum()
            for depth, dose in product(self.depth, self.dose):
                layers = equal_start(self.scale, depth, self.features)
                end = np.full(self.features, np.nan)
                if dose <= self.followed:
                    pieces = [Piece(dose / self.rate, self.rate, self.rate)] if dose > 0 else []
                    path = flow_under(pieces, 1e-16, inputs, targets, layers)
                    end = network_weights(path.layers[-1])
                shrunk = split_start(np.exp(-dose) * layers)
                expected = limit_of_flow(inputs, targets, shrunk).weights
                yield {
                    "problem": problem,
                    "depth": depth,
                    "dose": dose,
                    "norm_ratio": np.abs(end).sum() / smallest,
                    "start_norm_ratio": np.abs(expected).sum() / smallest,
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        cases = self.problems * len(self.depth)
        flows = sum(dose <= self.followed for dose in self.dose)
        seconds = flows * 0.05 * self.features + len(self.dose) * 0.1
        return Work(cases * seconds, 30_000 * max(self.depth) * self.features)
