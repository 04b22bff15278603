"""Deep linear networks f(x) = p^T W_L ... W_1 x, fully connected or residual."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from flatminima.core.costs import HessianCost, Work
from flatminima.core.kinds import Depths, Misfit, PositiveIntegers, Widths
from flatminima.core.people import for_people
from flatminima.datasets import Dataset, DataSize
from flatminima.kernels.blocks import padded
from flatminima.networks import NetworkKind, initialise, random_projection
from flatminima.networks.linear.network import LinearNetwork, linear_hessian_cost

__all__ = ["Linear"]


@dataclass(frozen=True)
class Linear(NetworkKind):
    """Deep linear networks."""

    offers: ClassVar[frozenset[str]] = frozenset(
        {"product", "full_layers", "batches", "linear_theory"}
    )
    required: ClassVar[Mapping[str, str]] = {"initialisation": "gaussian"}

    initialisation: Literal["gaussian", "he", "residual"]
    """`gaussian` entries, `he`: of variance 2 over the columns of a layer, or `residual`:
    identity plus noise, with a fixed projection."""
    depth: Depths | None = None
    """The number of layers L, or a list."""
    width: PositiveIntegers | None = None
    """The width of the hidden layers, or a list; the number of features by default."""
    widths: Widths | None = None
    """The widths of the hidden layers one by one, from the first, instead of depth and width."""

    def cells(self, size: DataSize) -> Iterator[tuple[int, int]]:
        """Go through each depth and width of the networks for data of a size."""
        for depth, width in super().cells(size):
            if self.initialisation == "residual" and self.widths is not None:
                raise Misfit(
                    "widths",
                    "is given for a residual network, whose layers are all as wide as its data "
                    "has features; allowed: depth",
                )
            if self.initialisation == "residual" and width != size.features:
                raise Misfit(
                    "width",
                    f"is {width}; allowed for a residual network: {size.features}, the features "
                    "of its data",
                )
            yield depth, width

    def build(self, dataset: Dataset, generator: np.random.Generator) -> LinearNetwork:
        """Build the network of one depth and width; the generator draws a projection."""
        (depth,) = self.depth
        projection = None
        if self.initialisation == "residual":
            projection = random_projection(dataset.features, generator)
        return LinearNetwork(dataset, depth, self.layer_widths(), projection)

    def initialise(
        self, network: LinearNetwork, scale: float, generator: np.random.Generator
    ) -> np.ndarray:
        """Draw the initial parameters of one run, shape (size,)."""
        return initialise(self.initialisation, network.layer_shapes, scale, generator)

    @for_people
    def describe(self) -> str:
        """Describe the networks in a few words."""
        start = {"gaussian": "Gaussian", "he": "He", "residual": "residual"}[self.initialisation]
        return f"linear networks with {start} initialisation"

    def training_work(self, size: DataSize, runs: int) -> Work:
        """Return the cost of a step: 0.5 ns per weight and run, whatever the samples.

        Runs are taken in groups of eight.
        """
        weights = self.weights(size)
        step = 4.5e-10 * (weights + size.features**2)
        return Work(padded(runs) * step, runs * 10 * weights)

    def hessian_cost(self, size: DataSize) -> HessianCost:
        """Return the cost of the sharpness of one run, from the subspace of its Hessian."""
        (depth,), (width,) = self.depth, self.width
        if self.initialisation == "residual":
            dimension = depth * (2 * width - 1)
        else:
            dimension = 2 * width + size.features - 1 + (depth - 2) * (2 * width - 1)
        return linear_hessian_cost(dimension, self.weights(size))

    def weights(self, size: DataSize) -> int:
        """Return the number of weights of one depth and width."""
        if self.initialisation == "residual":
            (depth,), (width,) = self.depth, self.width
            return depth * width**2
        return super().weights(size)
