"""The smallest sharpness of diagonal networks that fit the data, and who comes near it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Lt

from flatminima.core.columns import CERTIFICATE_GAP, DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DiagonalSharpness"]


@dataclass(frozen=True)
class DiagonalSharpness(Measurement):
    """Computes S_min with its certificate, and the sharpness of other minimisers."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        Column("samples", "int64"),
        Column("features", "int64"),
        Column("correlation"),
        Column("orthogonal", "bool", words=Words("whether the features are orthogonal")),
        DEPTH,
        Column(
            "scale",
            words=Words(
                "scale of the start", label=r"scale $\alpha$ of the start", symbol=r"$\alpha$"
            ),
        ),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        CERTIFICATE_GAP,
        Column("flow_sharpness", words=Words("gradient flow")),
        Column("flow_bound", words=Words("bound of the flow's sharpness with two layers")),
        Column("sparse_sharpness", words=Words("smallest l1 norm, balanced")),
        Column("smooth_sharpness", words=Words("smallest l2 norm, balanced")),
        Column("random_sharpness", words=Words("flattest of the random minimisers")),
        Column("connected_sharpness", words=Words("minimal sharpness of fully connected layers")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d."""
    problems: PositiveInteger
    """How many problems are drawn."""
    depth: Depths
    """The numbers of layers L."""
    scale: PositiveNumbers
    """The scales alpha of the equal starts of the flow."""
    draws: PositiveInteger
    """How many random factorisations of random minimisers are tried."""
    noise: Annotated[float, Ge(0)] = 0.0
    """The noise of the targets, before they are scaled."""
    correlation: Annotated[float, Ge(0), Lt(1)] = 0.0
    """The correlation of each pair of features."""
    orthogonal: bool = False
    """Make the columns of X orthogonal, so that Sigma is diagonal; needs as many samples."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse more orthogonal features than samples."""
        del sizes
        if self.orthogonal and self.samples < self.features:
            from flatminima.core.kinds import Misfit

            raise Misfit(
                "samples",
                f"is {self.samples}, fewer than the {self.features} features, which cannot all be "
                f"orthogonal; allowed: at least {self.features}",
            )

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each problem, depth and scale."""
        import numpy as np

        from flatminima.datasets import Dataset
        from flatminima.theory.closed_forms import minimal_sharpness
        from flatminima.theory.diagonal_limits import limit_of_flow, smallest_l1_norm
        from flatminima.theory.diagonal_networks import (
            equal_start,
            sharpness_of_minimiser,
            smallest_sharpness,
        )
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem
        from flatminima_papers.diagonal.theory.flattest import flattest_weights
        from flatminima_papers.diagonal.theory.random_minimisers import flattest_of_random

        for problem in range(self.problems):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            data = draw_problem(
                self.samples, self.features, drawn, noise=self.noise, correlation=self.correlation
            ).data
            if self.orthogonal:
                sizes = np.linalg.norm(data.inputs, axis=0)
                data = Dataset(np.linalg.qr(data.inputs)[0] * sizes, data.targets).normalised()
            inputs, targets, covariance = data.inputs, data.targets, data.covariance
            wide = self.features > self.samples
            smooth = data.minimum_norm_solution
            sparse = smallest_l1_norm(inputs, targets) if wide else smooth
            largest = np.linalg.eigvalsh(covariance)[-1]
            for depth in self.depth:
                if wide:
                    flattest = flattest_weights(inputs, targets, depth)
                    minimal, gap = flattest.below, flattest.gap
                else:
                    minimal, gap = smallest_sharpness(covariance, smooth, depth), 0.0
                generator = random_generator(given.seed, given.name, "random", problem, depth)
                random = flattest_of_random(data, depth, self.draws, generator)
                for scale in self.scale:
                    start = split_start(equal_start(scale, depth, self.features))
                    potential = start.potential
                    limit = limit_of_flow(inputs, targets, start).weights
                    mobilities = potential.mobility(potential.smallest_layer_of(limit))
                    bound = smallest_sharpness(covariance, limit, 2) + 2 * largest * scale**2
                    yield {
                        "problem": problem,
                        "samples": self.samples,
                        "features": self.features,
                        "correlation": self.correlation,
                        "orthogonal": self.orthogonal,
                        "depth": depth,
                        "scale": scale,
                        "minimal_sharpness": minimal,
                        "certificate_gap": gap,
                        "flow_sharpness": sharpness_of_minimiser(covariance, mobilities),
                        "flow_bound": bound if depth == 2 else np.nan,
                        "sparse_sharpness": smallest_sharpness(covariance, sparse, depth),
                        "smooth_sharpness": smallest_sharpness(covariance, smooth, depth),
                        "random_sharpness": random,
                        "connected_sharpness": minimal_sharpness(covariance, smooth, depth),
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        flows = len(self.scale) * 0.002 * (5 + self.features)
        each = 0.2 + 2e-4 * self.draws + flows
        return Work(self.problems * len(self.depth) * each, 100 * self.features**2)
