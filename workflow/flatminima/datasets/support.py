"""Data whose targets depend on some of the inputs only (Beneventano, Pinto, Poggio 2024)."""

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from flatminima.core.kinds import Misfit
from flatminima.core.people import for_people
from flatminima.datasets import Dataset, DatasetKind, DataSize

__all__ = ["Support"]


@dataclass(frozen=True)
class Support(DatasetKind):
    """Draws points twice, with opposite label noise; only the first features are relevant."""

    points: Annotated[int, Ge(2), Le(1_000_000)]
    """How many points; each is in the data twice."""
    features: Annotated[int, Ge(1), Le(10_000)]
    """The input dimension d, of standard Gaussian features."""
    relevant: Annotated[int, Ge(1), Le(10_000)]
    """How many of the features, from the first, the target depends on; the others are centred."""
    target: Literal["linear", "sine", "staircase"] = "linear"
    """Of the relevant features x_i: their sum, the sine of it, or the sum of the powers x_i^i."""
    label_noise: Annotated[float, Ge(0), Le(1e100)] = 0.001
    """The noise of a point is this times N(0, 1), once added to its target, once subtracted."""
    whitened: bool = False
    """Change the inputs linearly so that Sigma is the identity."""

    def size(self) -> DataSize:
        """Return the shape of the inputs."""
        if self.relevant > self.features:
            raise Misfit(
                "relevant",
                f"is {self.relevant}, more than the {self.features} features; allowed: 1 to "
                f"{self.features}",
            )
        if self.whitened and self.points < self.features:
            raise Misfit(
                "points",
                f"is {self.points}, fewer than the {self.features} features, so that Sigma cannot "
                f"be the identity; allowed: at least {self.features}",
            )
        return DataSize(2 * self.points, self.features)

    def draw(self, generator: np.random.Generator) -> Dataset:
        """Return the data; everything random in it comes from the generator."""
        inputs = generator.standard_normal((self.points, self.features))
        inputs[:, self.relevant :] -= inputs[:, self.relevant :].mean(axis=0)
        if self.whitened:
            values, vectors = np.linalg.eigh(inputs.T @ inputs / self.points)
            inputs = inputs @ (vectors / np.sqrt(values)) @ vectors.T
        seen = inputs[:, : self.relevant]
        if self.target == "staircase":
            targets = (seen ** np.arange(1, self.relevant + 1)).sum(axis=1)
        else:
            targets = seen.sum(axis=1)
            if self.target == "sine":
                targets = np.sin(targets)
        noise = self.label_noise * generator.standard_normal(self.points)
        return Dataset(
            np.repeat(inputs, 2, axis=0),
            np.stack([targets + noise, targets - noise], 1).ravel(),
            relevant=self.relevant,
        )

    @for_people
    def describe(self) -> str:
        """Describe the data in a few words."""
        return (
            f"{self.points} points twice, {self.relevant} of {self.features} features relevant, "
            f"{self.target} target"
        )
