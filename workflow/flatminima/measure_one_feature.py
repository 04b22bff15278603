"""One feature, one neuron a layer: gradient flow put beside its end in closed form."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from flatminima.datasets import Dataset
from flatminima.gradient_flow import FlowError, end_of_flow
from flatminima.networks import LinearNetwork
from flatminima.one_feature import end_of_flow_with_one_feature, sharpness_with_one_feature
from flatminima.seeding import random_generator
from flatminima.sharpness import compute_sharpness

__all__ = ["ONE_FEATURE_COLUMNS", "measure_one_feature"]

ONE_FEATURE_COLUMNS = {
    "depth": "int64",
    "init_scale": "float64",
    "repetition": "int64",
    "outcome": "str",
    "same_sign": "bool",
    "final_sharpness": "float64",
    "exact_sharpness": "float64",
    "minimal_sharpness": "float64",
    "largest_layer_error": "float64",
}
"""The columns of `measure_one_feature`.

`same_sign` says whether the product of the start has the sign of w*; `largest_layer_error` is
max_k | |w_k| - its closed form |.
"""

CURVATURE = SOLUTION = 1.0
"""Sigma and w*; other values are a change of units."""


def measure_one_feature(
    depth: int, init_scales: Sequence[float], repetitions: int, *, study_seed: int
) -> pd.DataFrame:
    """Follow the flow of (w_1 ... w_L - 1)^2 and compare its end with the exact one (this study).

    Args:
        depth: L >= 2.
        init_scales: Every w_k(0) is N(0, scale^2).
        repetitions: Flows a scale.
        study_seed: The seed of the study.

    Returns:
        A row a flow, with `ONE_FEATURE_COLUMNS`; what a flow that did not converge (`outcome`
        is ``not_converged``) would have measured is NaN.
    """
    inputs = np.array([[1.0], [-1.0]])
    network = LinearNetwork(Dataset(inputs, inputs[:, 0]), depth)
    rows = []
    for init_scale in init_scales:
        for repetition in range(repetitions):
            identity = ("one_feature", depth, init_scale, repetition)
            generator = random_generator(study_seed, *identity)
            initial = init_scale * generator.standard_normal(depth)
            layers = end_of_flow_with_one_feature(initial, SOLUTION)
            row = {
                "depth": depth,
                "init_scale": init_scale,
                "repetition": repetition,
                "outcome": "not_converged",
                "same_sign": np.prod(initial) * SOLUTION > 0,
                "exact_sharpness": sharpness_with_one_feature(layers, CURVATURE, SOLUTION),
                "minimal_sharpness": 2.0 * depth,
            }
            try:
                end = end_of_flow(network, initial).parameters
            except FlowError:
                rows.append(row)
                continue
            row |= {
                "outcome": "converged",
                "final_sharpness": compute_sharpness(network, end).value,
                "largest_layer_error": float(np.abs(np.abs(end) - layers).max()),
            }
            rows.append(row)
    return pd.DataFrame(rows, columns=list(ONE_FEATURE_COLUMNS)).astype(ONE_FEATURE_COLUMNS)
