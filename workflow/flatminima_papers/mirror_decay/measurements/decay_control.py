"""The same schedules for models in which the dose is not all that counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Len

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveInteger, PositiveNumber
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DecayControl"]

REST = 60.0
"""The time after a schedule in which the flow converges."""


@dataclass(frozen=True)
class DecayControl(Measurement):
    """Follows fully connected networks and matrix sensing under the schedules."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("model", "str"),
        Column("problem", "int64", words=Words(symbol="problem")),
        Column("schedule_effect", words=Words("largest distance between two schedules' ends")),
        Column("start_effect", words=Words("smallest distance from the end of the smaller start")),
        Column("risk", words=Words("largest risk at an end")),
    )

    model: Annotated[tuple[Literal["two_layers", "three_layers", "sensing"], ...], Len(1), Axis()]
    """Fully connected layers, or M = U U^T measured by matrices that do not commute."""
    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d; M has half as many rows."""
    width: PositiveInteger
    """The width of the hidden layers; U has as many columns."""
    problems: PositiveInteger
    """How many problems and starts are drawn."""
    scale: PositiveNumber
    """The standard deviation of the start's entries."""
    dose: PositiveNumber
    """The dose A of each schedule."""
    duration: PositiveNumber
    """How long each schedule lasts."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each model and problem; distances are relative to the norm of an end."""
        import numpy as np

        from flatminima.theory.diagonal_problems import draw_problem
        from flatminima_papers.mirror_decay.theory.controls import (
            FullyConnected,
            Sensing,
            follow,
        )
        from flatminima_papers.mirror_decay.theory.schedules import SCHEDULES, pieces_of

        for model in self.model:
            for problem in range(self.problems):
                drawn = random_generator(given.seed, given.name, "problem", model, problem)
                if model == "sensing":
                    rows = self.features // 2
                    matrices = drawn.standard_normal((self.samples, rows, rows))
                    matrices = (matrices + matrices.transpose(0, 2, 1)) / 2
                    factor = drawn.standard_normal((rows, 2))
                    truth = factor @ factor.T / np.linalg.norm(factor) ** 2
                    network = Sensing(matrices, np.einsum("kij,ij->k", matrices, truth))
                    size = rows * self.width
                else:
                    data = draw_problem(self.samples, self.features, drawn).data
                    middle = [(self.width, self.width)] * (model == "three_layers")
                    shapes = [(self.width, self.features), *middle, (1, self.width)]
                    network = FullyConnected(data.inputs, data.targets, shapes)
                    size = sum(rows * columns for rows, columns in shapes)
                generator = random_generator(given.seed, given.name, "start", model, problem)
                start = self.scale * generator.standard_normal(size)

                def end(parameters: np.ndarray, pieces: list, network: Any = network) -> Any:
                    return follow(network.gradient, parameters, pieces, REST)[1][-1]

                ends = [
                    end(start, pieces_of(schedule, self.dose, self.duration))
                    for schedule in SCHEDULES
                ]
                ends.append(end(np.exp(-self.dose) * start, []))
                risks = [network.risk(parameters) for parameters in ends]
                *scheduled, smaller = (network.weights(parameters) for parameters in ends)
                norm = np.linalg.norm(smaller)
                pairs = [np.linalg.norm(a - b) / norm for a in scheduled for b in scheduled]
                starts = [np.linalg.norm(a - smaller) / norm for a in scheduled]
                yield {
                    "model": model,
                    "problem": problem,
                    "schedule_effect": max(pairs),
                    "start_effect": min(starts),
                    "risk": max(risks),
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        return Work(4 * len(self.model) * self.problems, 10_000 * self.features * self.width)
