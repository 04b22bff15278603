"""Residual networks of all depths and widths on one problem (paper, Theorem 4, Lemma 3).

Data change with the width, and so do their condition number and what the projection sees of
them: growth with the width would be theirs.  Here Sigma = I, and p is orthogonal to w*, both of
norm one.  By rotations all widths are then one problem; at scale zero the flow stays in the plane
of p and w* and does not know of the width at all (this study).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from flatminima import theory
from flatminima.excess_risk import excess_risk
from flatminima.gradient_flow import FlowError, flow_initialisation, gradient_flow
from flatminima.layer_structure import largest_deviation, minimiser_spectrum
from flatminima.networks import LinearNetwork
from flatminima.networks.protocol import split_layers
from flatminima.prescribed_data import prescribed_dataset
from flatminima.seeding import random_generator

__all__ = ["RESIDUAL_GRID_COLUMNS", "measure_residual_grid"]

RESIDUAL_GRID_COLUMNS = {
    "depth": "int64",
    "width": "int64",
    "init_scale": "float64",
    "repetition": "int64",
    "outcome": "str",
    "initial_excess_risk": "float64",
    "deviation": "float64",
    "lojasiewicz_constant": "float64",
    "largest_singular_value": "float64",
    "smallest_singular_value": "float64",
    "sharpness_ratio": "float64",
    "corollary_bound_ratio": "float64",
}
"""The columns of `measure_residual_grid`. Those of path and end are NaN where a flow fails."""

ACCURACY = {"tolerance": 1e-7, "relative_accuracy": 1e-9, "absolute_accuracy": 1e-11}
"""Of the flows: far below the scatter of the draws, at half the cost."""


def measure_residual_grid(
    depth: int, width: int, init_scales: Sequence[float], repetitions: int, *, study_seed: int
) -> pd.DataFrame:
    """Follow flows from the residual initialisation on white data, p orthogonal to w*.

    - `deviation`: max_k ||theta_k||_F, W_k = I + scale / sqrt(L d) N_k + theta_k / L (Theorem 4).
    - `lojasiewicz_constant`: the infimum of ||grad R||^2 / (R - R_min) along the path.
    - `largest_singular_value`, `smallest_singular_value`: of any W_k ... W_1 at the end, hence
      with the theta_k that the flow finds (Lemma 3).
    - `sharpness_ratio`: S at the end over S_min; `corollary_bound_ratio` what Corollary 3 allows
      with the constant of Corollary 2, 4 Lambda / a.

    Args:
        depth: L.
        width: d >= 2, of layers and data.
        init_scales: The scales.
        repetitions: Flows a scale.
        study_seed: The seed of the study.

    Returns:
        A row a flow, with `RESIDUAL_GRID_COLUMNS`.
    """
    axes = np.eye(width)
    generator = random_generator(study_seed, "residual_grid", width)
    dataset = prescribed_dataset(np.ones(width), axes[0], generator)
    network = LinearNetwork(dataset, depth, projection=axes[1])
    problem = (dataset.covariance, dataset.minimum_norm_solution, depth)
    smallest = theory.minimal_sharpness(*problem)
    rows = []
    for init_scale in init_scales:
        for repetition in range(repetitions):
            identity = ("residual_grid", depth, width, init_scale, repetition)
            generator = random_generator(study_seed, *identity)
            initial = flow_initialisation("residual", network, init_scale, generator)
            row = {
                "depth": depth,
                "width": width,
                "init_scale": init_scale,
                "repetition": repetition,
                "outcome": "not_converged",
                "initial_excess_risk": float(excess_risk(network, initial[:, None])[0]),
                "corollary_bound_ratio": theory.flow_bound(*problem) / theory.lower_bound(*problem),
            }
            try:
                states = list(gradient_flow(network, initial, **ACCURACY))
            except FlowError:
                rows.append(row)
                continue
            end = states[-1].parameters
            largest, smallest_value = _extreme_singular_values(network, end)
            rows.append(
                row
                | {
                    "outcome": "converged",
                    "deviation": largest_deviation(network, initial, end),
                    "lojasiewicz_constant": min(
                        state.squared_gradient / state.excess_risk for state in states
                    ),
                    "largest_singular_value": largest,
                    "smallest_singular_value": smallest_value,
                    "sharpness_ratio": float(minimiser_spectrum(network, end)[-1]) / smallest,
                }
            )
    table = pd.DataFrame(rows, columns=list(RESIDUAL_GRID_COLUMNS))
    return table.astype(RESIDUAL_GRID_COLUMNS)


def _extreme_singular_values(network: LinearNetwork, parameters: np.ndarray) -> tuple[float, float]:
    """Return the largest and the smallest singular value of any W_k ... W_1."""
    product, largest, smallest = np.eye(network.dataset.features), 0.0, np.inf
    for W in split_layers(parameters[:, None], network.layer_shapes):
        product = W[:, :, 0] @ product
        values = np.linalg.svd(product, compute_uv=False)
        largest, smallest = max(largest, values[0]), min(smallest, values[-1])
    return float(largest), float(smallest)
