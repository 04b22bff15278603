"""A batch of runs in blocks, and what training asks of it: the same for every kind of network."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from flatminima.kernels.blocks import LANES, aligned_empty, from_blocks, to_blocks

__all__ = ["BatchKernel", "StepsTaken", "tile_size"]

LARGEST_TILE = 8
"""So many sums, and as many factors, stay in registers."""


@dataclass(frozen=True)
class StepsTaken:
    """What became of each run in some steps.

    Attributes:
        risk: Shape (runs,), the training risk before the last step.
        finite_steps: Shape (runs,), the number of steps before the first at whose beginning the
            risk was not finite: all of them if there was none.
        moved: Shape (runs,), whether the last step changed a weight by one bit.
    """

    risk: np.ndarray
    finite_steps: np.ndarray
    moved: np.ndarray


class BatchKernel(ABC):
    """The training risk of a batch of runs, and gradient steps.

    Attributes:
        parameter_blocks: The weights, shape (blocks, size, 8); an optimiser may change them.
        gradient_blocks: What the last `evaluate` wrote, the same shape. Any array of this shape
            must come from `aligned_empty` to be given to a compiled function.
    """

    def __init__(self, parameters: np.ndarray) -> None:
        """Copy the weights of the runs, shape (size, runs)."""
        size, self.runs = parameters.shape
        self.parameter_blocks = to_blocks(parameters)
        self.gradient_blocks = aligned_empty(self.parameter_blocks.shape)
        self.before = aligned_empty((size, LANES))
        self.outcome = aligned_empty((len(self.parameter_blocks), 3, LANES))

    @property
    def parameters(self) -> np.ndarray:
        """A copy of the weights, shape (size, runs)."""
        return from_blocks(self.parameter_blocks, self.runs)

    @property
    def gradient(self) -> np.ndarray:
        """A copy of what the last `evaluate` wrote, shape (size, runs)."""
        return from_blocks(self.gradient_blocks, self.runs)

    def evaluate(self, factor: np.ndarray | float = 1.0) -> np.ndarray:
        """Write factor * gradient and return the risk (see `flatminima.networks.Kernel`)."""
        moving = aligned_empty(self.parameter_blocks.shape)
        moving[:] = self.parameter_blocks
        self.take_steps(moving, self._factor_blocks(factor), 1)
        self.write_gradient()
        return self._outcome(0)

    def descend(self, factor: np.ndarray | float, steps: int = 1) -> StepsTaken:
        """Subtract factor * gradient so many times (see `flatminima.networks.Kernel`)."""
        self.take_steps(self.parameter_blocks, self._factor_blocks(factor), steps)
        return StepsTaken(self._outcome(0), self._outcome(1).astype(int), self._outcome(2) != 0)

    @abstractmethod
    def take_steps(self, blocks: np.ndarray, factor_blocks: np.ndarray, steps: int) -> None:
        """Change the weights in the blocks, and write the outcome (see `steps.repeated`)."""

    @abstractmethod
    def write_gradient(self) -> None:
        """Write factor * gradient of the last step to `gradient_blocks`."""

    def _factor_blocks(self, factor: np.ndarray | float) -> np.ndarray:
        return to_blocks(np.broadcast_to(np.asarray(factor, dtype=float), (1, self.runs)))

    def _outcome(self, row: int) -> np.ndarray:
        return self.outcome[:, row].ravel()[: self.runs].copy()


def tile_size(length: int) -> int:
    """Return how many rows of a matrix to take at a time: few tiles, and few rows left over.

    Examples:
        >>> [tile_size(length) for length in (1, 5, 11, 20, 40)]
        [1, 5, 5, 5, 8]
    """
    tiles = range(min(length, LARGEST_TILE), 0, -1)
    return min(tiles, key=lambda tile: length // tile + length % tile)
