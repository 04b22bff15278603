"""Many runs in blocks, as training uses them: the same for every kind of network."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from flatminima.kernels.blocks import LANES, aligned_empty, from_blocks, to_blocks

__all__ = ["MinibatchKernel", "Minibatches", "RunsKernel", "StepsTaken", "matrix_tile", "tile_size"]

LARGEST_TILE = 8
"""This number of sums, and as many factors, stay in registers."""


@dataclass(frozen=True)
class StepsTaken:
    """The outcome of some steps for each run.

    Attributes:
        risk: Shape (runs,), the training risk before the last step.
        finite_steps: Shape (runs,), the number of steps before the first one that began with a
            risk that was not finite; all steps if there was none.
        moved: Shape (runs,), whether the last step changed any bit of a weight.
    """

    risk: np.ndarray
    finite_steps: np.ndarray
    moved: np.ndarray


@dataclass(frozen=True)
class Minibatches:
    """The samples of each run whose risk some steps descend: sum_s w_s (f(x_s) - y_s)^2.

    The middle axis of an array has an entry for each step, or a single one for all of them.

    Attributes:
        rows: The samples, shape (runs, steps or 1, batch size); None for all of them.
        weights: w_s, of the same shape; None for 1 / batch size.
        noise: Numbers added to the targets, of the same shape; None for no noise.
    """

    rows: np.ndarray | None = None
    weights: np.ndarray | None = None
    noise: np.ndarray | None = None

    @property
    def full(self) -> bool:
        """Whether this is the training risk itself."""
        return self.rows is None and self.weights is None and self.noise is None

    def in_blocks(self, runs: int, samples: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return rows, weights and noise in blocks, (blocks, steps or 1, batch size, 8)."""
        rows, weights, noise = self.rows, self.weights, self.noise
        if rows is None:
            rows = np.broadcast_to(np.arange(samples), (runs, 1, samples))
        if weights is None:
            weights = np.full((runs, 1, rows.shape[2]), 1 / rows.shape[2])
        if noise is None:
            noise = np.zeros((runs, 1, rows.shape[2]))
        return _lanes(rows, np.int64), _lanes(weights, np.float64), _lanes(noise, np.float64)


class RunsKernel(ABC):
    """The training risk of many runs, and gradient steps.

    Attributes:
        parameter_blocks: The weights, shape (blocks, size, 8); an optimiser may change them.
        gradient_blocks: The result of the last `evaluate`, of the same shape. Any array of this
            shape that a compiled function takes must come from `aligned_empty`.
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
        """A copy of the result of the last `evaluate`, shape (size, runs)."""
        return from_blocks(self.gradient_blocks, self.runs)

    def evaluate(self, factor: np.ndarray | float = 1.0) -> np.ndarray:
        """Write factor * gradient and return the risk (see `flatminima.networks.Kernel`)."""
        moving = aligned_empty(self.parameter_blocks.shape)
        moving[:] = self.parameter_blocks
        self.take_steps(moving, self._factor_blocks(factor), 1)
        self.write_gradient()
        return self._outcome(0)

    def descend(self, factor: np.ndarray | float, steps: int = 1) -> StepsTaken:
        """Subtract factor * gradient a number of times (see `flatminima.networks.Kernel`)."""
        self.take_steps(self.parameter_blocks, self._factor_blocks(factor), steps)
        return self._taken()

    @abstractmethod
    def take_steps(self, blocks: np.ndarray, factor_blocks: np.ndarray, steps: int) -> None:
        """Change the weights in the blocks, and write the outcome (see `steps.repeated`)."""

    @abstractmethod
    def write_gradient(self) -> None:
        """Write factor * gradient of the last step to `gradient_blocks`."""

    def _factor_blocks(self, factor: np.ndarray | float) -> np.ndarray:
        return to_blocks(np.broadcast_to(np.asarray(factor, dtype=float), (1, self.runs)))

    def _taken(self) -> StepsTaken:
        return StepsTaken(self._outcome(0), self._outcome(1).astype(int), self._outcome(2) != 0)

    def _outcome(self, row: int) -> np.ndarray:
        return self.outcome[:, row].ravel()[: self.runs].copy()


class MinibatchKernel(RunsKernel):
    """A kernel that also steps on batches of samples: the offer ``batches`` of a network."""

    def descend_on(
        self,
        batches: Minibatches,
        learning_rates: np.ndarray | float,
        steps: int,
        weight_decay: float = 0.0,
        clip_norm: float | None = None,
    ) -> StepsTaken:
        """Take steps W <- (1 - eta decay) W - eta g, each with the gradient g on a batch.

        The risks that it tells of are those of the batches.

        Args:
            batches: The samples of each run and step.
            learning_rates: eta, a number, or one for each run, shape (runs,).
            steps: At least 1.
            weight_decay: Of all weights.
            clip_norm: A longer g is shortened to this length; None leaves it as it is.
        """
        inputs, targets = self.data_of(batches)
        self.take_steps_on(
            self.parameter_blocks,
            self._factor_blocks(learning_rates),
            steps,
            weight_decay,
            0.0 if clip_norm is None else clip_norm,
            inputs,
            targets,
            *batches.in_blocks(self.runs, len(targets)),
        )
        return self._taken()

    @abstractmethod
    def data_of(self, batches: Minibatches) -> tuple[np.ndarray, np.ndarray]:
        """Return the inputs and targets from whose rows batches are made, contiguous."""

    @abstractmethod
    def take_steps_on(self, blocks: np.ndarray, factor_blocks: np.ndarray, *arguments) -> None:
        """Change the weights in the blocks, and write the outcome.

        Args:
            blocks: The weights.
            factor_blocks: The learning rates.
            arguments: The arguments of `perceptron_batches` from `steps` to `noise`.
        """


def _lanes(array: np.ndarray, dtype: type) -> np.ndarray:
    """Return an array of runs, steps and samples in blocks of 8 runs, the runs last."""
    runs, steps, samples = array.shape
    bits = np.ascontiguousarray(array, dtype).view(np.float64)
    blocks = to_blocks(bits.reshape(runs, steps * samples).T)
    return blocks.view(dtype).reshape(len(blocks), steps, samples, LANES)


def tile_size(length: int) -> int:
    """Return the number of rows per tile of a matrix, with few tiles and few rows left over.

    Examples:
        >>> [tile_size(length) for length in (1, 5, 11, 20, 40)]
        [1, 5, 5, 5, 8]
    """
    tiles = range(min(length, LARGEST_TILE), 0, -1)
    return min(tiles, key=lambda tile: length // tile + length % tile)


def matrix_tile(widths: Iterable[int]) -> tuple[None, ...]:
    """Return a tuple whose length is the number of rows and columns of a tile of `matrices`.

    A tile of 5 rows and 5 columns stays in registers.  It has 4 of each if no more are left over.

    Examples:
        >>> [len(matrix_tile(widths)) for widths in ((5, 5, 1), (64, 32, 32, 1), (7, 1))]
        [5, 4, 5]
    """
    return (None,) * min((4, 5), key=lambda tile: sum(width % tile for width in widths))
