"""How sharp constructed networks are as minimisers, and how flat their neurons can be rescaled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveInteger
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["ConstructedSharpness"]


@dataclass(frozen=True)
class ConstructedSharpness(Measurement):
    """Measures S = lambda_max(2 J^T J / n), the Hessian of the risk where it is zero.

    ``maximum`` has 2^size inputs, uniform on [-1, 1], and no biases. ``square`` and ``sawtooth``
    have `size` layers, biases that count as parameters, and inputs on an even grid of [0, 1].
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column("construction", "str"),
        Column("size", "int64", words=Words(label="hidden layers $m$", symbol="$m$")),
        Column("parameters", "int64", words=Words("parameters that are trained")),
        Column("sharpness", words=Words(label="sharpness $S$")),
        Column("least_sharpness", words=Words("least sharpness over rescalings of neurons")),
        Column("value_change", words=Words("relative change of the values by rescaling")),
        Column("sharpness_over_pieces", words=Words("sharpness over 4^m", label="$S / 4^m$")),
    )

    construction: Annotated[tuple[Literal["maximum", "square", "sawtooth"], ...], Len(1), Axis()]
    """What is built."""
    size: Annotated[tuple[Annotated[int, Ge(1), Le(6)], ...], Len(1), Axis()]
    """The number m of hidden layers."""
    samples: PositiveInteger
    """The number n of points of the risk."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each construction and size."""
        from flatminima_papers.expressivity.theory.maximum import maximum
        from flatminima_papers.expressivity.theory.products import sawtooth, square
        from flatminima_papers.expressivity.theory.rescalings import (
            dense_layers,
            flatten,
            sharpness,
        )

        for name, size in product(self.construction, self.size):
            if name == "maximum":
                network = maximum(2**size)
                generator = random_generator(given.seed, "sharpness", given.name, size)
                points = generator.uniform(-1, 1, (self.samples, 2**size))
            else:
                network = {"square": square, "sawtooth": sawtooth}[name](size)
                points = np.linspace(0, 1, self.samples)[:, None]
            layers = dense_layers(network, with_biases=name != "maximum")
            flattened = flatten(layers, points)
            value = sharpness(layers, points)
            values = network(points)
            yield {
                "construction": name,
                "size": size,
                "parameters": sum(W.size for W in layers.weights)
                + sum(b.size for b in layers.biases or ()),
                "sharpness": value,
                "least_sharpness": flattened.sharpness,
                "value_change": np.abs(flattened.layers(points) - values).max()
                / np.abs(values).max(),
                "sharpness_over_pieces": value / 4**size,
            }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes: some hundred eigenvalues of a matrix of the samples."""
        del sizes
        matrix = 1e-3 + 1e-9 * self.samples**3
        cases = sum(
            (100 if name == "maximum" else 50) * 2 ** (size if name == "maximum" else 1)
            for name, size in product(self.construction, self.size)
        )
        return Work(cases * matrix / 20, 10.0 * self.samples**2)
