"""Networks, as training and measurements use them, and kinds of networks.

The runs are always the last axis of a parameter array, of shape (size, runs).
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, ClassVar, Self

import numpy as np

from flatminima.core.costs import HessianCost, Work
from flatminima.core.kinds import Kind, Misfit
from flatminima.core.people import for_people
from flatminima.datasets import Dataset, DataSize
from flatminima.networks._batch_risks import BatchRisks
from flatminima.networks._initialisations import INITIALISATIONS, initialise, random_projection
from flatminima.networks._layers import (
    LayerShapes,
    count_weights,
    hidden_widths,
    layers_of,
    split_layers,
)
from flatminima.networks._network import (
    Activation,
    HessianSubspace,
    Kernel,
    LayeredNetwork,
    Network,
    ProductNetwork,
)

__all__ = [
    "INITIALISATIONS",
    "Activation",
    "BatchRisks",
    "HessianSubspace",
    "Kernel",
    "LayerShapes",
    "LayeredNetwork",
    "Network",
    "NetworkKind",
    "ProductNetwork",
    "count_weights",
    "hidden_widths",
    "initialise",
    "layers_of",
    "random_projection",
    "split_layers",
]


class NetworkKind(Kind):
    """A kind of network with its initialisation.

    Attributes:
        offers: What its networks have beyond `Network`, which others may need: ``product``, they
            are `ProductNetwork`; ``full_layers``, they are `LayeredNetwork`; ``batches``, their
            kernels are `flatminima.kernels.batch.MinibatchKernel`; ``linear_theory``, they are
            deep linear networks, of which `flatminima.theory` has closed forms.
        required: Values of the keys that have no default, beside depth and width, for `example`.
        wide_as_features: Whether the benchmark gives a network as many features as it is wide.
        depth: The numbers of layers.
        width: The widths of the hidden layers; None means the number of features.
        widths: The width of each hidden layer, instead of the other two; None if all are equal.
    """

    offers: ClassVar[frozenset[str]] = frozenset()
    required: ClassVar[Mapping[str, Any]] = {}
    wide_as_features: ClassVar[bool] = True
    depth: tuple[int, ...]
    width: tuple[int, ...] | None
    widths: tuple[int, ...] | None = None

    @classmethod
    def example(cls, depth: int, width: int) -> Self:
        """Return the kind of one depth and width that stands for all, as in the benchmark."""
        return cls(depth=(depth,), width=(width,), **cls.required)

    def __post_init__(self) -> None:
        """Derive depth and width, with which tables name a network, from a list of widths."""
        if self.widths is not None:
            for key, value in (("depth", len(self.widths) + 1), ("width", max(self.widths))):
                if getattr(self, key) is None:
                    object.__setattr__(self, key, (value,))

    def cells(self, size: DataSize) -> Iterator[tuple[int, int]]:
        """Go through each depth and width of the networks for data of this size.

        Raises:
            flatminima.core.kinds.Misfit: If there is no such network for this data.
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
        """Return the width of the hidden layers for one depth and width, or their widths."""
        return self.widths if self.widths is not None else self.width[0]

    def weights(self, size: DataSize) -> int:
        """Return the number of weights of a fully connected network of one depth and width."""
        (depth,), (width,) = self.depth, self.width
        hidden = self.widths if self.widths is not None else (width,) * (depth - 1)
        return count_weights(size.features, hidden)

    def at(self, depth: int, width: int) -> Self:
        """Return the kind of one depth and width."""
        return self.replaced(depth=(depth,), width=(width,))

    def build(self, dataset: Dataset, generator: np.random.Generator) -> Network:
        """Build the network of one depth and width.

        Args:
            dataset: The data whose risk is trained.
            generator: The source of what is random in it, once per experiment and depth.
        """
        raise NotImplementedError

    def initialise(
        self, network: Network, scale: float, generator: np.random.Generator
    ) -> np.ndarray:
        """Draw the initial parameters of one run, shape (size,)."""
        raise NotImplementedError

    @for_people
    def describe(self) -> str:
        """Describe the networks in a few words."""
        raise NotImplementedError

    def training_work(self, size: DataSize, runs: int) -> Work:
        """Return the cost of a step of many runs of one depth and width."""
        raise NotImplementedError

    def hessian_cost(self, size: DataSize) -> HessianCost:
        """Return the cost of the sharpness of one run of one depth and width.

        Without a `Network.hessian_subspace` a Hessian is written out only up to the size
        `flatminima.core.costs.DENSE_SIZE`.
        """
        raise NotImplementedError
