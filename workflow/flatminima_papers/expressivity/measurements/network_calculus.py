"""The calculus of ReLU networks on random networks: values and counts beside the formulas."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import REPETITION, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.expressivity.columns import COUNTS

__all__ = ["NetworkCalculus"]

OPERATIONS = (
    "composition",
    "composition_through_identity",
    "parallel",
    "linear_combination",
    "padding",
)

POINTS = 20
"""At which values are compared."""


@dataclass(frozen=True)
class NetworkCalculus(Measurement):
    """Applies each operation to random networks of random sizes.

    `value_error` is the largest difference from the same operation on the functions, over the
    largest value. M is predicted exactly, or else (`exact` is false) bounded from above.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column("operation", "str"),
        REPETITION,
        *COUNTS,
        Column("predicted_parameters", "int64", words=Words("parameters by the formula")),
        Column("predicted_nonzeros", "int64", words=Words("non-zero parameters by the formula")),
        Column("predicted_hidden_layers", "int64", words=Words("hidden layers by the formula")),
        Column(
            "exact", "bool", words=Words("whether the formula of the non-zero parameters is exact")
        ),
        Column("value_error", words=Words("relative error of the values")),
    )

    repetitions: PositiveInteger
    """How many cases each operation has."""
    width: PositiveInteger
    """The largest width of a layer; widths are drawn from 1 to it."""
    hidden_layers: PositiveInteger
    """The most hidden layers of a network; their number is drawn from 0 to it."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each operation and repetition."""
        from flatminima_papers.expressivity.theory import counts

        for operation in OPERATIONS:
            predicted_counts = getattr(counts, operation)
            for repetition in range(1, self.repetitions + 1):
                generator = random_generator(
                    given.seed, "calculus", given.name, operation, repetition
                )
                network, parts, points, expected = self._case(operation, generator)
                predicted = predicted_counts(*parts)
                difference = np.abs(network(points) - expected).max()
                yield {
                    "operation": operation,
                    "repetition": repetition,
                    "parameters": network.parameters,
                    "nonzeros": network.nonzeros,
                    "hidden_layers": network.hidden_layers,
                    "predicted_parameters": predicted.parameters,
                    "predicted_nonzeros": predicted.nonzeros,
                    "predicted_hidden_layers": predicted.hidden_layers,
                    "exact": predicted.exact,
                    "value_error": difference / max(1.0, np.abs(expected).max()),
                }

    def _case(self, operation: str, generator: np.random.Generator) -> tuple:
        """Draw networks, apply the operation, and return what its values should be.

        Returns:
            The network, what its counts are predicted from, points, and the values there.
        """
        from flatminima_papers.expressivity.theory import calculus

        width = self._width(generator)
        layers = int(generator.integers(0, self.hidden_layers + 1))
        if operation.startswith("composition"):
            outer = self._draw(generator, inputs=width)
            inner = self._draw(generator, outputs=width)
            compose: Callable = {
                "composition": calculus.compose,
                "composition_through_identity": calculus.compose_through_identity,
            }[operation]
            points = generator.standard_normal((POINTS, inner.inputs))
            return compose(outer, inner), (outer, inner), points, outer(inner(points))
        if operation == "parallel":
            one, other = (self._draw(generator, layers=layers) for _ in range(2))
            points = generator.standard_normal((POINTS, one.inputs + other.inputs))
            halves = np.split(points, [one.inputs], axis=1)
            expected = np.hstack([one(halves[0]), other(halves[1])])
            return calculus.parallel(one, other), (one, other), points, expected
        if operation == "linear_combination":
            ends = {"inputs": width, "outputs": self._width(generator), "layers": layers}
            one, other = (self._draw(generator, **ends) for _ in range(2))
            a, b = generator.standard_normal(2)
            points = generator.standard_normal((POINTS, width))
            network = calculus.linear_combination((a, b), (one, other))
            return network, (one, other), points, a * one(points) + b * other(points)
        network = self._draw(generator)
        added = int(generator.integers(1, self.hidden_layers + 1))
        points = generator.standard_normal((POINTS, network.inputs))
        return calculus.pad(network, added), (network, added), points, network(points)

    def _width(self, generator: np.random.Generator) -> int:
        return int(generator.integers(1, self.width + 1))

    def _draw(self, generator: np.random.Generator, inputs=None, outputs=None, layers=None) -> Any:
        """Draw a network; what is not given is drawn as well."""
        from flatminima_papers.expressivity.theory.networks import random_network

        if layers is None:
            layers = int(generator.integers(0, self.hidden_layers + 1))
        widths = [self._width(generator) for _ in range(layers + 2)]
        widths[0] = inputs or widths[0]
        widths[-1] = outputs or widths[-1]
        return random_network(generator, widths, density=float(generator.choice([0.3, 1.0])))

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        cases = len(OPERATIONS) * self.repetitions
        size = self.hidden_layers * self.width**2
        return Work(cases * (5e-3 + 1e-7 * size), 10 * size)
