"""Residual flows on both sides of the hypothesis of Theorem 4 (paper).

"Paper" is Marion and Chizat, arXiv:2405.13456.  The theorem is about starts whose excess risk is at
most a constant times lambda^2 ||p||^2 / Lambda.  The constant used here depends on the start alone
(`theory.layer_products.BallConstants`, this study).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt, Le, Len

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
from flatminima.core.kinds import Axis, Depths, Misfit, PositiveInteger, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima.networks import initialise
from flatminima.networks.linear.network import LinearNetwork
from flatminima_papers.flat_minima.theory.layer_products import BallConstants, ball_constants

__all__ = ["ResidualHypothesis"]


@dataclass(frozen=True)
class ResidualHypothesis(Measurement):
    """Follows flows to w* = (1 - distance) w(0), from the residual initialisation.

    The hardest way is straight towards the origin: the zero network is a saddle, and w* = -w(0)
    lies behind it. The columns are those of Theorem 4 with the constants of the start:

    - `hypothesis_share`: R(0) - R_min over the allowed value; the theorem needs less than one.
    - `deviation` and its bound: max_k ||theta_k||_F.
    - `lojasiewicz_constant` and its bound: the infimum of ||grad R||^2 / (R - R_min) on the path.
    - `sharpness_ratio`: S at the end over S_min, and 4 Lambda / a (Corollary 3, with the constant
      of Corollary 2).

    The columns of path and end are NaN if a flow fails.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DEPTH,
        WIDTH,
        Column(
            "condition_number",
            words=Words("condition number of the covariance", symbol="condition number"),
        ),
        INIT_SCALE,
        REPETITION,
        Column(
            "distance", words=Words("distance of the start", label=r"$\|w(0) - w^*\| / \|w(0)\|$")
        ),
        Column("initial_excess_risk"),
        Column(
            "hypothesis_share",
            words=Words(
                "excess risk of the start over what Theorem 4 allows",
                label=r"$(R(0) - R_{\min})$ over what Theorem 4 allows",
            ),
        ),
        Column("outcome", "str"),
        Column("deviation", words=Words(label=r"$\max_k \|\theta_k\|_F$")),
        Column("deviation_bound", words=Words(label="its bound")),
        Column("lojasiewicz_constant", words=Words(label=r"$\mu$ along the path")),
        Column("lojasiewicz_bound", words=Words(label="its bound")),
        Column("sharpness_ratio", words=Words(label=r"$S / S_{\min}$")),
        CERTIFICATE_GAP,
        Column("corollary_bound_ratio", words=Words(label=r"$4\Lambda/a$")),
    )

    depth: Depths
    """The numbers of layers L."""
    width: Annotated[tuple[Annotated[int, Ge(2), Le(100_000)], ...], Len(1), Axis()]
    """The widths d, of layers and data."""
    condition_number: Annotated[tuple[Annotated[float, Ge(1), Le(1e6)], ...], Len(1), Axis()]
    """The largest eigenvalue of the covariance, which is 1, over the smallest."""
    init_scale: Annotated[tuple[Annotated[float, Gt(0), Le(10)], ...], Len(1), Axis(grid=True)]
    """The scale s of the initialisation; at zero the flow to w* = -w(0) ends at the saddle."""
    distance: PositiveNumbers
    """The distances of the start from w*, over its norm; not one, where w* = 0."""
    repetitions: PositiveInteger
    """Starts of each size."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse data from which there is nothing to learn."""
        del sizes
        if 1 in self.distance:
            raise Misfit("distance", "has the value 1, where w* = 0; allowed: all others")

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each flow; `outcome` is ``converged`` or ``not_converged``."""
        starts = (self.depth, self.width, self.init_scale, range(self.repetitions))
        for depth, width, init_scale, repetition in product(*starts):
            identity = ("residual_hypothesis", depth, width, init_scale, repetition)
            generator = random_generator(given.seed, *identity)
            shapes = ((width, width),) * depth
            initial = initialise("residual", shapes, init_scale, generator)
            constants = ball_constants(initial.reshape(depth, width, width))
            for condition_number, distance in product(self.condition_number, self.distance):
                network = _network(initial, depth, width, condition_number, distance)
                yield {
                    "depth": depth,
                    "width": width,
                    "condition_number": condition_number,
                    "init_scale": init_scale,
                    "repetition": repetition,
                    "distance": distance,
                } | _measure(network, initial, constants)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        del sizes
        total = Work()
        for width, depth in product(self.width, self.depth):
            weights = depth * width**2
            total += Work(1e-3 * depth + 1e-6 * weights, 100 * weights)
        flows = len(self.condition_number) * len(self.distance)
        return len(self.init_scale) * self.repetitions * flows * total


def _network(
    initial: np.ndarray, depth: int, width: int, condition_number: float, distance: float
) -> LinearNetwork:
    """Return the network whose w* is (1 - distance) w(0), with p along the diagonal."""
    from flatminima.datasets import prescribed_dataset

    projection = np.full(width, width**-0.5)
    start = projection
    for layer in initial.reshape(depth, width, width)[::-1]:
        start = layer.T @ start
    eigenvalues = np.geomspace(1 / condition_number, 1, width)
    generator = np.random.default_rng(0)  # for the inputs, of which only the covariance matters
    dataset = prescribed_dataset(eigenvalues, (1 - distance) * start, generator)
    return LinearNetwork(dataset, depth, projection=projection)


def _measure(
    network: LinearNetwork, initial: np.ndarray, constants: BallConstants
) -> dict[str, Any]:
    """Return the measured columns of one flow."""
    from flatminima.core.covariances import covariance_range
    from flatminima.theory import closed_forms
    from flatminima.theory.gradient_flow import FlowError
    from flatminima_papers.flat_minima.theory.certificates import certify_minimal_sharpness
    from flatminima_papers.flat_minima.theory.excess_risk import excess_risk
    from flatminima_papers.flat_minima.theory.residual_flow import follow_residual_flow

    problem = (network.dataset.covariance, network.dataset.minimum_norm_solution, network.depth)
    smallest, *_, largest = covariance_range(network.dataset.covariance)[0]
    risk = float(excess_risk(network, initial[:, None])[0])
    proof = certify_minimal_sharpness(*problem)
    row = {
        "initial_excess_risk": risk,
        "hypothesis_share": risk * largest / (constants.constant * smallest**2),
        "outcome": "not_converged",
        "deviation_bound": constants.path * np.sqrt(largest * risk) / smallest,
        "lojasiewicz_bound": 4 * smallest * network.depth * constants.lower,
        "certificate_gap": proof.gap,
        "corollary_bound_ratio": (
            closed_forms.flow_bound(*problem) / closed_forms.lower_bound(*problem)
        ),
    }
    try:
        flow = follow_residual_flow(network, initial)
    except FlowError:
        return row
    return row | {
        "outcome": "converged",
        "deviation": flow.deviation,
        "lojasiewicz_constant": flow.lojasiewicz_constant,
        "sharpness_ratio": flow.sharpness / proof.below,
    }
