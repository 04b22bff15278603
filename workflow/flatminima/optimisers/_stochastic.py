"""Optimisers whose steps use batches of samples, different for each run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from flatminima.kernels.batch import Minibatches, MinibatchKernel, StepsTaken

__all__ = ["Draws", "NoisyGradientDescent", "StochasticGradientDescent"]

DRAWN_STEPS = 64
"""The approximate number of steps whose batches are drawn together."""


@dataclass
class Draws:
    """The batches of one run, drawn some epochs at a time from the generator of the run.

    They depend neither on the grouping of the steps nor on other runs.

    Attributes:
        generator: The source of the random numbers.
        samples: n.
        batch_size: b; an epoch has n // b steps and leaves out the remaining samples.
        replaced: Whether samples are drawn independently; otherwise each epoch is a permutation.
        label_noise: The standard deviation of the noise on each target of each step.
    """

    generator: np.random.Generator
    samples: int
    batch_size: int
    replaced: bool = False
    label_noise: float | None = None
    rows: np.ndarray = field(init=False)
    noise: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.rows = np.empty((0, self.batch_size), dtype=np.int64)
        self.noise = np.empty((0, self.batch_size))

    @property
    def all_samples(self) -> bool:
        """Whether every step uses all samples, so that nothing is drawn."""
        return self.batch_size == self.samples and not self.replaced

    def take(self, steps: int) -> tuple[np.ndarray, np.ndarray]:
        """Return rows and noise of the next steps, each of shape (steps, batch size)."""
        while len(self.rows) < steps:
            rows = self._draw_rows()
            self.rows = np.concatenate([self.rows, rows])
            if self.label_noise is not None:
                noise = self.label_noise * self.generator.standard_normal(rows.shape)
                self.noise = np.concatenate([self.noise, noise])
        rows, self.rows = self.rows[:steps], self.rows[steps:]
        noise, self.noise = self.noise[:steps], self.noise[steps:]
        return rows, noise

    def _draw_rows(self) -> np.ndarray:
        steps = self.samples // self.batch_size
        epochs = -(-DRAWN_STEPS // steps)
        shape = (epochs * steps, self.batch_size)
        if self.replaced:
            return self.generator.integers(self.samples, size=shape)
        orders = np.empty((epochs, self.samples), dtype=np.int64)
        orders[:] = np.arange(self.samples)
        if self.all_samples:
            return orders
        self.generator.permuted(orders, axis=1, out=orders)
        return orders[:, : steps * self.batch_size].reshape(shape)


@dataclass(frozen=True)
class StochasticGradientDescent:
    """W <- (1 - eta decay) W - eta grad R_B(W), with a batch B for each run and step.

    Attributes:
        learning_rates: Shape (runs,).
        draws: The batches of each run.
        weight_decay: The decay of all weights.
        clip_norm: A longer gradient is shortened to this norm; None means no limit.
    """

    deterministic: ClassVar[bool] = False
    learning_rates: np.ndarray
    draws: Sequence[Draws]
    weight_decay: float = 0.0
    clip_norm: float | None = None

    def advance(self, kernel: MinibatchKernel, steps: int) -> StepsTaken:
        """Take a number of steps (at least 1) from the kernel's parameters, which change."""
        return kernel.descend_on(
            self._batches(steps), self.learning_rates, steps, self.weight_decay, self.clip_norm
        )

    def restricted_to(self, runs: np.ndarray) -> "StochasticGradientDescent":
        """Return the optimiser of some of the runs, given by their positions."""
        return StochasticGradientDescent(
            self.learning_rates[runs],
            [self.draws[run] for run in runs],
            self.weight_decay,
            self.clip_norm,
        )

    def _batches(self, steps: int) -> Minibatches:
        if all(draws.all_samples and draws.label_noise is None for draws in self.draws):
            return Minibatches()
        taken = [draws.take(steps) for draws in self.draws]
        noisy = any(draws.label_noise is not None for draws in self.draws)
        return Minibatches(
            rows=np.stack([rows for rows, _ in taken]),
            noise=np.stack([noise for _, noise in taken]) if noisy else None,
        )


@dataclass(frozen=True)
class NoisyGradientDescent:
    """W <- W - eta (grad R(W) + xi), xi Gaussian with the covariance of a batch's gradient.

    Let g_i be the gradient of sample i and a_i drawn from N(0, 1). Then
    xi = spread sum_i (a_i - mean a) g_i has the covariance n spread^2 Cov(g). So a step is a step
    on all samples with the weights 1/n + spread (a_i - mean a).

    Attributes:
        learning_rates: Shape (runs,).
        generators: The generator of each run.
        samples: n.
        spread: sqrt(1 / (n b)) for b samples drawn independently, and
            sqrt((n - b) / (n b (n - 1))) for b samples drawn without replacement.
    """

    deterministic: ClassVar[bool] = False
    learning_rates: np.ndarray
    generators: Sequence[np.random.Generator]
    samples: int
    spread: float

    def advance(self, kernel: MinibatchKernel, steps: int) -> StepsTaken:
        """Take a number of steps (at least 1) from the kernel's parameters, which change."""
        noise = np.stack(
            [generator.standard_normal((steps, self.samples)) for generator in self.generators]
        )
        noise -= noise.mean(axis=2, keepdims=True)
        batches = Minibatches(weights=1 / self.samples + self.spread * noise)
        return kernel.descend_on(batches, self.learning_rates, steps)

    def restricted_to(self, runs: np.ndarray) -> "NoisyGradientDescent":
        """Return the optimiser of some of the runs, given by their positions."""
        generators = [self.generators[run] for run in runs]
        return NoisyGradientDescent(
            self.learning_rates[runs], generators, self.samples, self.spread
        )
