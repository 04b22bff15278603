"""The flow that gradient descent follows to second order in its learning rate.

By backward error analysis, up to O(eta^3), a step of gradient descent on R is the flow of a
modified risk for the time eta (Barrett and Dherin, 2021; here exact in the Hessian of R):

    R + (eta / 4) ||grad R||^2,   dW/dt = -(I + (eta / 2) H(W)) grad R(W).

Its minimisers are those of R, but it reaches others of them.  So the relative difference between
the sharpness at the end of gradient descent and that of gradient flow is -K eta + O(eta^2), and its
difference from that of the modified flow is O(eta^2) (this study).
"""

import numpy as np
from scipy.integrate import DOP853

from flatminima.networks import layers_of
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.gradient_flow import (
    LARGEST_NUMBER_OF_STEPS,
    STOPPING_TOLERANCE,
    FlowError,
)

__all__ = ["end_of_modified_flow", "modified_gradient"]

ACCURACY = 1e-11
"""The relative and absolute accuracy of every entry in every step, by the solver's estimate."""


def modified_gradient(
    network: LinearNetwork, parameters: np.ndarray, learning_rate: float
) -> tuple[np.ndarray, float]:
    """Return grad R + (eta / 2) H grad R and ||grad_w R||.

    With D_k = u_k v_k^T the gradient of layer k and dots for derivatives along D, layer k of
    H grad R is u'_k v_k^T + u_k v'_k^T.

    Args:
        network: The network and its risk.
        parameters: Shape (size,).
        learning_rate: eta; negative values are useful for differentiating in eta.

    Returns:
        The gradient of the modified risk, shape (size,), and the norm.
    """
    layers = layers_of(parameters, network.layer_shapes)
    root = network.covariance_root
    u = [network.projection]
    for W in reversed(layers):
        u.insert(0, W.T @ u[0])
    v = [2 * root.T @ (root @ (u[0] - network.dataset.minimum_norm_solution))]
    for W in layers[:-1]:
        v.append(W @ v[-1])
    u_dot = [np.zeros(len(network.projection))]
    for W, after, before in zip(reversed(layers), reversed(u[1:]), reversed(v), strict=True):
        u_dot.insert(0, W.T @ u_dot[0] + (after @ after) * before)
    v_dot = [2 * root.T @ (root @ u_dot[0])]
    for W, after, before in zip(layers[:-1], u[1:-1], v[:-1], strict=True):
        v_dot.append(W @ v_dot[-1] + (before @ before) * after)
    half = learning_rate / 2
    gradient = [
        (u[k + 1] + half * u_dot[k + 1])[:, None] * v[k] + (half * u[k + 1])[:, None] * v_dot[k]
        for k in range(len(layers))
    ]
    return np.concatenate([G.ravel() for G in gradient]), float(np.linalg.norm(v[0]))


def end_of_modified_flow(
    network: LinearNetwork, initial: np.ndarray, learning_rate: float
) -> np.ndarray:
    """Follow the flow of R + (eta / 4) ||grad R||^2 to a global minimiser of R.

    Args:
        network: The network and its risk.
        initial: The parameters at the start, shape (size,); not a saddle.
        learning_rate: eta; zero is gradient flow.

    Returns:
        The parameters at the end, shape (size,).

    Raises:
        flatminima.theory.gradient_flow.FlowError: If the solver fails or takes too many steps.
    """
    zero = np.zeros(network.size)
    target = STOPPING_TOLERANCE * modified_gradient(network, zero, 0.0)[1]

    def velocity(_: float, point: np.ndarray) -> np.ndarray:
        return -modified_gradient(network, point, learning_rate)[0]

    solver = DOP853(velocity, 0.0, initial, np.inf, rtol=ACCURACY, atol=ACCURACY)
    for _ in range(LARGEST_NUMBER_OF_STEPS):
        if modified_gradient(network, solver.y, learning_rate)[1] <= target:
            return solver.y
        message = solver.step()
        if solver.status == "failed":
            raise FlowError(f"the solver of the modified flow failed: {message}")
    raise FlowError(f"the modified flow has not ended after {LARGEST_NUMBER_OF_STEPS} steps")
