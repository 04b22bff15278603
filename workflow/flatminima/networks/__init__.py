"""Networks: what each offers to training and to measurements, and what a kind of network is.

The batch of runs is always the last axis of a parameter array, of shape (size, runs).
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise, product
from math import prod
from typing import ClassVar, Protocol

import numpy as np

from flatminima.costs import HessianCost, Work
from flatminima.datasets import Dataset, DataSize
from flatminima.kernels.batch import Batches, StepsTaken
from flatminima.kinds import Kind, Misfit
from flatminima.people import for_people

__all__ = [
    "HessianSubspace",
    "Kernel",
    "LayerShapes",
    "Network",
    "NetworkKind",
    "count_weights",
    "hidden_widths",
    "layers_of",
    "split_layers",
]

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

    def descend_on(
        self,
        batches: Batches,
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


def layers_of(parameters: np.ndarray, shapes: LayerShapes) -> list[np.ndarray]:
    """Return views of W_1, ..., W_L of one run, whose parameters have the shape (size,)."""
    return [W[:, :, 0] for W in split_layers(parameters[:, None], shapes)]


def count_weights(features: int, hidden: Sequence[int]) -> int:
    """Return the number of weights of a fully connected network with one output.

    Args:
        features: Of the data.
        hidden: The widths of the hidden layers.

    Examples:
        >>> count_weights(5, (4, 3))
        35
    """
    return sum(rows * columns for columns, rows in pairwise((features, *hidden, 1)))


def hidden_widths(depth: int, width: int | Sequence[int] | None, features: int) -> tuple[int, ...]:
    """Return the rows of W_1, ..., W_{L-1}.

    Args:
        depth: L.
        width: Of all of them, or of each; the number of features if None.
        features: Of the data.

    Raises:
        ValueError: If a number is below 1, or there are more or fewer widths.

    Examples:
        >>> hidden_widths(3, None, 5), hidden_widths(3, (4, 2), 5)
        ((5, 5), (4, 2))
    """
    width = features if width is None else width
    if isinstance(width, int | np.integer):
        if depth < 1 or width < 1:
            raise ValueError(f"depth and width must be at least 1, not {depth} and {width}")
        return (int(width),) * (depth - 1)
    if len(width) != depth - 1 or min(width, default=1) < 1:
        raise ValueError(
            f"a network of depth {depth} has {depth - 1} widths of at least 1, not {list(width)}"
        )
    return tuple(width)


class NetworkKind(Kind):
    """A kind of network with its initialisation.

    Attributes:
        offers: What its networks have that others may need: ``product``, a w_prod to be compared
            with w*, and ``linear_theory``, the closed forms of `flatminima.theory`.
        depth: The numbers of layers.
        width: Of the hidden layers; None means as many as the data has features.
        widths: Of the hidden layers one by one, instead of the two; None if they are of one width.
    """

    offers: ClassVar[frozenset[str]] = frozenset()
    depth: tuple[int, ...]
    width: tuple[int, ...] | None
    widths: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        """Derive depth and width, by which tables name a network, from a list of widths."""
        if self.widths is not None:
            for key, value in (("depth", len(self.widths) + 1), ("width", max(self.widths))):
                if getattr(self, key) is None:
                    object.__setattr__(self, key, (value,))

    def cells(self, size: DataSize) -> Iterator[tuple[int, int]]:
        """Go through each depth and width of the networks for data of a size.

        Raises:
            flatminima.kinds.Misfit: If there is no such network for this data.
        """
        if self.depth is None:
            raise Misfit("", "has neither depth nor widths; allowed: one of the two")
        if self.widths is not None:
            named = {"depth": (len(self.widths) + 1,), "width": (max(self.widths),)}
            for key, value in named.items():
                if getattr(self, key) != value:
                    raise Misfit(key, "is given beside widths; allowed: one of the two")
        return product(self.depth, self.width or (size.features,))

    def layer_widths(self) -> int | tuple[int, ...]:
        """Return the width of the hidden layers of one depth and width, or their widths."""
        return self.widths if self.widths is not None else self.width[0]

    def weights(self, size: DataSize) -> int:
        """Return the number of weights of one depth and width, a fully connected network."""
        (depth,), (width,) = self.depth, self.width
        hidden = self.widths if self.widths is not None else (width,) * (depth - 1)
        return count_weights(size.features, hidden)

    def at(self, depth: int, width: int) -> "NetworkKind":
        """Return the kind of one depth and width."""
        return self.replaced(depth=(depth,), width=(width,))

    def build(self, dataset: Dataset, generator: np.random.Generator) -> Network:
        """Build the network of one depth and width.

        Args:
            dataset: The data whose risk is trained.
            generator: Where what is random in it comes from, once for each experiment and depth.
        """
        raise NotImplementedError

    def initialise(
        self, network: Network, scale: float, generator: np.random.Generator
    ) -> np.ndarray:
        """Draw the initial parameters of one run, shape (size,)."""
        raise NotImplementedError

    @for_people
    def describe(self) -> str:
        """Return in a few words which networks these are."""
        raise NotImplementedError

    def training_work(self, size: DataSize, runs: int) -> Work:
        """Return what a step of a batch of runs of one depth and width takes."""
        raise NotImplementedError

    def hessian_cost(self, size: DataSize) -> HessianCost:
        """Return what the sharpness of one run of one depth and width takes."""
        raise NotImplementedError
