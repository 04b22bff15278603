"""Multilayer perceptrons without bias: f(x) = W_L phi(W_{L-1} ... phi(W_1 x))."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from flatminima.core.costs import DENSE_SIZE, HessianCost, Work
from flatminima.core.kinds import Depths, PositiveIntegers, Widths
from flatminima.core.people import for_people
from flatminima.datasets import Dataset, DataSize
from flatminima.kernels.blocks import padded
from flatminima.networks import NetworkKind, initialise
from flatminima.networks.mlp.network import MultilayerPerceptron

__all__ = ["Mlp"]


@dataclass(frozen=True)
class Mlp(NetworkKind):
    """Multilayer perceptrons without bias."""

    offers: ClassVar[frozenset[str]] = frozenset({"full_layers", "batches"})
    required: ClassVar[Mapping[str, str]] = {"initialisation": "gaussian"}
    wide_as_features: ClassVar[bool] = False

    initialisation: Literal["gaussian", "he"]
    """`gaussian`: every entry N(0, init_scale^2), or `he`: 2 over the columns of a layer times
    that variance."""
    depth: Depths | None = None
    """The number of layers L, or a list."""
    width: PositiveIntegers | None = None
    """The width of the hidden layers, or a list; the number of features by default."""
    widths: Widths | None = None
    """The widths of the hidden layers one by one, from the first, instead of depth and width."""
    activation: Literal["gelu", "relu", "tanh"] = "gelu"
    """What is between the layers."""
    gelu: Literal["tanh", "erf"] = "tanh"
    """The form of GELU."""

    def build(self, dataset: Dataset, generator: np.random.Generator) -> MultilayerPerceptron:
        """Build the network of one depth and width."""
        del generator
        (depth,) = self.depth
        return MultilayerPerceptron(
            dataset, depth, self.layer_widths(), self.gelu, activation=self.activation
        )

    def initialise(
        self, network: MultilayerPerceptron, scale: float, generator: np.random.Generator
    ) -> np.ndarray:
        """Draw the initial parameters of one run, shape (size,)."""
        return initialise(self.initialisation, network.layer_shapes, scale, generator)

    @for_people
    def describe(self) -> str:
        """Describe the networks in a few words."""
        activation = {"gelu": "GELU", "relu": "ReLU", "tanh": "tanh"}[self.activation]
        start = {"gaussian": "Gaussian", "he": "He"}[self.initialisation]
        return f"{activation} perceptrons with {start} initialisation"

    def training_work(self, size: DataSize, runs: int) -> Work:
        """Return the cost of a step: about 2 ns per activation of a sample.

        It is higher if layers are wide. Runs are taken in groups of eight.
        """
        (depth,), (width,) = self.depth, self.width
        activations = depth * width * size.samples
        step = (1.2e-9 + 1.3e-10 * width) * activations
        return Work(padded(runs) * step, 10 * runs * self.weights(size))

    def hessian_cost(self, size: DataSize) -> HessianCost:
        """Return the cost of the sharpness of one run."""
        weights = self.weights(size)
        product = Work(1e-9 * weights * size.samples, 15 * size.samples)
        matrix = Work(weights * (5e-6 + product.seconds), weights * (weights + product.numbers))
        return HessianCost(weights, matrix, product, DENSE_SIZE)
