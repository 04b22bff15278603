"""What a network offers to training and to measurements.

The batch of runs is always the last axis of a parameter array, of shape (size, runs).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from math import prod
from typing import Any, Protocol

import numpy as np

from flatminima.core.numbers import as_float64
from flatminima.datasets import Dataset
from flatminima.kernels.batch import StepsTaken
from flatminima.networks._layers import LayerShapes

__all__ = [
    "Activation",
    "HessianSubspace",
    "Kernel",
    "LayeredNetwork",
    "Network",
    "ProductNetwork",
]


class Kernel(Protocol):
    """The training risk of a batch of runs, with weights of its own.

    Attributes:
        runs: How many runs there are.
        parameter_blocks: The weights in blocks of 8 runs, shape (blocks, size, 8), see
            `flatminima.kernels.blocks`; an optimiser may change them in place.
        gradient_blocks: What `evaluate` wrote, the same shape; free to be overwritten after.
    """

    runs: int
    parameter_blocks: np.ndarray
    gradient_blocks: np.ndarray

    @property
    def parameters(self) -> np.ndarray:
        """A copy of the weights, shape (size, runs)."""

    @property
    def gradient(self) -> np.ndarray:
        """A copy of what the last `evaluate` wrote, shape (size, runs)."""

    def evaluate(self, factor: np.ndarray | float = 1.0) -> np.ndarray:
        """Write factor * gradient of the training risk at the weights; return the risk.

        The factor costs one multiplication of the residual here, and one of the whole
        gradient anywhere else.

        Args:
            factor: A number, or one for each run, shape (runs,).

        Returns:
            The training risk of each run, shape (runs,).
        """

    def descend(self, factor: np.ndarray | float, steps: int = 1) -> StepsTaken:
        """Subtract factor * gradient from the weights, so many times.

        To the last bit what `evaluate` and a subtraction do, but the gradient need not be
        kept: `gradient_blocks` holds nothing afterwards.

        Args:
            factor: A number, or one for each run, shape (runs,).
            steps: At least 1.
        """


class HessianSubspace(Protocol):
    """A subspace outside which the Hessian of one run is zero, by an orthonormal basis."""

    @property
    def dimension(self) -> int:
        """The number of basis vectors."""

    def hessian(self) -> np.ndarray:
        """Return the Hessian in coordinates, shape (dimension, dimension)."""

    def lift(self, coordinates: np.ndarray) -> np.ndarray:
        """Map coordinates, shape (dimension, m), to directions, shape (size, m)."""

    def project(self, directions: np.ndarray) -> np.ndarray:
        """Map directions, shape (size, m), to coordinates, shape (dimension, m)."""


class Activation(Protocol):
    """An activation function phi and its derivatives."""

    def derivatives(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return phi, phi' and phi'' at z."""


