"""Weight decay that is never switched off: the rate above which small starts collapse."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from flatminima.core.columns import DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DecayCritical"]


@dataclass(frozen=True)
class DecayCritical(Measurement):
    """Follows the flow from small equal starts at rates in units of lambda_c."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        DEPTH,
        Column(
            "scale",
            words=Words(
                "scale of the start", label=r"scale $\alpha$ of the start", symbol=r"$\alpha$"
            ),
        ),
        Column(
            "relative_decay",
            words=Words("decay over its critical rate", label=r"$\lambda / \lambda_c$"),
        ),
        Column("critical_decay", words=Words("critical rate of the decay", label=r"$\lambda_c$")),
        Column("final_norm", words=Words("norm of the weights at the end")),
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
    """The scales alpha of the equal start."""
    relative_decay: PositiveNumbers
    """The rates lambda, in units of lambda_c."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth, scale and rate.

        With three layers or more the flow is followed until its clock has stopped but for e^-40.
        With two layers zero loses its stability at lambda_c as slowly as the rates differ, and the
        flow is followed for a time of 2000 / lambda_c.
        """
        import numpy as np

        from flatminima.theory.diagonal_flow import Decay, flow_for
        from flatminima.theory.diagonal_networks import equal_start, network_weights
        from flatminima.theory.diagonal_problems import draw_problem
        from flatminima_papers.mirror_decay.theory.collapse import critical_decay

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn).data
            for depth, scale in product(self.depth, self.scale):
                critical = critical_decay(data.inputs, data.targets, scale, depth)
                layers = equal_start(scale, depth, self.features)
                for relative in self.relative_decay:
                    rate = relative * critical
                    duration = 2000 / critical if depth == 2 else 40 / ((depth - 2) * rate)
                    steady = Decay(
                        lambda time, rate=rate: rate, lambda time, rate=rate: rate * time
                    )
                    path = flow_for(duration, data.inputs, data.targets, layers, steady)
                    yield {
                        "problem": problem,
                        "depth": depth,
                        "scale": scale,
                        "relative_decay": relative,
                        "critical_decay": critical,
                        "final_norm": np.linalg.norm(network_weights(path.layers[-1])),
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        flows = self.problems * len(self.depth) * len(self.scale) * len(self.relative_decay)
        return Work(0.5 * flows, 30_000 * max(self.depth) * self.features)
