"""How fast gradient flow of diagonal networks converges, early and late."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

from annotated_types import Ge

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DiagonalRate"]

FIRST, LAST = 1e-17, 1e-22
"""Between these values of R - R_min the late rate is measured: rounding is far below, and what
other directions contribute has died out where their rates differ by a third."""

TOLERANCE = 3e-14
"""Of the solver: the weights are then within 1e-11 of their end, and each step must resolve how
they approach it."""


@dataclass(frozen=True)
class DiagonalRate(Measurement):
    """Measures the late rate of the risk, and holds all of its path against a bound."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column(
            "scale",
            words=Words(
                "scale of the start", label=r"scale $\alpha$ of the start", symbol=r"$\alpha$"
            ),
        ),
        Column("rate", words=Words("late rate of the risk")),
        Column(
            "exact_rate",
            words=Words("exact late rate", label=r"$4\lambda_{\min}(\Sigma D_\infty)$"),
        ),
        Column("least_rate", words=Words("bound by the imbalances")),
        Column("rate_gap", words=Words("second rate over the first")),
        Column("bound_margin", words=Words("smallest log of the bound over the risk on the path")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d."""
    problems: PositiveInteger
    """How many problems are drawn."""
    depth: Depths
    """The numbers of layers L."""
    scale: PositiveNumbers
    """The standard deviations alpha of the start's entries."""
    noise: Annotated[float, Ge(0)] = 0.0
    """The noise of the targets, before they are scaled."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth and scale."""
        import numpy as np

        from flatminima.theory.diagonal_flow import flow_to
        from flatminima.theory.diagonal_networks import mobility
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem, draw_start
        from flatminima_papers.diagonal.theory.rates import late_rates, least_rate

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn, noise=self.noise).data
            for depth, scale in product(self.depth, self.scale):
                generator = random_generator(given.seed, given.name, "start", problem, depth)
                layers = draw_start(scale, depth, self.features, generator)
                path = flow_to(LAST, data.inputs, data.targets, layers, TOLERANCE)
                late = path.excess < FIRST
                times, logs = path.times[late], np.log(path.excess[late])
                slope = -np.sum((times - times.mean()) * logs)
                rates = late_rates(data.covariance, mobility(path.layers[-1]))
                least = least_rate(data.covariance, split_start(layers).potential)
                bound = np.log(path.excess[0]) - least * path.times
                yield {
                    "problem": problem,
                    "depth": depth,
                    "scale": scale,
                    "rate": slope / np.sum((times - times.mean()) ** 2),
                    "exact_rate": rates[0],
                    "least_rate": least,
                    "rate_gap": rates[1] / rates[0],
                    "bound_margin": np.min(bound - np.log(path.excess)),
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        flows = sum(0.1 + 0.05 * depth / scale for depth, scale in product(self.depth, self.scale))
        weights = max(self.depth) * self.features
        return Work(self.problems * flows * (1 + self.features / 20), 30_000 * weights)
