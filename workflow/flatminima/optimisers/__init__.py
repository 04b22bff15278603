"""Rules that change the weights of runs step by step, and what a kind of them is."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from flatminima.columns import Column
from flatminima.costs import Work
from flatminima.datasets import DataSize
from flatminima.kernels.batch import StepsTaken
from flatminima.kinds import Kind, Misfit
from flatminima.networks import Kernel, Network, NetworkKind
from flatminima.people import for_people
from flatminima.seeding import Identity

__all__ = ["Optimiser", "OptimiserKind", "sizes_of_batches"]


class Optimiser(Protocol):
    """A rule that changes the parameters of a batch of runs, step by step.

    It must not let a run depend on another.  `train` promises that
    nobody looks at the runs within the steps it asks for at once, so that a rule may leave them
    to the kernel; it may as well take them one by one, with `Kernel.evaluate` and a change of
    `Kernel.parameter_blocks`, if it tells of them what `StepsTaken` says.  How steps are
    grouped must not change a result.

    Attributes:
        deterministic: Whether a step depends on the weights alone: a run that it leaves as it
            is stands still for ever.
    """

    deterministic: bool

    def advance(self, kernel: Kernel, steps: int) -> StepsTaken:
        """Take so many steps, at least 1, from the kernel's parameters, and change them."""

    def restricted_to(self, runs: np.ndarray) -> "Optimiser":
        """Return the optimiser of some of the runs, given by their positions."""


def sizes_of_batches(sizes: Sequence[int | str], samples: int) -> list[int]:
    """Return sizes of batches as numbers: `full` is all samples.

    Raises:
        flatminima.kinds.Misfit: If one is larger than the data.

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
        columns: The axes that it adds to those of an experiment, as columns of its tables, each
            called as the key that holds its values.
    """

    columns: ClassVar[tuple[Column, ...]] = ()

    def settings(self, samples: int) -> Iterator[Self]:
        """Go through the values of its axes: one kind for each, with that value alone.

        Args:
            samples: Of the data that is trained on.

        Raises:
            flatminima.kinds.Misfit: If it cannot train on so many.
        """
        del samples
        yield self

    def packed(self, samples: int, number: int) -> Iterator[Self]:
        """Go through its settings, so many at a time: one kind for each such part.

        Of several axes every setting is a part of its own.

        Args:
            samples: Of the data that is trained on.
            number: At least 1.

        Raises:
            flatminima.kinds.Misfit: As `settings`.
        """
        if len(self.columns) != 1:
            yield from self.settings(samples)
            return
        (axis,) = self.columns
        values = [setting.row()[axis.name] for setting in self.settings(samples)]
        for first in range(0, len(values), number):
            yield self.replaced(**{axis.name: tuple(values[first : first + number])})

    def row(self) -> dict[str, Any]:
        """Return the values of its columns, of one setting."""
        return {}

    def identity(self) -> tuple[Identity, ...]:
        """Return what tells a run of this setting from one of gradient descent: its name and all.

        It is a part of every run's identity.  Nothing stands for gradient descent, so that no
        optimiser that is added changes its runs.
        """
        raise NotImplementedError

    def start(
        self,
        network: Network,
        learning_rates: np.ndarray,
        generators: Sequence[np.random.Generator],
    ) -> Optimiser:
        """Return the optimiser of a batch of runs, of one setting.

        Args:
            network: What they train.
            learning_rates: Of each run, shape (runs,).
            generators: Of each run, after its initialisation was drawn.
        """
        raise NotImplementedError

    @for_people
    def describe(self) -> str:
        """Return its name in words."""
        raise NotImplementedError

    def samples_of_a_step(self, samples: int) -> int:
        """Return how many of so many samples a step of this setting looks at: all by default."""
        return samples

    def work(self, network: NetworkKind, size: DataSize, runs: int) -> Work:
        """Return what a step of a batch of runs of one depth and width takes."""
        return network.training_work(size, runs)
