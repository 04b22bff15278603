"""Full-batch gradient descent on a batch of runs, each of which leaves when it is done.

The state of step t is the weights after t updates.  A run diverges at the first step
whose weights or risk are not finite: any weight that is not finite makes the risk so,
hence the risk, which the gradient needs anyway, is all that is watched.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from time import monotonic
from typing import ClassVar

import numpy as np

from flatminima.kernels.aligned import padded
from flatminima.networks import Kernel, Network
from flatminima.optimisers import Optimiser

__all__ = ["GradientDescent", "Progress", "TrainingResult", "train"]

FIXED_POINT_INTERVAL = 64
"""Steps between two looks for runs that a step leaves as they are, bit for bit."""

PROGRESS_INTERVAL = 5.0
"""Seconds between two calls of `progress`."""

Observe = Callable[[int, np.ndarray, np.ndarray], None]


@dataclass(frozen=True)
class GradientDescent:
    """W <- W - eta grad R(W), with a learning rate eta for each run.

    Attributes:
        learning_rates: Shape (runs,).
    """

    deterministic: ClassVar[bool] = True
    learning_rates: np.ndarray

    def step(self, kernel: Kernel) -> np.ndarray:
        """Update the kernel's parameters in place; return the risk before the update."""
        return kernel.descend(self.learning_rates)

    def restricted_to(self, runs: np.ndarray) -> "GradientDescent":
        """Return the optimiser of some of the runs, given by their positions."""
        return GradientDescent(self.learning_rates[runs])

    def padded_to(self, runs: int) -> "GradientDescent":
        """Return the optimiser of a larger batch whose further runs never move."""
        return GradientDescent(np.pad(self.learning_rates, (0, runs - len(self.learning_rates))))


@dataclass(frozen=True)
class Progress:
    """How far a training has come.

    Attributes:
        step: Steps done.
        steps: Steps to do.
        active: Runs still trained.
        runs: Runs at the start.
        seconds_left: Seconds until the end at the speed so far.
    """

    step: int
    steps: int
    active: int
    runs: int
    seconds_left: float

    def __str__(self) -> str:
        """Return one line for a log."""
        return (
            f"step {self.step} of {self.steps}, {self.active} of {self.runs} runs active, "
            f"about {self.seconds_left:.0f} s left"
        )


@dataclass(frozen=True)
class TrainingResult:
    """What training made of each run.

    Attributes:
        parameters: Shape (size, runs), the final weights; NaN for a diverged run.
        diverged_at: Shape (runs,), the step at which a run diverged, -1 if it did not.
        risk: Shape (runs,), the training risk at the final weights; NaN if diverged.
        gradient_norm: Shape (runs,), ||grad R|| at the final weights; NaN if diverged.
    """

    parameters: np.ndarray
    diverged_at: np.ndarray
    risk: np.ndarray
    gradient_norm: np.ndarray


