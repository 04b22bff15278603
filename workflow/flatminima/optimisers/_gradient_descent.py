"""Gradient descent on many runs."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from flatminima.kernels.batch import StepsTaken
from flatminima.networks import Kernel

__all__ = ["GradientDescent"]


@dataclass(frozen=True)
class GradientDescent:
    """W <- W - eta grad R(W), with a learning rate eta for each run.

    Attributes:
        learning_rates: Shape (runs,).
    """

    deterministic: ClassVar[bool] = True
    learning_rates: np.ndarray

    def advance(self, kernel: Kernel, steps: int) -> StepsTaken:
        """Take a number of steps (at least 1) from the kernel's parameters, which change."""
        return kernel.descend(self.learning_rates, steps)

    def restricted_to(self, runs: np.ndarray) -> "GradientDescent":
        """Return the optimiser of some of the runs, given by their positions."""
        return GradientDescent(self.learning_rates[runs])
