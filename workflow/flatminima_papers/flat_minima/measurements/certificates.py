"""The minimal sharpness, proved from below and from above, and explicit bounds.

"Paper" is Marion and Chizat, arXiv:2405.13456.  The outer bounds are its Theorems 1 and 2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from flatminima.core.columns import CERTIFICATE_GAP, DATASET, DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, Depths
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["Certificates"]


@dataclass(frozen=True)
class Certificates(Measurement):
    """Certifies S_min, and compares it with bounds.

    `minimal_sharpness` comes from another solver than `certified_below` and `certified_above`,
    which bound it. `certificate_gap` is their relative difference.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        Column("features", "int64"),
        Column("condition_number", words=Words("condition number of the covariance")),
        DEPTH,
        Column("lower_bound", words=Words(label="$2cLa$")),
        Column(
            "second_moment_bound",
            words=Words(
                "second moment bound",
                label=r"$2L (w^{*T}\Sigma^2 w^*)^{1/L}(w^{*T}\Sigma w^*)^{1-2/L}$",
            ),
        ),
        Column("certified_below", words=Words("certificate from below", label="from below (dual)")),
        Column(
            "certified_above", words=Words("certificate from above", label="from above (primal)")
        ),
        CERTIFICATE_GAP,
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        Column("upper_bound", words=Words(label=r"$2c\sqrt{(2L-1)\Lambda^2+(L-1)^2a^2}$")),
    )

    dataset: DatasetNames
    """The data, by name."""
    depth: Depths
    """The numbers of layers L."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Certify each dataset and depth."""
        from flatminima.core.covariances import condition_number
        from flatminima.theory import closed_forms
        from flatminima_papers.flat_minima.theory.certificates import (
            certify_minimal_sharpness,
            second_moment_bound,
        )

        for name, depth in product(self.dataset, self.depth):
            dataset = given.datasets[name]
            problem = (dataset.covariance, dataset.minimum_norm_solution, depth)
            proof = certify_minimal_sharpness(*problem)
            yield {
                "dataset": name,
                "features": dataset.features,
                "condition_number": condition_number(dataset.covariance),
                "depth": depth,
                "lower_bound": closed_forms.lower_bound(*problem),
                "second_moment_bound": second_moment_bound(*problem),
                "certified_below": proof.below,
                "certified_above": proof.above,
                "certificate_gap": proof.gap,
                "minimal_sharpness": closed_forms.minimal_sharpness(*problem),
                "upper_bound": closed_forms.upper_bound(*problem),
            }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost: eigenvalues of each covariance, some tens of times."""
        cubes = sum(sizes[name].features ** 3 for name in self.dataset)
        return len(self.depth) * Work(2e-3 * len(self.dataset) + 1e-7 * cubes)
