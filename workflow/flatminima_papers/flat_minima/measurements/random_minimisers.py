"""Random minimisers, compared with all statements about minimisers.

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Gt, Le

from flatminima.core.columns import CERTIFICATE_GAP, NETWORK, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, Depths, PositiveInteger, PositiveIntegers
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import (
    Given,
    Initialisations,
    Measurement,
    check_widths,
    linear_networks,
    linear_work,
)
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.starts import build_network

__all__ = ["RandomMinimisers"]


@dataclass(frozen=True)
class RandomMinimisers(Measurement):
    """Measures random minimisers of all ranks and sizes (paper, Theorem 1; the rest is ours).

    `sharpness` is the largest eigenvalue of the Hessian. `minimiser_sharpness` is that of
    2 Sigma^1/2 M Sigma^1/2, which is the same at minimisers. `minimal_sharpness` is certified from
    below.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        *NETWORK,
        Column("decades"),
        Column("draw", "int64"),
        Column("excess_risk", words=Words(label=r"$R - R_{\min}$")),
        Column("sharpness"),
        Column("sharpness_residual"),
        Column("minimiser_sharpness"),
        Column("lower_bound", words=Words(label="$2cLa$")),
        Column(
            "second_moment_bound",
            words=Words(
                "second moment bound",
                label=r"$2L (w^{*T}\Sigma^2 w^*)^{1/L}(w^{*T}\Sigma w^*)^{1-2/L}$",
            ),
        ),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        CERTIFICATE_GAP,
        Column(
            "layer_norm_bound",
            words=Words(
                "lower bound by the norms of the layers",
                label=r"$2\,w^{*T}\Sigma w^* \sum_k \|W_k\|^{-2}$",
            ),
        ),
        Column(
            "upper_layer_norm_bound",
            words=Words(
                "bound by the norms of the layers",
                label=r"$2\Lambda\|p\|^2 \sum_k \prod_{j\neq k} \|W_j\|^2$",
            ),
        ),
    )

    dataset: DatasetNames
    """The data, by name."""
    initialisation: Initialisations
    """The architectures: residual ones have a fixed projection, the others none."""
    depth: Depths
    """The numbers of layers L."""
    decades: Annotated[float, Gt(0), Le(10)]
    """How far the sizes of layers spread, either way, in powers of ten."""
    draws: PositiveInteger
    """How many minimisers of each network."""
    width: PositiveIntegers | None = None
    """The width of the hidden layers, or a list; the number of features by default."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse a width with the residual initialisation."""
        del sizes
        check_widths(self)

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Draw and measure each minimiser.

        Raises:
            flatminima.sharpness.SharpnessError: If a sharpness misses its tolerance.
        """
        from flatminima.core.seeding import random_generator
        from flatminima_papers.flat_minima.theory.random_minimisers import draw_minimiser

        for dataset, name, specification in linear_networks(self, given.datasets):
            network = build_network(specification, dataset, given.seed, given.name)
            forms = _closed_forms(dataset, specification.depth)
            for draw in range(self.draws):
                identity = (given.name, name, *vars(specification).values(), self.decades, draw)
                generator = random_generator(given.seed, "random_minimiser", *identity)
                minimiser = draw_minimiser(network, self.decades, generator)
                yield (
                    specification.columns(given.name, name)
                    | {"decades": self.decades, "draw": draw}
                    | forms
                    | _measure(network, minimiser)
                )

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        return linear_work(self, sizes, sharpnesses=2 * self.draws)


def _closed_forms(dataset: Dataset, depth: int) -> dict[str, float]:
    """Return the bounds on the sharpness of all minimisers."""
    from flatminima.theory.closed_forms import lower_bound
    from flatminima_papers.flat_minima.theory.certificates import (
        certify_minimal_sharpness,
        second_moment_bound,
    )

    problem = (dataset.covariance, dataset.minimum_norm_solution, depth)
    proof = certify_minimal_sharpness(*problem)
    return {
        "lower_bound": lower_bound(*problem),
        "second_moment_bound": second_moment_bound(*problem),
        "minimal_sharpness": proof.below,
        "certificate_gap": proof.gap,
    }


def _measure(network: LinearNetwork, minimiser: np.ndarray) -> dict[str, float]:
    """Return the measured columns of one minimiser."""
    from flatminima.sharpness import compute_sharpness
    from flatminima_papers.flat_minima.theory.excess_risk import excess_risk
    from flatminima_papers.flat_minima.theory.random_minimisers import measure_bounds

    sharpness = compute_sharpness(network, minimiser)
    bounds = measure_bounds(network, minimiser)
    return {
        "excess_risk": float(excess_risk(network, minimiser[:, None])[0]),
        "sharpness": sharpness.value,
        "sharpness_residual": sharpness.residual,
        "minimiser_sharpness": bounds.sharpness,
        "layer_norm_bound": bounds.below,
        "upper_layer_norm_bound": bounds.above,
    }