class Network(ABC):
    """A network with a training risk, for many runs at once: all that every network has.

    A network of one's own defines what is abstract here; the rest follows from that, and may be
    replaced by something faster.  What only some networks have is an offer of its own, see
    `NetworkKind.offers`.

    Attributes:
        dataset: The data whose risk is trained.
    """

    dataset: Dataset

    @property
    @abstractmethod
    def size(self) -> int:
        """The number of trained parameters of one run."""

    @abstractmethod
    def kernel(self, parameters: np.ndarray) -> Kernel:
        """Return the kernel of runs that start with these parameters, shape (size, runs)."""

    @abstractmethod
    def predict(self, parameters: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """Return f(x) for each row of inputs and each run, shape (n, runs)."""

    @abstractmethod
    def hessian_vector_product(self, parameters: np.ndarray, directions: np.ndarray) -> np.ndarray:
        """Return the Hessian of the training risk applied to directions.

        Args:
            parameters: Shape (size, runs), or (size, 1) for many directions of one run.
            directions: Shape (size, runs).

        Returns:
            Shape (size, runs).
        """

    def weights_of_a_run(self, weights: Any) -> np.ndarray:
        """Return the weights of one run as a float64 array, shape (size,).

        Args:
            weights: What `flatminima.core.numbers.as_float64` takes, with one axis.

        Raises:
            ValueError: If they are not real numbers, or not as many as the network has.
        """
        array = as_float64(weights, "the array of weights", 1)
        if len(array) != self.size:
            raise ValueError(f"there are {len(array)} weights, but the network has {self.size}")
        return array

    def allocate(self, runs: int) -> np.ndarray:
        """Return an uninitialised array, shape (size, runs): C order, the runs contiguous."""
        return np.empty((self.size, runs))

    def hessian(self, parameters: np.ndarray) -> np.ndarray:
        """Return the Hessian at one run's parameters, shape (size,), as a matrix."""
        return self.hessian_vector_product(parameters[:, None], np.eye(self.size))

    def hessian_operator(self, parameters: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """Return v -> H v for the Hessian H at one run's parameters, shape (size,).

        A network may compute once what all products share.
        """
        return lambda vector: self.hessian_vector_product(parameters[:, None], vector[:, None])[
            :, 0
        ]

    def hessian_subspace(self, parameters: np.ndarray) -> HessianSubspace | None:
        """Return where the Hessian at one run's parameters, shape (size,), lives.

        None means that nothing smaller than the whole space is known.
        """
        del parameters


class ProductNetwork(Network):
    """A network f(x) = w_prod^T x: the offer ``product``."""

    @abstractmethod
    def product(self, parameters: np.ndarray) -> np.ndarray:
        """Return w_prod of each run, shape (features, runs)."""

    def predict(self, parameters: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """Return f(x) = w_prod^T x for each row of inputs and each run, shape (n, runs)."""
        return np.einsum("nj,jb->nb", inputs, self.product(parameters))

    def squared_distance(self, parameters: np.ndarray) -> np.ndarray:
        """Return ||w_prod - w*||^2 of each run, shape (runs,)."""
        error = self.product(parameters) - self.dataset.minimum_norm_solution[:, None]
        return np.einsum("jb,jb->b", error, error)


class LayeredNetwork(Network):
    """A network f(x) = p^T W_L phi(W_{L-1} ... phi(W_1 x)): the offer ``full_layers``.

    Its parameters are W_1, ..., W_L, one after another in row-major order.

    Attributes:
        layer_shapes: (rows, columns) of W_1, ..., W_L.
        activation: phi; None for the identity.
        projection: p, as many entries as W_L has rows; it is not trained.
    """

    layer_shapes: LayerShapes
    activation: Activation | None = None
    projection: np.ndarray

    @property
    def size(self) -> int:
        """The number of trained parameters of one run."""
        return sum(prod(shape) for shape in self.layer_shapes)

    def weights_of_a_run(self, weights: Any) -> np.ndarray:
        """Return the weights of one run, which may also be given as a list of layers.

        Args:
            weights: As in `Network.weights_of_a_run`, or W_1, ..., W_L.

        Raises:
            ValueError: As there, or if a layer is missing or has another shape.
        """
        if not isinstance(weights, list | tuple) or not weights or np.ndim(weights[0]) != 2:
            return super().weights_of_a_run(weights)
        if len(weights) != len(self.layer_shapes):
            raise ValueError(
                f"there are {len(weights)} layers, but the network has {len(self.layer_shapes)}"
            )
        layers = [as_float64(W, f"layer {k}", 2) for k, W in enumerate(weights, start=1)]
        for number, (W, shape) in enumerate(zip(layers, self.layer_shapes, strict=True), start=1):
            if W.shape != shape:
                found, expected = (f"{rows} × {columns}" for rows, columns in (W.shape, shape))
                raise ValueError(f"layer {number} is {found}; expected {expected}")
        return np.concatenate([W.ravel() for W in layers])
