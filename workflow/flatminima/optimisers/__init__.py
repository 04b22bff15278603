"""Optimisers, which change the weights of runs step by step, and kinds of optimisers."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from flatminima.core.columns import Column
from flatminima.core.costs import Work
from flatminima.core.kinds import Kind, Misfit
from flatminima.core.people import for_people
from flatminima.core.seeding import Identity
from flatminima.datasets import DataSize
from flatminima.kernels.batch import StepsTaken
from flatminima.networks import Kernel, Network, NetworkKind
from flatminima.optimisers._gradient_descent import GradientDescent
from flatminima.optimisers._stochastic import Draws, NoisyGradientDescent, StochasticGradientDescent

__all__ = [
    "Draws",
    "GradientDescent",
    "NoisyGradientDescent",
    "Optimiser",
    "OptimiserKind",
    "StochasticGradientDescent",
    "sizes_of_batches",
]


class Optimiser(Protocol):
    """A rule that changes the parameters of many runs, step by step.

    A run must not depend on other runs.  `train` asks for several steps at once and does not look
    at the runs in between, so that a rule may leave these steps to the kernel.  It may also take
    them one by one, with `Kernel.evaluate` and a change of `Kernel.parameter_blocks`, and return
    the same `StepsTaken`.  The grouping of the steps must not change a result.

    Attributes:
        deterministic: Whether a step depends on the weights alone. Then a run that a step leaves
            unchanged never changes again.
    """

    deterministic: bool

    def advance(self, kernel: Kernel, steps: int) -> StepsTaken:
        """Take a number of steps (at least 1) from the kernel's parameters, which change."""

    def restricted_to(self, runs: np.ndarray) -> "Optimiser":
        """Return the optimiser of some of the runs, given by their positions."""


def sizes_of_batches(sizes: Sequence[int | str], samples: int) -> list[int]:
    """Return sizes of batches as numbers, where `full` means all samples.

    Raises:
        flatminima.core.kinds.Misfit: If one is larger than the data.

    Examples:
        >>> sizes_of_batches((2, "full", 50), 50)
        [2, 50]
    """
    numbers = [samples if size == "full" else size for size in sizes]
    largest = max(numbers)
    if largest > samples:
        raise Misfit(
            "batch_size",
            f"is {largest}, more than the {samples} samples of the data; allowed: 1 to {samples}, "
            "or full",
        )
    return list(dict.fromkeys(numbers))


class OptimiserKind(Kind):
    """A kind of optimiser.

    Attributes:
        needs: What a network must offer, see `flatminima.networks.NetworkKind`.
        columns: The axes that it adds to those of an experiment, as columns of its tables. Each
            is named like the key with its values.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    columns: ClassVar[tuple[Column, ...]] = ()

    def settings(self, samples: int) -> Iterator[Self]:
        """Go through the values of its axes: one kind for each value.

        Args:
            samples: The number of samples in the training data.

        Raises:
            flatminima.core.kinds.Misfit: If it cannot train on this number.
        """
        del samples
        yield self

    def packed(self, samples: int, number: int) -> Iterator[Self]:
        """Go through groups of its settings: one kind for each group.

        With several axes every setting is a group of its own.

        Args:
            samples: The number of samples in the training data.
            number: The size of a group, at least 1.

        Raises:
            flatminima.core.kinds.Misfit: As for `settings`.
        """
        if len(self.columns) != 1:
            yield from self.settings(samples)
            return
        (axis,) = self.columns
        values = [setting.row()[axis.name] for setting in self.settings(samples)]
        for first in range(0, len(values), number):
            yield self.replaced(**{axis.name: tuple(values[first : first + number])})

    def row(self) -> dict[str, Any]:
        """Return the values of its columns for one setting."""
        return {}

    def identity(self) -> tuple[Identity, ...]:
        """Return how a run of this setting differs from gradient descent: its name and values.

        This is part of every run's identity.  It is empty for gradient descent, so that adding an
        optimiser does not change its runs.
        """
        raise NotImplementedError

    def start(
        self,
        network: Network,
        learning_rates: np.ndarray,
        generators: Sequence[np.random.Generator],
    ) -> Optimiser:
        """Return the optimiser of many runs, for one setting.

        Args:
            network: The network that they train.
            learning_rates: The rate of each run, shape (runs,).
            generators: The generator of each run, after its initialisation was drawn.
        """
        raise NotImplementedError

    @for_people
    def describe(self) -> str:
        """Return its name in words."""
        raise NotImplementedError

    def samples_of_a_step(self, samples: int) -> int:
        """Return how many of the samples a step of this setting uses: all by default."""
        return samples

    def work(self, network: NetworkKind, size: DataSize, runs: int) -> Work:
        """Return the cost of a step of many runs of one depth and width."""
        return network.training_work(size, runs)
