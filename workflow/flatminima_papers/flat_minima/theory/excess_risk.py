"""How far a linear network is from its minimal risk, even if ||w_prod - w*|| need not vanish."""

import numpy as np

from flatminima.networks.linear.network import LinearNetwork

__all__ = ["excess_risk"]


def excess_risk(network: LinearNetwork, parameters: np.ndarray) -> np.ndarray:
    """Return R - R_min = ||Sigma^1/2 (w_prod - w*)||^2 of each run.

    It is zero at global minimisers only. These include the minimisers of underdetermined data,
    whose w_prod may differ from w* in the kernel of Sigma.

    Args:
        network: The network.
        parameters: Shape (size, runs).

    Returns:
        Shape (runs,); NaN where the parameters are NaN.
    """
    error = network.product(parameters) - network.dataset.minimum_norm_solution[:, None]
    return np.sum((network.covariance_root @ error) ** 2, axis=0)
