"""Residual networks of all depths and widths on one problem (paper, Theorem 4, Lemma 3).

"Paper" is Marion and Chizat, arXiv:2405.13456.  If the data changed with the width, so would their
condition number and their position relative to the projection, and a growth with the width could be
due to the data.  Here Sigma = I, and p is orthogonal to w*, both of norm one.  So by rotations all
widths pose the same problem.  At scale zero the flow stays in the plane of p and w* and does not
depend on the width at all (this study).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import (
    CERTIFICATE_GAP,
    DEPTH,
    INIT_SCALE,
    REPETITION,
    WIDTH,
    Column,
    Words,
)
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, Depths, PositiveInteger, Scales
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima.networks.linear.network import LinearNetwork

__all__ = ["ResidualGrid"]


@dataclass(frozen=True)
class ResidualGrid(Measurement):
    """Follows flows from the residual initialisation on white data, p orthogonal to w*.

    - `deviation`: max_k ||theta_k||_F, W_k = I + scale / sqrt(L d) N_k + theta_k / L (Theorem 4).
    - `largest_singular_value`, `smallest_singular_value`: of any W_k ... W_1 at the end, that is,
      with the theta_k that the flow finds (Lemma 3).
    - `sharpness_ratio`: S at the end over S_min; `corollary_bound_ratio` is its bound in
      Corollary 3 with the constant of Corollary 2, 4 Lambda / a.

    The columns of path and end are NaN if a flow fails.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DEPTH,
        WIDTH,
        INIT_SCALE,
        REPETITION,
        Column("outcome", "str"),
        Column("initial_excess_risk"),
        Column(
            "deviation", words=Words("distance from the identity", label=r"$\max_k \|\theta_k\|_F$")
        ),
        Column("largest_singular_value"),
        Column("smallest_singular_value"),
        Column(
            "sharpness_ratio",
            words=Words("sharpness over the minimal one", label=r"$S / S_{\min}$"),
        ),
        CERTIFICATE_GAP,
        Column("corollary_bound_ratio", words=Words("bound of Corollary 3", label=r"$4\Lambda/a$")),
    )

    depth: Depths
    """The numbers of layers L."""
    width: Annotated[tuple[Annotated[int, Ge(2), Le(100_000)], ...], Len(1), Axis()]
    """The widths d, of layers and data."""
    init_scale: Scales
    """The scale of the initialisation."""
    repetitions: PositiveInteger
    """Flows of each scale; at zero, where all are one, a single one."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each flow; `outcome` is ``converged`` or ``not_converged``."""
        from flatminima.core.seeding import random_generator
        from flatminima.datasets import prescribed_dataset
        from flatminima.networks import initialise
        from flatminima.theory import closed_forms
        from flatminima_papers.flat_minima.theory.certificates import certify_minimal_sharpness

        for width, depth in product(self.width, self.depth):
            axes = np.eye(width)
            generator = random_generator(given.seed, "residual_grid", width)
            dataset = prescribed_dataset(np.ones(width), axes[0], generator)
            network = LinearNetwork(dataset, depth, projection=axes[1])
            problem = (dataset.covariance, dataset.minimum_norm_solution, depth)
            constant = closed_forms.flow_bound(*problem) / closed_forms.lower_bound(*problem)
            proof = certify_minimal_sharpness(*problem)
            for init_scale, repetition in self._starts():
                identity = ("residual_grid", depth, width, init_scale, repetition)
                generator = random_generator(given.seed, *identity)
                initial = initialise("residual", network.layer_shapes, init_scale, generator)
                yield {
                    "depth": depth,
                    "width": width,
                    "init_scale": init_scale,
                    "repetition": repetition,
                    "certificate_gap": proof.gap,
                    "corollary_bound_ratio": constant,
                } | _measure_flow(network, initial, proof.below)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        del sizes
        total = Work()
        for width, depth in product(self.width, self.depth):
            weights = depth * width**2
            total += Work(3e-3 * depth + 4e-6 * weights, 100 * weights)
        return len(self._starts()) * total

    def _starts(self) -> list[tuple[float, int]]:
        """Return the scale and the repetition of each flow of one network."""
        return [
            (scale, repetition)
            for scale in self.init_scale
            for repetition in range(self.repetitions if scale > 0 else 1)
        ]


def _measure_flow(network: LinearNetwork, initial: np.ndarray, smallest: float) -> dict[str, Any]:
    """Return the measured columns of one flow of a network with S_min = smallest."""
    from flatminima.theory.gradient_flow import FlowError
    from flatminima_papers.flat_minima.theory.excess_risk import excess_risk
    from flatminima_papers.flat_minima.theory.residual_flow import follow_residual_flow

    row = {
        "outcome": "not_converged",
        "initial_excess_risk": float(excess_risk(network, initial[:, None])[0]),
    }
    try:
        flow = follow_residual_flow(network, initial)
    except FlowError:
        return row
    largest_value, smallest_value = _extreme_singular_values(network, flow.end)
    return row | {
        "outcome": "converged",
        "deviation": flow.deviation,
        "largest_singular_value": largest_value,
        "smallest_singular_value": smallest_value,
        "sharpness_ratio": flow.sharpness / smallest,
    }


def _extreme_singular_values(network: LinearNetwork, parameters: np.ndarray) -> tuple[float, float]:
    """Return the largest and the smallest singular value of any W_k ... W_1."""
    from flatminima_papers.flat_minima.theory.layer_products import product_range

    features = network.dataset.features
    products = product_range(parameters.reshape(network.depth, features, features))
    return float(products.largest[1:].max()), float(products.smallest[1:].min())
