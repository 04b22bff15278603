"""Descent on mirrored data: two layers stay above the linear fit, deeper networks do not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Len

from flatminima.core.columns import DEPTH, STEP, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, Misfit, PositiveInteger, PositiveNumber, Widths
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.bias_free.measurements import Depths

__all__ = ["BiasFreeFloor"]

MOMENTS = 60
"""About as many steps are recorded, log-even."""


@dataclass(frozen=True)
class BiasFreeFloor(Measurement):
    """Trains ReLU networks on points of the circle, from weights N(0, 2 init_scale^2 / columns).

    The targets are ``odd``, cos t + sin(3t)/2 at the angle t; ``even``, cos(2t); or the odd ones on
    a ``half`` of the points that has no mirrors. `relative_risk` is the risk over that of the best
    linear fit.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "data",
            "str",
            words=Words(
                values={"odd": "odd targets", "even": "even targets", "half": "no mirrors"}
            ),
        ),
        DEPTH,
        STEP,
        Column("risk", words=Words("risk")),
        Column("linear_risk", words=Words("risk of the best linear fit")),
        Column("relative_risk", words=Words("risk over that of the best linear fit")),
    )

    data: Annotated[tuple[Literal["odd", "even", "half"], ...], Len(1), Axis()]
    """Which targets and points."""
    depth: Depths
    """The numbers of layers L."""
    width: Widths
    """Neurons of each hidden layer: a number for all depths, or one for each in their order."""
    points: PositiveInteger
    """Points, each with its mirror."""
    init_scale: PositiveNumber
    """The scale of the initialisation."""
    learning_rate: PositiveNumber
    """eta."""
    steps: PositiveInteger
    """Steps of gradient descent."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse widths that are neither one nor as many as there are depths."""
        del sizes
        if len(self.width) not in (1, len(self.depth)):
            raise Misfit(
                "width",
                f"holds {len(self.width)} numbers; allowed: one, or as many as there are depths, "
                f"{len(self.depth)}",
            )

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each depth on each data."""
        from flatminima.theory.dense_networks import descent_step, gaussian_layers, rectifier
        from flatminima_papers.bias_free.theory.symmetric_data import circle_inputs

        circle = circle_inputs(
            self.points, random_generator(given.seed, self.name(), "inputs", self.points)
        )
        moments = set(np.geomspace(1, self.steps, MOMENTS).astype(int).tolist()) | {0}
        for data, (depth, width) in product(self.data, self._networks()):
            inputs, targets = _problem(data, circle)
            linear = inputs @ np.linalg.lstsq(inputs, targets, rcond=None)[0]
            linear_risk = np.mean((linear - targets) ** 2)
            widths = (2, *[width] * (depth - 1), 1)
            generator = random_generator(given.seed, self.name(), data, depth, width)
            layers = [
                self.init_scale * np.sqrt(2 / layer.shape[2]) * layer
                for layer in gaussian_layers(widths, 1.0, [generator])
            ]
            for step in range(self.steps + 1):
                layers, outputs = descent_step(
                    layers, inputs, targets, self.learning_rate, rectifier
                )
                if step in moments:
                    risk = np.mean((outputs[0] - targets) ** 2)
                    yield {
                        "data": data,
                        "depth": depth,
                        "step": step,
                        "risk": risk,
                        "linear_risk": linear_risk,
                        "relative_risk": risk / linear_risk,
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        entries = max(self.width) * self.points
        layers = sum(
            depth * (3e-5 + 8e-9 * width * self.points) for depth, width in self._networks()
        )
        return Work(len(self.data) * self.steps * layers, 40 * entries)

    def _networks(self) -> list[tuple[int, int]]:
        """Return each depth with its width."""
        widths = self.width if len(self.width) > 1 else self.width * len(self.depth)
        return list(zip(self.depth, widths, strict=True))


def _problem(data: str, circle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and targets."""
    inputs = circle[: len(circle) // 2] if data == "half" else circle
    angles = np.arctan2(inputs[:, 1], inputs[:, 0])
    if data == "even":
        return inputs, np.cos(2 * angles)
    return inputs, np.cos(angles) + np.sin(3 * angles) / 2
