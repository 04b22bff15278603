"""What holds all along gradient flow, and in which order in the scale its end is balanced.

"Paper" is Marion and Chizat, arXiv:2405.13456.  Starts of one repetition are multiples of one
draw: whatever is of order s^m in the scale s shows as such, without the scatter of the draws.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.linalg import expm

from flatminima import theory
from flatminima.assumptions import check_assumptions
from flatminima.balance import lemma_2_shares, measure_balance, measure_imbalance
from flatminima.covariances import covariance_range, covariance_root
from flatminima.datasets import Dataset
from flatminima.gradient_flow import FlowError, FlowState, flow_initialisation, gradient_flow
from flatminima.identities import NetworkSpecification
from flatminima.layer_structure import minimiser_spectrum, predictor_kernel
from flatminima.networks import LinearNetwork
from flatminima.networks.protocol import split_layers
from flatminima.random_minimisers import upper_layer_norm_bound
from flatminima.runs import build_network
from flatminima.seeding import random_generator
from flatminima.starts import NETWORK_COLUMNS, network_columns

__all__ = ["FLOW_LAW_COLUMNS", "measure_flow_laws"]

FLOW_LAW_COLUMNS = NETWORK_COLUMNS | {
    "init_scale": "float64",
    "repetition": "int64",
    "assumption_1": "bool",
    "assumption_2": "bool",
    "outcome": "str",
    "imbalance": "float64",
    "rest_share": "float64",
    "spread_share": "float64",
    "misalignment_share": "float64",
    "davis_kahan_share": "float64",
    "lojasiewicz_constant": "float64",
    "first_layer_constant": "float64",
    "decay_rate": "float64",
    "predicted_decay_rate": "float64",
    "rest": "float64",
    "misalignment": "float64",
    "spread": "float64",
    "final_sharpness": "float64",
    "minimal_sharpness": "float64",
    "balanced_sharpness": "float64",
    "corollary_2_bound": "float64",
    "layer_norms_bound": "float64",
}
"""The columns of `measure_flow_laws`. Those of path and end are NaN where a flow fails."""

LINEAR_REGIME = (1e-8, 1e-13)
"""Where the decay is measured: the excess risk over that of the zero network."""

EARLIEST_TIME = 1.0
"""The paper's inequality of Polyak and Lojasiewicz is claimed from this time on."""

POINTS_OF_THE_PATH = 50
"""Steps at which the layers are decomposed, evenly many of all."""


def measure_flow_laws(
    dataset: Dataset,
    dataset_name: str,
    specification: NetworkSpecification,
    init_scales: Sequence[float],
    repetitions: int,
    *,
    experiment: str,
    study_seed: int,
) -> pd.DataFrame:
    """Follow gradient flows and measure what the paper proves of path and end.

    - `rest_share`, `spread_share`, `misalignment_share`, `davis_kahan_share`: the largest along
      the path (see `flatminima.balance`); `imbalance` is E.
    - `lojasiewicz_constant`: mu, the infimum along the path from time 1 of ||grad R||^2 /
      (R - R_min) (Theorem 3), and what the proof has below it, `first_layer_constant` =
      4 lambda ||u_1||^2, the infimum likewise.
    - `decay_rate`: of the excess risk between the levels of `LINEAR_REGIME`, beside that of the
      linear flow dw/dt = -2 M Sigma (w - w*) with the M of the end.
    - of the end: the largest `rest` (||W_k||_F^2 - sigma_k^2), `misalignment`
      (1 - (v_{k+1} . u_k)^2) and `spread` (|sigma_j^2 - sigma_k^2|) of Corollary 1, the
      sharpness, `corollary_2_bound` = 4 (Lambda / a) S_min, and `layer_norms_bound`, above
      every minimiser's sharpness (`flatminima.random_minimisers.upper_layer_norm_bound`).

    Args:
        dataset: The data.
        dataset_name: Its name.
        specification: The network, fully connected.
        init_scales: The scales.
        repetitions: Flows a scale.
        experiment: The name of the experiment.
        study_seed: The seed of the study.

    Returns:
        A row a flow, with `FLOW_LAW_COLUMNS`; `outcome` is ``converged`` or ``not_converged``.

    Raises:
        ValueError: If the network is residual: Lemma 2 is not about it.
    """
    network = build_network(specification, dataset, study_seed, experiment)
    problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
    smallest = theory.minimal_sharpness(*problem)
    closed_forms = {
        "minimal_sharpness": smallest,
        "balanced_sharpness": theory.balanced_sharpness(*problem),
        "corollary_2_bound": smallest * theory.flow_bound(*problem) / theory.lower_bound(*problem),
    }
    rows = []
    for repetition in range(repetitions):
        identity = (experiment, dataset_name, *vars(specification).values(), repetition)
        generator = random_generator(study_seed, "flow_law", *identity)
        draw = flow_initialisation(specification.initialisation, network, 1.0, generator)
        for init_scale in init_scales:
            rows.append(
                network_columns(specification, experiment, dataset_name)
                | {"init_scale": init_scale, "repetition": repetition}
                | closed_forms
                | _measure_flow(network, init_scale * draw)
            )
    return pd.DataFrame(rows, columns=list(FLOW_LAW_COLUMNS)).astype(FLOW_LAW_COLUMNS)


