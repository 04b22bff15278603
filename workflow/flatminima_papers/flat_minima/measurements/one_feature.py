"""One feature, one neuron per layer: gradient flow compared with its closed form (ours)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import DEPTH, INIT_SCALE, REPETITION, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Depths, PositiveInteger, PositiveNumbers
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import Given, Measurement
from flatminima.networks.linear.network import LinearNetwork

__all__ = ["OneFeature"]

CURVATURE = SOLUTION = 1.0
"""Sigma and w*; other values are a change of units."""


@dataclass(frozen=True)
class OneFeature(Measurement):
    """Follows the flow of (w_1 ... w_L - 1)^2 and compares its end with the exact one.

    `same_sign` says whether the product of the start has the sign of w*. `largest_layer_error` is
    max_k | |w_k| - its closed form |.  The measurements of a flow that did not converge are NaN.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DEPTH,
        INIT_SCALE,
        REPETITION,
        Column("outcome", "str"),
        Column("same_sign", "bool"),
        Column("final_sharpness", words=Words("sharpness at the end")),
        Column("exact_sharpness", words=Words("sharpness in closed form")),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        Column("largest_layer_error"),
    )

    depth: Depths
    """The numbers of layers L."""
    init_scale: PositiveNumbers
    """The scale s of the initialisation: every weight is N(0, s^2)."""
    repetitions: PositiveInteger
    """Flows of each scale."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each flow; `outcome` is ``converged`` or ``not_converged``."""
        from flatminima.core.seeding import random_generator

        inputs = np.array([[1.0], [-1.0]])
        dataset = Dataset(inputs, inputs[:, 0])
        for depth in self.depth:
            network = LinearNetwork(dataset, depth)
            for init_scale, repetition in product(self.init_scale, range(self.repetitions)):
                identity = ("one_feature", depth, init_scale, repetition)
                generator = random_generator(given.seed, *identity)
                initial = init_scale * generator.standard_normal(depth)
                yield {
                    "depth": depth,
                    "init_scale": init_scale,
                    "repetition": repetition,
                    "minimal_sharpness": 2.0 * depth,
                } | _measure_flow(network, initial)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        del sizes
        flows = len(self.init_scale) * self.repetitions
        return flows * sum((Work(5e-3 * depth, 100 * depth) for depth in self.depth), Work())


def _measure_flow(network: LinearNetwork, initial: np.ndarray) -> dict[str, Any]:
    """Return the measured columns of one flow."""
    from flatminima.sharpness import compute_sharpness
    from flatminima.theory.gradient_flow import FlowError, end_of_flow
    from flatminima_papers.flat_minima.theory.one_feature import (
        end_of_flow_with_one_feature,
        sharpness_with_one_feature,
    )

    layers = end_of_flow_with_one_feature(initial, SOLUTION)
    row = {
        "outcome": "not_converged",
        "same_sign": np.prod(initial) * SOLUTION > 0,
        "exact_sharpness": sharpness_with_one_feature(layers, CURVATURE, SOLUTION),
    }
    try:
        end = end_of_flow(network, initial).parameters
    except FlowError:
        return row
    return row | {
        "outcome": "converged",
        "final_sharpness": compute_sharpness(network, end).value,
        "largest_layer_error": float(np.abs(np.abs(end) - layers).max()),
    }
