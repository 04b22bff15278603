"""Two layers under decay that is never switched off, beside the Lasso."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveNumber, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DecayLasso"]


@dataclass(frozen=True)
class DecayLasso(Measurement):
    """Follows the flow for a long time and compares its end with the Lasso."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        Column("decay", words=Words("rate of the decay", label=r"$\lambda$")),
        Column("active", "int64", words=Words("entries of the Lasso that are not zero")),
        Column("slack", words=Words("how far the nearest inactive entry is from active")),
        Column("lasso_distance", words=Words("distance of the end from the Lasso")),
        Column(
            "interpolator_distance", words=Words("distance of the end from the smallest l1 norm")
        ),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d."""
    problems: PositiveInteger
    """How many problems and starts are drawn."""
    scale: PositiveNumber
    """The standard deviation of the start's entries."""
    decay: PositiveNumbers
    """The rates lambda."""
    duration: PositiveNumber
    """How long the flow is followed, in units of 1 / lambda."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem and rate; `slack` is 1 - |g_i| / lambda, the smallest."""
        import numpy as np

        from flatminima.theory.diagonal_flow import Decay, flow_for
        from flatminima.theory.diagonal_limits import smallest_l1_norm
        from flatminima.theory.diagonal_networks import network_weights, risk_gradient
        from flatminima.theory.diagonal_problems import draw_problem, draw_start
        from flatminima_papers.mirror_decay.theory.collapse import lasso

        for problem, rate in product(range(self.problems), self.decay):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(self.samples, self.features, drawn).data
            inputs, targets = data.inputs, data.targets
            generator = random_generator(given.seed, given.name, "start", problem)
            layers = draw_start(self.scale, 2, self.features, generator)
            steady = Decay(lambda time, rate=rate: rate, lambda time, rate=rate: rate * time)
            path = flow_for(self.duration / rate, inputs, targets, layers, steady)
            end, best = network_weights(path.layers[-1]), lasso(inputs, targets, rate)
            pull = np.abs(risk_gradient(inputs, targets, best))[best == 0]
            yield {
                "problem": problem,
                "decay": rate,
                "active": np.count_nonzero(best),
                "slack": 1 - pull.max() / rate,
                "lasso_distance": np.abs(end - best).max(),
                "interpolator_distance": np.abs(end - smallest_l1_norm(inputs, targets)).max(),
            }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        return Work(self.problems * len(self.decay), 60_000 * self.features)