def train(
    network: Network,
    parameters: np.ndarray,
    optimiser: Optimiser,
    steps: int,
    *,
    recorded_steps: Collection[int] = (),
    observe: Observe | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> TrainingResult:
    """Train a batch of runs for a number of steps.

    A diverged run leaves the batch at once.  A run that a step no longer changes by one
    bit leaves it too if the optimiser is deterministic: nothing can change any more.

    Args:
        network: The network and its risk.
        parameters: Initial weights, shape (size, runs); not changed.
        optimiser: The optimiser of these runs.
        steps: How many updates.
        recorded_steps: The steps (0 to `steps`) at which `observe` is called.
        observe: Called with the step, the weights of all runs, shape (size, runs), and
            which of them have not diverged, shape (runs,).
        progress: Called every few seconds.

    Returns:
        The final weights and outcomes; a result of one run does not depend, to the last
        bit, on which other runs are in the batch.

    Examples:
        One layer is a quadratic, (w - 1)^2: the rate 1/2 solves it, above 1 it diverges.

        >>> from flatminima.datasets import Dataset
        >>> from flatminima.theory.linear_network import LinearNetwork
        >>> data = Dataset(np.array([[1.0], [-1.0]]), np.array([1.0, -1.0]))
        >>> descent = GradientDescent(np.array([0.5, 2.0]))
        >>> result = train(LinearNetwork(data, depth=1), np.zeros((1, 2)), descent, 1000)
        >>> result.parameters[0].round(12).tolist()
        [1.0, nan]
        >>> (result.diverged_at >= 0).tolist()
        [False, True]
    """
    batch = _Batch(network, parameters, optimiser)
    recorded = frozenset(recorded_steps)
    started = reported = monotonic()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        for step in range(steps):
            if observe is not None and step in recorded:
                batch.store()
                observe(step, batch.final, batch.finite())
            batch.advance(step)
            if progress is not None and monotonic() - reported > PROGRESS_INTERVAL:
                reported = monotonic()
                left = (reported - started) / (step + 1) * (steps - step - 1)
                runs = parameters.shape[1]
                progress(Progress(step + 1, steps, len(batch.active), runs, left))
        batch.store()
        result = _finish(network, batch, steps)
        if observe is not None and steps in recorded:
            observe(steps, result.parameters, result.diverged_at < 0)
    return result


@dataclass
class _Batch:
    """The runs still trained, in work space padded to whole cache lines."""

    network: Network
    initial: np.ndarray
    optimiser: Optimiser
    active: np.ndarray = field(init=False)
    kernel: Kernel = field(init=False)

    def __post_init__(self) -> None:
        runs = self.initial.shape[1]
        self.final = self.initial.copy()
        self.diverged_at = np.full(runs, -1)
        self.active = np.arange(runs)
        self._build(self.initial)

    def advance(self, step: int) -> None:
        """Update every active run once; retire those that diverged or stand still."""
        if len(self.active) == 0:
            return
        look = (
            self.optimiser.deterministic and step % FIXED_POINT_INTERVAL == FIXED_POINT_INTERVAL - 1
        )
        before = self.kernel.parameters.copy(order="K") if look else None
        risk = self.padded_optimiser.step(self.kernel)
        leaving = np.zeros(len(self.active), dtype=bool)
        if not np.isfinite(risk.sum()):
            leaving = ~np.isfinite(risk[: len(self.active)])
            self.diverged_at[self.active[leaving]] = step
        if before is not None:
            same = (before == self.kernel.parameters).all(axis=0)
            leaving = leaving | same[: len(self.active)]
        if leaving.any():
            self.store()
            self.final[:, self.diverged_at >= 0] = np.nan
            self.optimiser = self.optimiser.restricted_to(np.flatnonzero(~leaving))
            self.active = self.active[~leaving]
            self._build(self.final[:, self.active])

    def finite(self) -> np.ndarray:
        """Return which runs have not diverged, by the risk at the present weights."""
        alive = self.diverged_at < 0
        if len(self.active):
            alive[self.active] = np.isfinite(self.kernel.evaluate()[: len(self.active)])
        return alive

    def store(self) -> None:
        """Copy the weights of the active runs to their places among all runs."""
        self.final[:, self.active] = self.kernel.parameters[:, : len(self.active)]

    def _build(self, parameters: np.ndarray) -> None:
        self.kernel = _padded_kernel(self.network, parameters)
        self.padded_optimiser = self.optimiser.padded_to(padded(len(self.active)))


def _padded_kernel(network: Network, parameters: np.ndarray) -> Kernel:
    """Return a kernel for the runs and as many of zero weights as fill a cache line."""
    runs = parameters.shape[1]
    workspace = network.allocate(padded(runs))
    workspace[:, :runs] = parameters
    workspace[:, runs:] = 0
    return network.kernel(workspace)


def _finish(network: Network, batch: _Batch, steps: int) -> TrainingResult:
    """Evaluate risk and gradient at the final weights of the runs that did not diverge."""
    alive = np.flatnonzero(batch.diverged_at < 0)
    risk = np.full(len(batch.diverged_at), np.nan)
    gradient_norm = np.full(len(batch.diverged_at), np.nan)
    kernel = _padded_kernel(network, batch.final[:, alive])
    risk[alive] = kernel.evaluate()[: len(alive)]
    broken = alive[~np.isfinite(risk[alive])]
    batch.diverged_at[broken] = steps
    for position, run in enumerate(alive):
        gradient_norm[run] = np.linalg.norm(np.ascontiguousarray(kernel.gradient[:, position]))
    diverged = batch.diverged_at >= 0
    batch.final[:, diverged] = risk[diverged] = gradient_norm[diverged] = np.nan
    return TrainingResult(batch.final, batch.diverged_at, risk, gradient_norm)
