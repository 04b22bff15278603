"""How a dose of weight decay flattens the minimum that gradient flow reaches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Ge

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumber, Scales
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DecaySharpness"]


@dataclass(frozen=True)
class DecaySharpness(Measurement):
    """Computes the sharpness at the end, and follows the flow there."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column("dose", words=Words(label="dose $A$")),
        Column("sharpness", words=Words("sharpness at the end of the flow")),
        Column("exact_sharpness", words=Words("the same by what the flow conserves")),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d, at most n."""
    problems: PositiveInteger
    """How many problems and starts are drawn."""
    depth: Depths
    """The numbers of layers L."""
    scale: PositiveNumber
    """The standard deviation of the start's entries."""
    dose: Scales
    """The doses A, each of constant decay for a time of 1."""
    noise: Annotated[float, Ge(0)] = 0.0
    """The noise of the targets, before they are scaled."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth and dose."""
        import numpy as np

        from flatminima.theory.diagonal_networks import (
            mobility,
            sharpness_of_minimiser,
            smallest_sharpness,
        )
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem, draw_start
        from flatminima_papers.mirror_decay.theory.schedules import Piece, flow_under

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn, noise=self.noise).data
            covariance, solution = data.covariance, data.minimum_norm_solution
            for depth in self.depth:
                generator = random_generator(given.seed, given.name, "start", problem, depth)
                layers = draw_start(self.scale, depth, self.features, generator)
                for dose in self.dose:
                    potential = split_start(np.exp(-dose) * layers).potential
                    exact = potential.mobility(potential.smallest_layer_of(solution))
                    pieces = [Piece(1.0, dose, dose)] if dose > 0 else []
                    path = flow_under(pieces, 1e-22, data.inputs, data.targets, layers)
                    reached = mobility(path.layers[-1])
                    yield {
                        "problem": problem,
                        "depth": depth,
                        "dose": dose,
                        "sharpness": sharpness_of_minimiser(covariance, reached),
                        "exact_sharpness": sharpness_of_minimiser(covariance, exact),
                        "minimal_sharpness": smallest_sharpness(covariance, solution, depth),
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        flows = self.problems * len(self.depth) * len(self.dose)
        return Work(0.5 * flows, 30_000 * max(self.depth) * self.features)
