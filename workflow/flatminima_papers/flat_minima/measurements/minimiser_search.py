"""The flattest minimiser that a search over all minimisers finds, and the certified S_min."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flatminima.core.columns import CERTIFICATE_GAP, NETWORK, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, Depths, PositiveInteger, PositiveIntegers
from flatminima.datasets import DataSize
from flatminima.measurements import (
    Given,
    Initialisations,
    Measurement,
    check_widths,
    linear_networks,
    linear_work,
)
from flatminima.theory.starts import build_network

__all__ = ["MinimiserSearch"]


@dataclass(frozen=True)
class MinimiserSearch(Measurement):
    """Searches all minimisers of a network for the flattest.

    The search uses neither S_min nor rank one or alignment
    (`theory.minimisers.search_flattest_minimiser`). `parameters` is the number of trained
    parameters.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        *NETWORK,
        Column("features", "int64"),
        Column("parameters", "int64"),
        Column("restarts", "int64"),
        Column(
            "searched_sharpness",
            words=Words(
                "sharpness of the flattest minimiser found",
                label="flattest minimiser found by search",
            ),
        ),
        Column("sharpness_residual"),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        CERTIFICATE_GAP,
    )

    dataset: DatasetNames
    """The data, by name."""
    initialisation: Initialisations
    """The architectures: residual ones have a fixed projection, the others none."""
    depth: Depths
    """The numbers of layers L."""
    restarts: PositiveInteger
    """Restarts of the search."""
    width: PositiveIntegers | None = None
    """The width of the hidden layers, or a list; the number of features by default."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse a width with the residual initialisation."""
        del sizes
        check_widths(self)

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Search each network.

        Raises:
            flatminima.sharpness.SharpnessError: If a sharpness misses its tolerance.
        """
        from flatminima.core.seeding import random_generator
        from flatminima.sharpness import compute_sharpness
        from flatminima_papers.flat_minima.theory.certificates import certify_minimal_sharpness
        from flatminima_papers.flat_minima.theory.minimisers import search_flattest_minimiser

        for dataset, name, specification in linear_networks(self, given.datasets):
            network = build_network(specification, dataset, given.seed, given.name)
            problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
            proof = certify_minimal_sharpness(*problem)
            identity = (given.name, name, *vars(specification).values())
            generator = random_generator(given.seed, "search", *identity)
            flattest = search_flattest_minimiser(network, self.restarts, generator)
            found = compute_sharpness(network, flattest)
            yield specification.columns(given.name, name) | {
                "features": dataset.features,
                "parameters": network.size,
                "restarts": self.restarts,
                "searched_sharpness": found.value,
                "sharpness_residual": found.residual,
                "minimal_sharpness": proof.below,
                "certificate_gap": proof.gap,
            }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        return linear_work(self, sizes, searches=self.restarts, sharpnesses=1)
