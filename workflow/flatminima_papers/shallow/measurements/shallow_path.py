"""Every step of gradient descent on two layers and one feature, from the same starts at each rate.

"Paper" is Beneventano and Woodworth 2025, arXiv:2501.09137.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import (
    INIT_SCALE,
    LEARNING_RATE,
    REPETITION,
    STEP,
    WIDTH,
    Column,
    Words,
)
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveIntegers, PositiveNumbers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["ShallowPath"]

SOLUTION = 1.0
"""Phi; other values are a change of units."""


@dataclass(frozen=True)
class ShallowPath(Measurement):
    """Records the risk, the imbalance Q and the squared norm at every step.

    The weights of a start are N(0, init_scale^2 / width), the same at each rate. `imbalance_left`
    is Q over that of the start, which gradient flow keeps at one.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        WIDTH,
        INIT_SCALE,
        REPETITION,
        Column(
            "relative_rate",
            words=Words(
                "learning rate over 2/S of the flow's limit", symbol=r"$\eta S_\mathrm{flow}/2$"
            ),
        ),
        LEARNING_RATE,
        STEP,
        Column("risk", words=Words(label="training risk $R$")),
        Column(
            "imbalance_left",
            words=Words("imbalance over that of the start", label="imbalance $Q$ over $Q_0$"),
        ),
        Column("squared_norm", words=Words("squared norm", label=r"squared norm $\lambda$")),
    )

    width: PositiveIntegers
    """The widths of the hidden layer."""
    init_scale: PositiveNumbers
    """The scales: the standard deviation of a layer's norm, about."""
    relative_rate: PositiveNumbers
    """The rates eta, in units of 2/S of the flow's limit from the same start."""
    repetitions: PositiveInteger
    """Starts of each width and scale."""
    steps: PositiveInteger
    """The steps of each run."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Follow each start at each rate."""
        from flatminima.core.seeding import random_generator
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima_papers.shallow.theory.shallow import shallow_dataset

        dataset = shallow_dataset(SOLUTION)
        for width in self.width:
            network = LinearNetwork(dataset, 2, width)
            for init_scale in self.init_scale:
                for repetition in range(self.repetitions):
                    identity = ("shallow_path", given.name, width, init_scale, repetition)
                    normal = random_generator(given.seed, *identity).standard_normal(network.size)
                    named = {"width": width, "init_scale": init_scale, "repetition": repetition}
                    for row in self._follow(network, init_scale / np.sqrt(width) * normal):
                        yield named | row

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the recorded steps."""
        del sizes
        starts = len(self.width) * len(self.init_scale) * self.repetitions
        rows = starts * len(self.relative_rate) * (self.steps + 1)
        return Work(rows * 2e-5, 20 * rows)

    def _follow(self, network: Any, start: np.ndarray) -> Iterator[dict[str, Any]]:
        """Return the rows of one start at each rate."""
        from flatminima.networks import split_layers
        from flatminima.optimisers import GradientDescent
        from flatminima.runs.training import train
        from flatminima_papers.shallow.theory.shallow import coordinates, limit_sharpness

        path: list[Any] = []

        def observe(step: int, parameters: np.ndarray, finite: np.ndarray) -> None:
            del step, finite
            first, second = split_layers(parameters, network.layer_shapes)
            path.append(coordinates(first[:, 0], second[0], SOLUTION))

        initial = network.allocate(len(self.relative_rate))
        initial[:] = start[:, None]
        observe(0, initial, np.ones(len(self.relative_rate), dtype=bool))
        imbalance = path.pop().imbalance
        rates = np.array(self.relative_rate) * 2 / limit_sharpness(imbalance, SOLUTION)
        steps = range(self.steps + 1)
        train(
            *(network, initial, GradientDescent(rates), self.steps),
            recorded_steps=steps,
            observe=observe,
        )
        for run, rate in enumerate(rates):
            for step, point in zip(steps, path, strict=True):
                yield {
                    "relative_rate": self.relative_rate[run],
                    "learning_rate": rate,
                    "step": step,
                    "risk": point.error[run] ** 2 / 2,
                    "imbalance_left": point.imbalance[run] / imbalance[run],
                    "squared_norm": point.squared_norm[run],
                }
