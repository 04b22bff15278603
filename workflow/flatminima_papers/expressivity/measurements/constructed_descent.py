"""Whether gradient descent stays at a constructed maximum: up to the rate 2 over its sharpness."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt, Le, Len, MultipleOf

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveInteger, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.expressivity.columns import DIMENSION

__all__ = ["ConstructedDescent"]

FURTHER = 100.0
"""A run has left when its risk has grown by this factor at some time."""

STRIDE = 10
"""The risk is looked at whenever so many steps are done."""


@dataclass(frozen=True)
class ConstructedDescent(Measurement):
    """Descends from the weights of the maximum plus noise, on all data, as a ReLU perceptron.

    The weights are those that were constructed (``raw``), or the flattest that rescaling their
    neurons gives (``flattened``). Rates are in units of 2/S of the weights themselves, and
    `raw_relative_rate` says the same in units of 2/S of the raw ones.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DIMENSION,
        Column("weights", "str", words=Words("kind of weights")),
        Column("relative_rate", words=Words("learning rate over 2/S", label=r"$\eta S / 2$")),
        Column("raw_relative_rate", words=Words("learning rate over 2/S of the raw weights")),
        Column("learning_rate", words=Words(label=r"learning rate $\eta$", symbol=r"$\eta$")),
        Column("sharpness", words=Words("sharpness at the start")),
        Column("start_risk", words=Words("risk at the start")),
        Column("largest_risk", words=Words("largest risk on the way")),
        Column("end_risk", words=Words("risk at the end")),
        Column("largest_growth", words=Words("largest risk over that at the start")),
        Column("stays", "bool", words=Words("whether the risk stays small")),
        Column("end_sharpness", words=Words("sharpness at the end", label="sharpness at the end")),
        Column("two_over_learning_rate", words=Words(label=r"$2 / \eta$")),
    )

    dimension: Annotated[tuple[Annotated[int, Ge(2), Le(64)], ...], Len(1), Axis()]
    """The numbers d of inputs."""
    relative_rate: PositiveNumbers
    """The rates, in units of 2/S of the weights that are descended from."""
    between: Annotated[tuple[Annotated[float, Gt(0), Le(1)], ...], Len(1), Axis()]
    """Rates between the edges: this share of the way from 2/S of the raw to that of the flat."""
    noise: Annotated[float, Gt(0), Le(1)]
    """The standard deviation of what is added to each weight."""
    samples: PositiveInteger
    """The number n of points of the risk."""
    steps: Annotated[int, Ge(10), Le(100_000), MultipleOf(10)]
    """Of gradient descent, a multiple of ten."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each dimension, the raw and the flattened weights, and each rate."""
        from flatminima.datasets import Dataset
        from flatminima.networks.mlp.network import MultilayerPerceptron
        from flatminima_papers.expressivity.theory.maximum import maximum
        from flatminima_papers.expressivity.theory.rescalings import (
            dense_layers,
            flatten,
            sharpness,
        )

        for dimension in self.dimension:
            generator = random_generator(given.seed, "constructed", given.name, dimension)
            points = generator.uniform(-1, 1, (self.samples, dimension))
            layers = dense_layers(maximum(dimension), with_biases=False)
            flattened = flatten(layers, points).layers
            network = MultilayerPerceptron(
                Dataset(points, points.max(1)),
                len(layers.weights),
                tuple(len(W) for W in layers.weights[:-1]),
                activation="relu",
            )
            edges = {
                name: 2 / sharpness(weights, points)
                for name, weights in (("raw", layers), ("flattened", flattened))
            }
            middle = edges["raw"] + np.array(self.between) * (edges["flattened"] - edges["raw"])
            noise = self.noise * generator.standard_normal(network.size)
            for name, weights in (("raw", layers), ("flattened", flattened)):
                rates = np.concatenate([np.array(self.relative_rate) * edges[name], middle])
                start = np.concatenate([W.ravel() for W in weights.weights]) + noise
                for rate, (first, largest, last, end) in zip(
                    rates, self._descend(network, start, rates), strict=True
                ):
                    yield {
                        "dimension": dimension,
                        "weights": name,
                        "relative_rate": rate / edges[name],
                        "raw_relative_rate": rate / edges["raw"],
                        "learning_rate": rate,
                        "sharpness": 2 / edges[name],
                        "start_risk": first,
                        "largest_risk": largest,
                        "end_risk": last,
                        "largest_growth": largest / first,
                        "stays": bool(largest < FURTHER * first),
                        "end_sharpness": end,
                        "two_over_learning_rate": 2 / rate,
                    }

    def _descend(self, network: Any, start: np.ndarray, rates: np.ndarray) -> Iterator[tuple]:
        """Yield of each rate the risk at the start, the largest, the last, and the sharpness."""
        from flatminima.sharpness import compute_sharpness

        parameters = network.allocate(len(rates))
        parameters[:] = start[:, None]
        kernel = network.kernel(parameters)
        first = largest = last = kernel.evaluate()
        for _ in range(self.steps // STRIDE):
            last = kernel.descend(rates, STRIDE).risk
            largest = np.fmax(largest, np.where(np.isfinite(last), last, np.inf))
        for run, end in enumerate(kernel.parameters.T):
            value = np.nan
            if np.isfinite(last[run]):
                value = compute_sharpness(network, end).value
            yield first[run], largest[run], last[run], value

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        runs = 2 * (len(self.relative_rate) + len(self.between))
        weights = [2 * d**2 + 20 for d in self.dimension]
        steps = runs * self.steps * self.samples * sum(weights) * 5e-10
        return Work(
            6.0 + steps + 0.02 * runs * len(weights),
            20.0 * runs * max(weights) + 4 * max(weights) ** 2,
        )
