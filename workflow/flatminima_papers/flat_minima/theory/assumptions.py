"""The assumptions of the paper's theorems on gradient flow, for a start and its data.

A1  The start's risk is at most that of the zero network, and its gradient is not zero.
A2  The covariance Sigma has full rank.

Under both assumptions Theorem 3 says that the flow converges exponentially to a global minimiser.
A start with one layer of zeros satisfies A1 almost surely.  About half of small Gaussian starts
satisfy it, depending on the sign of w_prod . Sigma w*.  Underdetermined data do not satisfy A2.
"""

from dataclasses import dataclass

import numpy as np

from flatminima.core.covariances import covariance_range
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.gradient_flow import GradientField

__all__ = ["Assumptions", "check_assumptions"]


@dataclass(frozen=True)
class Assumptions:
    """Which assumptions hold.

    Attributes:
        risk_below_zero_network: A1.
        full_rank_covariance: A2.
    """

    risk_below_zero_network: bool
    full_rank_covariance: bool

    @property
    def all(self) -> bool:
        """Whether the paper's theorems on gradient flow apply."""
        return self.risk_below_zero_network and self.full_rank_covariance


def check_assumptions(network: LinearNetwork, initial: np.ndarray) -> Assumptions:
    """Check the paper's assumptions A1 and A2 of a start.

    They use R(W) - R(0) = w_prod^T Sigma w_prod - 2 w_prod . Sigma w*. This avoids the cancellation
    of the two risks, which agree up to rounding for a small start.

    Args:
        network: The network and its data.
        initial: The parameters, shape (size,).
    """
    covariance = network.dataset.covariance
    product = network.product(initial[:, None])[:, 0]
    slope = covariance @ network.dataset.minimum_norm_solution
    field = GradientField(network)
    field.evaluate(initial)
    return Assumptions(
        risk_below_zero_network=bool(
            product @ covariance @ product <= 2 * product @ slope and field.squared_gradient > 0
        ),
        full_rank_covariance=len(covariance_range(covariance)[0]) == len(covariance),
    )
