"""One layer times C, another over C: arbitrarily sharp minimisers (paper, on Theorem 1)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from flatminima.core.columns import CERTIFICATE_GAP, DATASET, DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, Depths, PositiveNumbers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement, linear_work

__all__ = ["Rescaling"]


@dataclass(frozen=True)
class Rescaling(Measurement):
    """Sharpens the flattest minimiser: the first layer times C, the second one over C."""

    columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        DEPTH,
        Column("factor", words=Words(label="factor $C$ between two layers")),
        Column("sharpness"),
        Column("sharpness_residual"),
        Column(
            "layer_norm_bound",
            words=Words(
                "lower bound by the norms of the layers",
                label=r"$2\,w^{*T}\Sigma w^* \sum_k \|W_k\|^{-2}$",
            ),
        ),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        CERTIFICATE_GAP,
    )

    dataset: DatasetNames
    """The data, by name."""
    depth: Depths
    """The numbers of layers L."""
    factors: PositiveNumbers
    """Values of C: one layer is multiplied by each, another divided."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each dataset, depth and factor.

        `layer_norm_bound` comes from `flatminima.theory.layer_structure.layer_norm_bound` and grows
        like C^2.
        """
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima.sharpness import compute_sharpness
        from flatminima.theory import closed_forms
        from flatminima.theory.layer_structure import layer_norm_bound
        from flatminima_papers.flat_minima.theory.certificates import certify_minimal_sharpness
        from flatminima_papers.flat_minima.theory.minimisers import rescaled_layers

        for name, depth in product(self.dataset, self.depth):
            dataset = given.datasets[name]
            problem = (dataset.covariance, dataset.minimum_norm_solution)
            network = LinearNetwork(dataset, depth)
            flattest = closed_forms.flattest_minimiser(*problem, network.layer_shapes)
            for factor in self.factors:
                point = rescaled_layers(network, flattest, grown=1, shrunk=2, factor=factor)
                sharpness = compute_sharpness(network, point)
                yield {
                    "dataset": name,
                    "depth": depth,
                    "factor": factor,
                    "sharpness": sharpness.value,
                    "sharpness_residual": sharpness.residual,
                    "layer_norm_bound": layer_norm_bound(network, point),
                    "minimal_sharpness": closed_forms.minimal_sharpness(*problem, depth),
                    "certificate_gap": certify_minimal_sharpness(*problem, depth).gap,
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        return linear_work(self, sizes, sharpnesses=len(self.factors))
