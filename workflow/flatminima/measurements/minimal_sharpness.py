"""The sharpness of the flattest minimiser: closed forms beside brute force and search.

"Paper" is Marion and Chizat, arXiv:2405.13456, of which these are Theorems 1 and 2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Le

from flatminima.columns import DATASET, DEPTH, Column
from flatminima.costs import Work
from flatminima.datasets import Dataset, DataSize
from flatminima.kinds import DatasetNames, Depths
from flatminima.measurements import Given, Measurement, linear_work

__all__ = ["MinimalSharpness"]


@dataclass(frozen=True)
class MinimalSharpness(Measurement):
    """Puts S_min beside the sharpness of the minimiser that it builds, and of a search."""

    columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        Column("features", "int64"),
        Column("condition_number", words="condition number of the covariance"),
        DEPTH,
        Column("lower_bound", label="$2cLa$"),
        Column("minimal_sharpness", label=r"$S_{\min}$"),
        Column("balanced_sharpness", label=r"$S_\mathrm{balanced}$"),
        Column("upper_bound", label=r"$2c\sqrt{(2L-1)\Lambda^2+(L-1)^2a^2}$"),
        Column("built_sharpness", label="the minimiser built, brute force"),
        Column("sharpness_residual"),
        Column("built_distance"),
        Column("restarts", "int64"),
        Column("searched_sharpness", label="flattest minimiser found by search"),
    )

    dataset: DatasetNames
    """The data, by name."""
    depth: Depths
    """The numbers of layers L."""
    restarts: Annotated[int, Ge(0), Le(1000)]
    """Restarts of the direct search over minimisers; 0 leaves it out."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each dataset and depth.

        `built_sharpness` is the largest eigenvalue of the Hessian of the network that
        `flatminima.theory.closed_forms.flattest_minimiser` builds, `searched_sharpness` that of
        the flattest one that `flatminima.theory.minimisers.search_flattest_minimiser` finds.
        """
        for name, depth in product(self.dataset, self.depth):
            yield self._row(given.datasets[name], name, depth, given.seed)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        return linear_work(self, sizes, searches=self.restarts, sharpnesses=1)

    def _row(self, dataset: Dataset, name: str, depth: int, seed: int) -> dict[str, Any]:
        from flatminima.seeding import random_generator
        from flatminima.sharpness import compute_sharpness
        from flatminima.theory import closed_forms
        from flatminima.theory.covariances import condition_number
        from flatminima.theory.linear_network import LinearNetwork
        from flatminima.theory.minimisers import search_flattest_minimiser

        problem = (dataset.covariance, dataset.minimum_norm_solution)
        network = LinearNetwork(dataset, depth)
        built = closed_forms.flattest_minimiser(*problem, network.layer_shapes)
        sharpness = compute_sharpness(network, built)
        searched = np.nan
        if self.restarts > 0:
            generator = random_generator(seed, "search", name, depth)
            found = search_flattest_minimiser(network, self.restarts, generator)
            searched = compute_sharpness(network, found).value
        return {
            "dataset": name,
            "features": dataset.features,
            "condition_number": condition_number(dataset.covariance),
            "depth": depth,
            "lower_bound": closed_forms.lower_bound(*problem, depth),
            "minimal_sharpness": closed_forms.minimal_sharpness(*problem, depth),
            "balanced_sharpness": closed_forms.balanced_sharpness(*problem, depth),
            "upper_bound": closed_forms.upper_bound(*problem, depth),
            "built_sharpness": sharpness.value,
            "sharpness_residual": sharpness.residual,
            "built_distance": float(network.squared_distance(built[:, None])[0]),
            "restarts": self.restarts,
            "searched_sharpness": searched,
        }
