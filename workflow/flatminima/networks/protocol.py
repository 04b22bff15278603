"""What every kind of network offers to training and to the measurement of sharpness."""

from itertools import accumulate
from math import prod
from typing import Protocol

import numpy as np

from flatminima.datasets import Dataset
from flatminima.kernels.batch import StepsTaken

__all__ = ["HessianSubspace", "Kernel", "LayerShapes", "Network", "split_layers"]

LayerShapes = tuple[tuple[int, int], ...]
"""(rows, columns) of W_1, ..., W_L."""


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

    def lift(self, coordinates: np.ndarray) -> np.ndarray:
        """Map coordinates, shape (dimension, m), to directions, shape (size, m)."""

    def project(self, directions: np.ndarray) -> np.ndarray:
        """Map directions, shape (size, m), to coordinates, shape (dimension, m)."""


class Network(Protocol):
    """A network with a training risk, for many runs at once."""

    dataset: Dataset
    layer_shapes: LayerShapes

    @property
    def size(self) -> int:
        """The number of trained parameters of one run."""

    def allocate(self, runs: int) -> np.ndarray:
        """Return an uninitialised array, shape (size, runs)."""

    def kernel(self, parameters: np.ndarray) -> Kernel:
        """Return the kernel of runs that start with these parameters, shape (size, runs)."""

    def predict(self, parameters: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """Return f(x) for each row of inputs and each run, shape (n, runs)."""

    def squared_distance(self, parameters: np.ndarray) -> np.ndarray:
        """Return ||w_prod - w*||^2 of each run, NaN where the network is not linear."""

    def hessian_vector_product(self, parameters: np.ndarray, directions: np.ndarray) -> np.ndarray:
        """Return the Hessian of the training risk applied to directions.

        Args:
            parameters: Shape (size, runs), or (size, 1) for many directions of one run.
            directions: Shape (size, runs).

        Returns:
            Shape (size, runs).
        """

    def hessian(self, parameters: np.ndarray) -> np.ndarray:
        """Return the Hessian at one run's parameters, shape (size,), as a matrix."""

    def hessian_subspace(self, parameters: np.ndarray) -> HessianSubspace | None:
        """Return where the Hessian at one run's parameters, shape (size,), lives.

        None means that nothing smaller than the whole space is known.
        """


def split_layers(parameters: np.ndarray, shapes: LayerShapes) -> list[np.ndarray]:
    """Return views of W_1, ..., W_L, each of shape (rows, columns, runs)."""
    ends = list(accumulate(prod(shape) for shape in shapes))
    starts = [0, *ends[:-1]]
    return [
        parameters[start:end].reshape(*shape, -1)
        for start, end, shape in zip(starts, ends, shapes, strict=True)
    ]
