"""Transport along an affine drift: exact, and as many parameters as at the start."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt, Le, Len

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveInteger
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.expressivity.columns import COUNTS, DIMENSION, Points

__all__ = ["AffineTransport"]


@dataclass(frozen=True)
class AffineTransport(Measurement):
    """Solves u_t = b . grad u from u_0 = max for the drift b(x) = B (W x + c).

    Its flow is an affine map, which joins the first layer of the maximum.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DIMENSION,
        *COUNTS,
        Column("start_parameters", "int64", words=Words("parameters of the start")),
        Column("error", words=Words("largest error")),
    )

    dimension: Annotated[tuple[Annotated[int, Ge(3), Le(256)], ...], Len(1), Axis()]
    """The numbers d of coordinates on the ring."""
    lipschitz: Annotated[float, Gt(0), Le(4)]
    """The Lipschitz constant L of the drift."""
    time: Annotated[float, Gt(0), Le(4)]
    """T."""
    points: Points
    """At how many points of [-1, 1]^d the solution is looked at."""
    reference_steps: PositiveInteger
    """Of the method of order 4 that it is held against."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each dimension."""
        from flatminima_papers.expressivity.theory.calculus import compose
        from flatminima_papers.expressivity.theory.maximum import maximum
        from flatminima_papers.expressivity.theory.transport import affine_flow, flow, ring_drift

        for dimension in self.dimension:
            generator = random_generator(given.seed, "transport", given.name, "affine", dimension)
            ring = ring_drift(dimension, self.lipschitz, generator)
            points = generator.uniform(-1, 1, (self.points, dimension))
            start = maximum(dimension)
            network = compose(start, affine_flow(ring, self.time))
            moved = flow(
                lambda x, b=ring: b(x, lambda z: z), points, self.time, self.reference_steps
            )
            yield {
                "dimension": dimension,
                "parameters": network.parameters,
                "nonzeros": network.nonzeros,
                "hidden_layers": network.hidden_layers,
                "start_parameters": start.parameters,
                "error": np.abs(network(points)[:, 0] - moved.max(1)).max(),
            }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        coordinates = sum(self.dimension) * self.points
        seconds = 0.05 * len(self.dimension) + 4e-8 * coordinates * self.reference_steps
        return Work(seconds, 10.0 * coordinates)
