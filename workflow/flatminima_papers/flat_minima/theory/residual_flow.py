"""Gradient flow of one residual network, with the quantities of Theorem 4 (paper).

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

from dataclasses import dataclass

import numpy as np

from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.gradient_flow import gradient_flow
from flatminima.theory.layer_structure import largest_deviation, minimiser_spectrum

__all__ = ["ResidualFlow", "follow_residual_flow"]

ACCURACY = {"tolerance": 1e-7, "relative_accuracy": 1e-9, "absolute_accuracy": 1e-11}
"""An error far below the scatter of random starts, at half the cost."""


@dataclass(frozen=True)
class ResidualFlow:
    """A flow that was followed to its end.

    Attributes:
        end: The parameters at the end, shape (size,).
        deviation: max_k ||theta_k||_F, with theta_k / L the change of layer k.
        lojasiewicz_constant: The infimum of ||grad R||^2 / (R - R_min) along the path.
        sharpness: S at the end.
    """

    end: np.ndarray
    deviation: float
    lojasiewicz_constant: float
    sharpness: float


def follow_residual_flow(network: LinearNetwork, initial: np.ndarray) -> ResidualFlow:
    """Follow the flow from initial parameters of shape (size,).

    Raises:
        flatminima.theory.gradient_flow.FlowError: If it cannot be followed to a global minimiser.
    """
    states = list(gradient_flow(network, initial, **ACCURACY))
    end = states[-1].parameters
    return ResidualFlow(
        end=end,
        deviation=largest_deviation(network, initial, end),
        lojasiewicz_constant=min(s.squared_gradient / s.excess_risk for s in states),
        sharpness=float(minimiser_spectrum(network, end)[-1]),
    )
