"""The training of many runs together, each of which is taken out when it is done.

The state of step t is the weights after t updates.  A run diverges at the first step
whose weights or risk are not finite.  A weight that is not finite makes the risk not
finite, so it is enough to watch the risk, which the gradient needs anyway.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import pairwise
from time import monotonic

import numpy as np

from flatminima.networks import Kernel, Network
from flatminima.optimisers import GradientDescent, Optimiser

__all__ = [
    "Progress",
    "TrainingResult",
    "every_start_at_every_rate",
    "train",
]

GROUPED_STEPS = 64
"""The most steps between two checks for runs that diverged or no longer change."""

PROGRESS_INTERVAL = 5.0
"""Seconds between two calls of `progress`."""

Observe = Callable[[int, np.ndarray, np.ndarray], None]


@dataclass(frozen=True)
class Progress:
    """The progress of a training.

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
    """The outcome of training for each run.

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
    """Train runs for a number of steps.

    Steps are taken in groups.  Between groups runs are taken out: those that diverged, whose step
    the group has noted, and, with a deterministic optimiser, those that the last step left
    unchanged to the bit, because further steps would not change them either.

    Args:
        network: The network and its risk.
        parameters: Initial weights, shape (size, runs); not changed.
        optimiser: The optimiser of these runs.
        steps: The number of updates.
        recorded_steps: The steps (0 to `steps`) at which `observe` is called.
        observe: Called with the step, the weights of all runs, shape (size, runs), and
            which of them have not diverged, shape (runs,).
        progress: Called every few seconds.

    Returns:
        The final weights and outcomes. The result of one run does not depend, to the last bit, on
        the other runs.

    Examples:
        One layer is a quadratic, (w - 1)^2: the rate 1/2 solves it, above 1 it diverges.

        >>> from flatminima.datasets import Dataset
        >>> from flatminima.networks.linear.network import LinearNetwork
        >>> data = Dataset(np.array([[1.0], [-1.0]]), np.array([1.0, -1.0]))
        >>> descent = GradientDescent(np.array([0.5, 2.0]))
        >>> result = train(LinearNetwork(data, depth=1), np.zeros((1, 2)), descent, 1000)
        >>> result.parameters[0].round(12).tolist()
        [1.0, nan]
        >>> (result.diverged_at >= 0).tolist()
        [False, True]
    """
    batch = _TrainedRuns(network, parameters, optimiser)
    watched = frozenset(recorded_steps) if observe is not None else frozenset()
    started = reported = monotonic()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        for step, end in pairwise(_pauses(steps, watched)):
            if step in watched:
                batch.store()
                observe(step, batch.final, batch.finite())
            batch.advance(step, end)
            if progress is not None and monotonic() - reported > PROGRESS_INTERVAL:
                reported = monotonic()
                left = (reported - started) / end * (steps - end)
                runs = parameters.shape[1]
                progress(Progress(end, steps, len(batch.active), runs, left))
        batch.store()
        result = _finish(network, batch, steps)
        if steps in watched:
            observe(steps, result.parameters, result.diverged_at < 0)
    return result


def every_start_at_every_rate(
    network: Network, starts: np.ndarray, learning_rates: np.ndarray
) -> tuple[np.ndarray, GradientDescent]:
    """Return the runs to train: from all starts at all rates, rate after rate.

    Args:
        network: The network.
        starts: Shape (size, starts).
        learning_rates: Shape (rates,).

    Returns:
        Initial weights, shape (size, rates * starts), and the optimiser of these runs.
    """
    runs = starts.shape[1]
    initial = network.allocate(len(learning_rates) * runs)
    initial[:] = np.tile(starts, (1, len(learning_rates)))
    return initial, GradientDescent(np.repeat(learning_rates, runs))


def _pauses(steps: int, watched: Collection[int]) -> list[int]:
    """Return 0 and `steps`, and the steps in between that a group of steps must not cross."""
    return sorted({0, steps, *range(0, steps, GROUPED_STEPS), *(s for s in watched if s < steps)})


@dataclass
class _TrainedRuns:
    """The runs that are still trained."""

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
        self.kernel = self.network.kernel(self.initial)

    def advance(self, start: int, end: int) -> None:
        """Update every active run; take out those that diverged or no longer change."""
        if len(self.active) == 0:
            return
        taken = self.optimiser.advance(self.kernel, end - start)
        diverged = taken.finite_steps < end - start
        staying = ~diverged
        if self.optimiser.deterministic:
            staying &= taken.moved
        if not staying.all():
            self.diverged_at[self.active[diverged]] = start + taken.finite_steps[diverged]
            self.store()
            self.final[:, self.diverged_at >= 0] = np.nan
            self.optimiser = self.optimiser.restricted_to(np.flatnonzero(staying))
            self.active = self.active[staying]
            self.kernel = self.network.kernel(self.final[:, self.active])

    def finite(self) -> np.ndarray:
        """Return which runs have not diverged, by the risk at the present weights."""
        alive = self.diverged_at < 0
        if len(self.active):
            alive[self.active] = np.isfinite(self.kernel.evaluate())
        return alive

    def store(self) -> None:
        """Copy the weights of the active runs to their places among all runs."""
        self.final[:, self.active] = self.kernel.parameters


def _finish(network: Network, batch: _TrainedRuns, steps: int) -> TrainingResult:
    """Evaluate risk and gradient at the final weights of the runs that did not diverge."""
    alive = np.flatnonzero(batch.diverged_at < 0)
    risk = np.full(len(batch.diverged_at), np.nan)
    gradient_norm = np.full(len(batch.diverged_at), np.nan)
    kernel = network.kernel(batch.final[:, alive])
    risk[alive] = kernel.evaluate()
    broken = alive[~np.isfinite(risk[alive])]
    batch.diverged_at[broken] = steps
    for run, gradient in zip(alive, np.ascontiguousarray(kernel.gradient.T), strict=True):
        gradient_norm[run] = np.linalg.norm(gradient)
    diverged = batch.diverged_at >= 0
    batch.final[:, diverged] = risk[diverged] = gradient_norm[diverged] = np.nan
    return TrainingResult(batch.final, batch.diverged_at, risk, gradient_norm)
