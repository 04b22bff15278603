"""Runs that are the same run: gamma beside rate and targets, and beside the scale of the start."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Len

from flatminima.core.columns import BATCH_SIZE, DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveInteger, PositiveNumber, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_strength.measurements import STRENGTH, Depths

__all__ = ["StrengthIdentities"]

FEATURES = 4
WIDTH = 6


@dataclass(frozen=True)
class StrengthIdentities(Measurement):
    """Trains F/gamma and the run of F itself that is claimed to be the same, step by step.

    By the identity ``rate`` that is at the rate eta/gamma^2 on the targets gamma y; by ``start``
    at eta gamma^(-2/L) from the start gamma^(-1/L) W_0, which is for homogeneous networks alone.
    `deviation` is the largest difference of outputs along the path over the largest output.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column("activation", "str"),
        Column("identity", "str"),
        DEPTH,
        BATCH_SIZE,
        STRENGTH,
        Column("deviation", words=Words("deviation of the two runs")),
    )

    activation: Annotated[tuple[Literal["identity", "relu", "gelu"], ...], Len(1), Axis()]
    """Activation functions; GELU is not homogeneous."""
    identity: Annotated[tuple[Literal["rate", "start"], ...], Len(1), Axis()]
    """Which identities."""
    depth: Depths
    """The numbers of layers L."""
    strength: PositiveNumbers
    """Values of gamma."""
    samples: PositiveInteger
    """Samples."""
    batch_size: Annotated[tuple[int, ...], Len(1), Axis()]
    """Samples of a step; as many as there are is gradient descent."""
    learning_rate: PositiveNumber
    """eta at gamma = 1; it is multiplied by min(gamma^2, gamma^(2/L))."""
    steps: PositiveInteger
    """Steps."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each pair of runs."""
        for case in product(
            self.activation, self.identity, self.depth, self.batch_size, self.strength
        ):
            names = ("activation", "identity", "depth", "batch_size", "strength")
            yield dict(zip(names, case, strict=True)) | {
                "deviation": self._deviation(given.seed, *case)
            }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        cases = len(self.activation) * len(self.identity) * len(self.strength)
        steps = cases * len(self.batch_size) * sum(self.depth) * self.steps
        return Work(steps * 6e-5, 100 * self.samples * WIDTH)

    def _deviation(
        self,
        seed: int,
        activation: str,
        identity: str,
        depth: int,
        batch_size: int,
        strength: float,
    ) -> float:
        """Train both."""
        from flatminima.theory import dense_networks
        from flatminima.theory.dense_networks import descent_step, forward, gaussian_layers
        from flatminima_papers.feature_strength.theory.direct import scaled_descent_step

        function = {
            "identity": dense_networks.identity,
            "relu": dense_networks.rectifier,
            "gelu": dense_networks.gelu,
        }[activation]
        generator = random_generator(seed, self.name(), activation, depth, batch_size)
        inputs = generator.standard_normal((self.samples, FEATURES))
        targets = generator.standard_normal(self.samples)
        scaled = [
            layer / np.sqrt(layer.shape[2])
            for layer in gaussian_layers((FEATURES, *[WIDTH] * (depth - 1), 1), 1.0, [generator])
        ]
        rate = self.learning_rate * min(strength**2, strength ** (2 / depth))
        if identity == "rate":
            plain, plain_rate = scaled, rate / strength**2
            factor, targets_of_plain = strength, strength * targets
        else:
            plain = [strength ** (-1 / depth) * layer for layer in scaled]
            plain_rate, factor, targets_of_plain = rate * strength ** (-2 / depth), 1.0, targets
        furthest = largest = 0.0
        for _ in range(self.steps):
            chosen = generator.permutation(self.samples)[:batch_size]
            outputs = forward(scaled, inputs, function).outputs / strength
            others = forward(plain, inputs, function).outputs / factor
            furthest = max(furthest, np.abs(outputs - others).max())
            largest = max(largest, np.abs(outputs).max())
            scaled = scaled_descent_step(
                scaled, inputs[chosen], targets[chosen], rate, strength, function
            )
            plain, _ = descent_step(
                plain, inputs[chosen], targets_of_plain[chosen], plain_rate, function
            )
        return float(furthest / largest)
