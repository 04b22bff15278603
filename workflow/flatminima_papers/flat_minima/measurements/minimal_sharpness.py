"""The sharpness of the flattest minimiser: closed forms compared with a built network.

"Paper" is Marion and Chizat, arXiv:2405.13456; the bounds are its Theorems 1 and 2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from flatminima.core.columns import CERTIFICATE_GAP, DATASET, DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, Depths
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import Given, Measurement, linear_work

__all__ = ["MinimalSharpness"]


@dataclass(frozen=True)
class MinimalSharpness(Measurement):
    """Compares S_min with the sharpness of the minimiser that it builds."""

    columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        Column("features", "int64"),
        Column("condition_number", words=Words("condition number of the covariance")),
        DEPTH,
        Column("lower_bound", words=Words(label="$2cLa$")),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        CERTIFICATE_GAP,
        Column(
            "balanced_sharpness", words=Words("balanced minimiser", label=r"$S_\mathrm{balanced}$")
        ),
        Column("upper_bound", words=Words(label=r"$2c\sqrt{(2L-1)\Lambda^2+(L-1)^2a^2}$")),
        Column(
            "built_sharpness",
            words=Words(
                "sharpness of the minimiser built", label="the minimiser built, brute force"
            ),
        ),
        Column("sharpness_residual"),
        Column("built_distance"),
    )

    dataset: DatasetNames
    """The data, by name."""
    depth: Depths
    """The numbers of layers L."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each dataset and depth.

        `built_sharpness` is the largest eigenvalue of the Hessian of the network that
        `flatminima.theory.closed_forms.flattest_minimiser` builds.
        """
        for name, depth in product(self.dataset, self.depth):
            yield _row(given.datasets[name], name, depth)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        return linear_work(self, sizes, sharpnesses=1)


def _row(dataset: Dataset, name: str, depth: int) -> dict[str, Any]:
    from flatminima.core.covariances import condition_number
    from flatminima.networks.linear.network import LinearNetwork
    from flatminima.sharpness import compute_sharpness
    from flatminima.theory import closed_forms
    from flatminima_papers.flat_minima.theory.certificates import certify_minimal_sharpness

    problem = (dataset.covariance, dataset.minimum_norm_solution)
    network = LinearNetwork(dataset, depth)
    built = closed_forms.flattest_minimiser(*problem, network.layer_shapes)
    sharpness = compute_sharpness(network, built)
    return {
        "dataset": name,
        "features": dataset.features,
        "condition_number": condition_number(dataset.covariance),
        "depth": depth,
        "lower_bound": closed_forms.lower_bound(*problem, depth),
        "minimal_sharpness": closed_forms.minimal_sharpness(*problem, depth),
        "certificate_gap": certify_minimal_sharpness(*problem, depth).gap,
        "balanced_sharpness": closed_forms.balanced_sharpness(*problem, depth),
        "upper_bound": closed_forms.upper_bound(*problem, depth),
        "built_sharpness": sharpness.value,
        "sharpness_residual": sharpness.residual,
        "built_distance": float(network.squared_distance(built[:, None])[0]),
    }
