"""Pairs of neurons on symmetric data, step by step beside the linear network that moves alike."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Len

from flatminima.core.columns import INIT_SCALE, WIDTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    Axis,
    PositiveInteger,
    PositiveIntegers,
    PositiveNumber,
    PositiveNumbers,
)
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.bias_free.measurements import SLOPE, Slopes, drawn_inputs

__all__ = ["BiasFreeEquivalence"]

FEATURES = 4

Cases = Annotated[
    tuple[
        Literal[
            "descent", "mirrored_batches", "unpaired_batches", "mirror_dropped", "even_targets"
        ],
        ...,
    ],
    Len(1),
    Axis(),
]


@dataclass(frozen=True)
class BiasFreeEquivalence(Measurement):
    """Trains pairs of neurons (a, w) and (-a, -w), and the linear network beside them.

    The data are mirrored and their targets odd, and batches are all samples (``descent``) or a
    random half of the points with their mirrors (``mirrored_batches``). The other cases break the
    symmetry: batches are a random half of all samples (``unpaired_batches``), a sample is left out
    (``mirror_dropped``), or an even function of root mean square `even_part` is added to the
    targets (``even_targets``). `deviation` is the largest ||kappa v - w|| along the path over the
    largest ||w||, with the predictor w of the linear network.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "case",
            "str",
            words=Words(
                values={
                    "descent": "gradient descent",
                    "mirrored_batches": "batches with both mirrors",
                    "unpaired_batches": "batches of any samples",
                    "mirror_dropped": "a sample left out",
                    "even_targets": "even part in the targets",
                }
            ),
        ),
        SLOPE,
        WIDTH,
        INIT_SCALE,
        Column(
            "even_part", words=Words("even part of the targets", label="even part of the targets")
        ),
        Column("deviation", words=Words("deviation from the linear network")),
    )

    case: Cases
    """What is trained on what."""
    slope: Slopes
    """The slopes alpha of the leaky rectifier where it is negative."""
    width: PositiveIntegers
    """The numbers of neurons, half of which are mirrors."""
    init_scale: PositiveNumbers
    """The standard deviation of all weights."""
    points: PositiveInteger
    """Points, each with its mirror."""
    learning_rate: PositiveNumber
    """eta."""
    steps: PositiveInteger
    """Steps."""
    even_part: PositiveNumbers = (0.1,)
    """Sizes of the even part of the targets, where there is one."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each network on each data."""
        for case, slope, width, init_scale in product(
            self.case, self.slope, self.width, self.init_scale
        ):
            for even_part in self.even_part if case == "even_targets" else (0.0,):
                yield {
                    "case": case,
                    "slope": slope,
                    "width": width,
                    "init_scale": init_scale,
                    "even_part": even_part,
                    "deviation": self._deviation(
                        given.seed, case, slope, width, init_scale, even_part
                    ),
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        axes = (self.case, self.slope, self.width, self.init_scale)
        cases = np.prod([len(axis) for axis in axes]) * len(self.even_part)
        entries = max(self.width) * self.points
        return Work(float(cases) * self.steps * (1.5e-4 + 2e-8 * entries), 40 * entries)

    def _deviation(
        self,
        seed: int,
        case: str,
        slope: float,
        width: int,
        init_scale: float,
        even_part: float,
    ) -> float:
        """Train one network and its twin."""
        from flatminima.theory.dense_networks import (
            descent_step,
            gaussian_layers,
            identity,
            leaky_rectifier,
        )
        from flatminima_papers.bias_free.theory.symmetric_data import root_mean_square
        from flatminima_papers.bias_free.theory.two_layers import (
            linear_part,
            linear_slope,
            linear_twin,
            paired,
        )

        inputs = drawn_inputs(seed, self.points, FEATURES)
        values = random_generator(seed, "bias_free", "targets", self.points)
        odd, even = values.standard_normal((2, self.points))
        even *= even_part / root_mean_square(even)
        targets = np.concatenate([even + odd, even - odd])
        if case == "mirror_dropped":
            inputs, targets = inputs[:-1], targets[:-1]
        generator = random_generator(seed, self.name(), case, slope, width, init_scale)
        network = paired(gaussian_layers((FEATURES, width // 2, 1), init_scale, [generator]))
        twin, kappa = linear_twin(network, slope), linear_slope(slope)
        activation = leaky_rectifier(slope)
        furthest = largest = 0.0
        for _ in range(self.steps):
            chosen = self._batch(case, len(inputs), generator)
            batch = inputs[chosen], targets[chosen]
            network, _ = descent_step(network, *batch, self.learning_rate, activation)
            twin, _ = descent_step(twin, *batch, kappa * self.learning_rate, identity)
            predictor = linear_part(twin)
            furthest = max(furthest, np.linalg.norm(kappa * linear_part(network) - predictor))
            largest = max(largest, np.linalg.norm(predictor))
        return float(furthest / largest)

    def _batch(self, case: str, samples: int, generator: np.random.Generator) -> np.ndarray | slice:
        """Return the samples of a step."""
        if case == "mirrored_batches":
            chosen = generator.permutation(self.points)[: self.points // 2]
            return np.concatenate([chosen, chosen + self.points])
        if case == "unpaired_batches":
            return generator.permutation(samples)[: samples // 2]
        return slice(None)
