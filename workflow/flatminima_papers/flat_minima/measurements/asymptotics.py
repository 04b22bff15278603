"""The end of gradient flow against the flattest minimiser, as the network gets deeper (ours)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from flatminima.core.columns import DATASET, DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, Depths
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["Asymptotics"]


@dataclass(frozen=True)
class Asymptotics(Measurement):
    """Computes S_balanced / S_min at many depths, with its bound and its limit.

    `ratio_excess` is S_balanced / S_min - 1. It is compared with its bound (Lambda / a - 1) / L,
    its limit (x - 1 - log x) / L, and the paper's 4 Lambda / a - 1 (Marion and Chizat,
    arXiv:2405.13456, Corollary 2). `scaled_excess` is L times the first.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        Column("condition_number", words=Words("condition number of the covariance")),
        DEPTH,
        Column("moment_ratio"),
        Column(
            "ratio_excess",
            words=Words(
                "excess of the balanced minimiser", label=r"$S_\mathrm{balanced}/S_{\min} - 1$"
            ),
        ),
        Column(
            "ratio_excess_bound", words=Words("bound of the excess", label=r"$(\Lambda/a - 1)/L$")
        ),
        Column(
            "limiting_ratio_excess",
            words=Words("limit of the excess", label=r"$(x - 1 - \log x)/L$"),
        ),
        Column(
            "flow_bound_excess", words=Words("excess of the flow bound", label=r"$4\Lambda/a - 1$")
        ),
        Column("scaled_excess"),
        Column("limiting_excess"),
    )

    dataset: DatasetNames
    """The data, by name."""
    depth: Depths
    """The numbers of layers L."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Compute each dataset and depth."""
        from flatminima.core.covariances import condition_number
        from flatminima_papers.flat_minima.theory import asymptotics

        for name, depth in product(self.dataset, self.depth):
            dataset = given.datasets[name]
            problem = (dataset.covariance, dataset.minimum_norm_solution)
            bound = asymptotics.excess_bound(*problem)
            limit = asymptotics.limiting_excess(*problem)
            scaled = asymptotics.balanced_excess(*problem, depth)
            yield {
                "dataset": name,
                "condition_number": condition_number(dataset.covariance),
                "depth": depth,
                "moment_ratio": asymptotics.moment_ratio(*problem),
                "ratio_excess": scaled / depth,
                "ratio_excess_bound": bound / depth,
                "limiting_ratio_excess": limit / depth,
                "flow_bound_excess": 4 * (bound + 1) - 1,
                "scaled_excess": scaled,
                "limiting_excess": limit,
            }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost: eigenvalues of each covariance, some tens of times."""
        cubes = sum(sizes[name].features ** 3 for name in self.dataset)
        return len(self.depth) * Work(2e-3 * len(self.dataset) + 1e-7 * cubes)