def _measure_flow(network: LinearNetwork, initial: np.ndarray) -> dict:
    """Return the measured columns of one flow."""
    assumptions = check_assumptions(network, initial)
    imbalance = measure_imbalance(network, initial)
    row = {
        "assumption_1": assumptions.risk_below_zero_network,
        "assumption_2": assumptions.full_rank_covariance,
        "outcome": "not_converged",
        "imbalance": imbalance.rest,
    }
    try:
        states = list(gradient_flow(network, initial))
    except FlowError:
        return row
    chosen = states[:: -(-len(states) // POINTS_OF_THE_PATH)]
    shares = pd.DataFrame(
        [lemma_2_shares(imbalance, measure_balance(network, s.parameters)) for s in chosen]
    )
    end = states[-1].parameters
    balance = measure_balance(network, end)
    return (
        row
        | shares.max().to_dict()
        | _lojasiewicz_constants(network, states)
        | _decay_rates(network, states)
        | {
            "outcome": "converged",
            "rest": float(balance.rests.max()),
            "misalignment": float(balance.misalignments.max()),
            "spread": float(np.ptp(balance.squares)),
            "final_sharpness": float(minimiser_spectrum(network, end)[-1]),
            "layer_norms_bound": upper_layer_norm_bound(network, end),
        }
    )


def _lojasiewicz_constants(network: LinearNetwork, states: list[FlowState]) -> dict[str, float]:
    """Return mu and its bound by the gradient of the first layer."""
    later = [state for state in states if state.time >= EARLIEST_TIME]
    eigenvalue = covariance_range(network.dataset.covariance)[0][0]
    squares = [_squared_norm_after_first_layer(network, state.parameters) for state in later]
    return {
        "lojasiewicz_constant": min(s.squared_gradient / s.excess_risk for s in later),
        "first_layer_constant": float(4 * eigenvalue * min(squares)),
    }


def _decay_rates(network: LinearNetwork, states: list[FlowState]) -> dict[str, float]:
    """Return the rate of the excess risk late on the path, and that of the linear flow there.

    The flow is followed anew from where it is late: the whole path's time, which a plateau may
    make longer than 10^16, would leave nothing of the difference.
    """
    dataset, end = network.dataset, states[-1].parameters
    root, solution = covariance_root(dataset.covariance), dataset.minimum_norm_solution
    levels = np.sum((root @ solution) ** 2) * np.array(LINEAR_REGIME)
    first = next(state for state in states if state.excess_risk <= levels[0])
    anew = gradient_flow(network, first.parameters)
    last = next(state for state in anew if state.excess_risk <= levels[1])
    error = root @ (network.product(first.parameters[:, None])[:, 0] - solution)
    generator = 2 * root @ predictor_kernel(network, end) @ root.T
    predicted = np.sum((expm(-last.time * generator) @ error) ** 2)
    return {
        "decay_rate": float(np.log(first.excess_risk / last.excess_risk) / last.time),
        "predicted_decay_rate": float(np.log(first.excess_risk / predicted) / last.time),
    }


def _squared_norm_after_first_layer(network: LinearNetwork, parameters: np.ndarray) -> float:
    """Return ||u_1||^2."""
    u = network.projection
    for W in reversed(split_layers(parameters[:, None], network.layer_shapes)[1:]):
        u = W[:, :, 0].T @ u
    return float(u @ u)
