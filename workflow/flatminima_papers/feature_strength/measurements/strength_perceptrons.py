"""The largest learning rate at which perceptrons learn, across gamma."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Len

from flatminima.core.columns import BATCH_SIZE, DEPTH, REPETITION, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, DatasetNames, PositiveInteger, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_strength.measurements import STRENGTH, Depths, bracket

__all__ = ["StrengthPerceptrons"]

RATES = 20
ROUNDS = 2

SPAN = 10.0
"""The first round goes from the unit of rates over this to the unit times it."""

LEARNED = 0.5
"""Of the risk over E[y^2]."""


@dataclass(frozen=True)
class StrengthPerceptrons(Measurement):
    """Searches the largest rate below which every rate tried halves the risk within the steps.

    Outputs are centred. The unit of rates is 2/S of the Gauss-Newton part at the start,
    `start_edge`, for gamma below 1, and that at gamma = 1 times gamma^(2/L) above. `over_start` is
    the rate over `start_edge`.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "activation",
            "str",
            words=Words(values={"identity": "linear", "relu": "ReLU", "gelu": "GELU"}),
        ),
        DEPTH,
        BATCH_SIZE,
        STRENGTH,
        REPETITION,
        Column("learns", words=Words("largest rate that learns")),
        Column("fails", words=Words("next rate tried")),
        Column("start_edge", words=Words("edge of the start", label=r"$2/S_{\mathrm{GN}}$")),
        Column(
            "over_start",
            words=Words(
                "largest rate over the edge of the start", label=r"$\eta / (2/S_{\mathrm{GN}})$"
            ),
        ),
    )

    dataset: DatasetNames
    """The data, by name."""
    activation: Annotated[tuple[Literal["identity", "relu", "gelu"], ...], Len(1), Axis()]
    """Activation functions."""
    depth: Depths
    """The numbers of layers L."""
    width: PositiveInteger
    """Neurons of each hidden layer."""
    strength: PositiveNumbers
    """Values of gamma."""
    batch_size: Annotated[tuple[Annotated[int, Ge(1)], ...], Len(1), Axis()]
    """Samples of a step, drawn without replacement; as many as there are is gradient descent."""
    repetitions: PositiveInteger
    """Starts, with weights N(0, 1/columns)."""
    steps: PositiveInteger
    """Steps."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each start at each gamma."""
        from flatminima.theory import dense_networks

        functions = {
            "identity": dense_networks.identity,
            "relu": dense_networks.rectifier,
            "gelu": dense_networks.gelu,
        }
        for case in product(
            self.dataset, self.activation, self.depth, self.batch_size, range(self.repetitions)
        ):
            name, activation, depth, batch_size, repetition = case
            dataset = given.datasets[name]
            identity = (self.name(), *case)
            start = _start(given.seed, dataset.features, depth, self.width, repetition)
            edge = _start_edge(start, dataset.inputs, functions[activation])
            for strength in self.strength:
                unit = edge * min(strength**2, strength ** (2 / depth))
                low, high = unit / SPAN, unit * SPAN
                for _ in range(ROUNDS):
                    rates = np.geomspace(low, high, RATES)
                    generator = random_generator(given.seed, *identity, strength)
                    shares = self._shares(
                        start,
                        dataset,
                        rates,
                        strength,
                        batch_size,
                        functions[activation],
                        generator,
                    )
                    low, high = bracket(rates, shares <= LEARNED)
                yield {
                    "activation": activation,
                    "depth": depth,
                    "batch_size": batch_size,
                    "strength": strength,
                    "repetition": repetition,
                    "learns": low,
                    "fails": high,
                    "start_edge": edge * strength**2,
                    "over_start": low / (edge * strength**2),
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        samples = sum(sizes[name].samples for name in self.dataset)
        cases = len(self.activation) * len(self.strength) * self.repetitions
        steps = ROUNDS * self.steps * cases * sum(self.depth)
        entries = RATES * self.width * samples
        step = len(self.batch_size) * 8e-5 + 1e-8 * entries
        return Work(steps * step, 40 * entries)

    def _shares(
        self,
        start: list[np.ndarray],
        dataset: Any,
        rates: np.ndarray,
        strength: float,
        batch_size: int,
        activation: Any,
        generator: np.random.Generator,
    ) -> np.ndarray:
        """Return the risk of f over E[y^2] at the end of a run at each rate."""
        from flatminima.theory.dense_networks import forward
        from flatminima_papers.feature_strength.theory.direct import scaled_descent_step

        layers = [np.repeat(layer, len(rates), axis=0) for layer in start]
        first = forward(start, dataset.inputs, activation).outputs[0]
        chosen: Any = slice(None)
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(self.steps):
                if batch_size < dataset.samples:
                    chosen = generator.permutation(dataset.samples)[:batch_size]
                layers = scaled_descent_step(
                    layers,
                    dataset.inputs[chosen],
                    dataset.targets[chosen],
                    rates,
                    strength,
                    activation,
                    first[chosen],
                )
            outputs = (forward(layers, dataset.inputs, activation).outputs - first) / strength
            risks = np.mean((outputs - dataset.targets) ** 2, axis=1)
        return np.where(np.isfinite(risks), risks, np.inf) / np.mean(dataset.targets**2)


def _start(seed: int, features: int, depth: int, width: int, repetition: int) -> list[np.ndarray]:
    """Return layers of weights N(0, 1/columns)."""
    from flatminima.theory.dense_networks import gaussian_layers

    generator = random_generator(seed, "feature_strength", "perceptron", depth, width, repetition)
    layers = gaussian_layers((features, *[width] * (depth - 1), 1), 1.0, [generator])
    return [layer / np.sqrt(layer.shape[2]) for layer in layers]


def _start_edge(start: list[np.ndarray], inputs: np.ndarray, activation: Any) -> float:
    """Return 2/S of the Gauss-Newton part of F at the start."""
    from flatminima.theory.dense_networks import forward, gradients
    from flatminima_papers.feature_strength.theory.output_scale import start_curvature

    rows = []
    for sample in inputs:
        passed = forward(start, sample[None], activation)
        slopes = gradients(start, passed, np.ones((1, 1)))
        rows.append(np.concatenate([slope.ravel() for slope in slopes]))
    return 2 / start_curvature(np.array(rows), 1.0)
