"""The mean end of an epoch without replacement, compared with gradient descent (this study)."""

import numpy as np

from flatminima_papers.reshuffling.theory.sample_risks import SampleRisks
from flatminima_papers.reshuffling.theory.sampled_descent import descend, everything

__all__ = ["epoch_bias", "mean_path", "noise_trace_gradient"]


def epoch_bias(
    gradients: np.ndarray, hessians: np.ndarray, learning_rate: float, steps: int
) -> np.ndarray:
    """Return E[theta_k] minus the end of gradient descent after an epoch, up to O(eta^3).

    This is exact to second order at a fixed number k of steps, not at a fixed eta k.

    With M = I - eta H, xi_z = grad R_z - grad R and Delta_z = H_z - H at the start,

        - eta^2 / (n - 1) sum_{t<k} M^(k-1-t) E_z[Delta_z S_t xi_z], S_t = sum_{s<t} M^(t-1-s).

    With replacement the mean equals that of gradient descent to this order.

    Args:
        gradients: The gradient of each sample at the start (n, p).
        hessians: The Hessian of each sample at the start (n, p, p).
        learning_rate: eta.
        steps: k = n / b.

    Returns:
        A vector (p).

    Examples:
        Two samples have the gradients 1 and -1 and the Hessians 1 and -1. The first step goes to
        -eta or to eta, where the gradient of the other sample is eta - 1 or eta + 1. So both orders
        end at -eta^2.

        >>> pair = np.array([[1.0], [-1.0]])
        >>> epoch_bias(pair, pair[:, :, None], 0.1, 2)
        array([-0.01])
    """
    samples, dimension = gradients.shape
    deviations, bends = gradients - gradients.mean(0), hessians - hessians.mean(0)
    factor = np.eye(dimension) - learning_rate * hessians.mean(0)
    bias, response = np.zeros(dimension), np.zeros((dimension, dimension))
    for _ in range(steps):
        bias = factor @ bias + np.einsum("zij,jk,zk->i", bends, response, deviations) / samples
        response = factor @ response + np.eye(dimension)
    return -(learning_rate**2) / (samples - 1) * bias


def noise_trace_gradient(gradients: np.ndarray, hessians: np.ndarray) -> np.ndarray:
    """Return the gradient of tr Cov_z(grad R_z), 2 E_z[Delta_z xi_z].

    Args:
        gradients: The gradient of each sample (n, p).
        hessians: The Hessian of each sample (n, p, p).
    """
    deviations, bends = gradients - gradients.mean(0), hessians - hessians.mean(0)
    return 2 * np.einsum("zij,zj->i", bends, deviations) / len(gradients)


def mean_path(
    risks: SampleRisks, start: np.ndarray, learning_rate: float, steps: int, epochs: int
) -> np.ndarray:
    """Return the mean of runs without replacement after each epoch, to second order in eta.

    Each epoch is an epoch of gradient descent plus a step of `epoch_bias`.

    Args:
        risks: The risks of the samples.
        start: The start of all runs (p).
        learning_rate: eta.
        steps: k, the number of steps in an epoch.
        epochs: The number of epochs.

    Returns:
        The means (epochs, p).
    """
    means = [start]
    for _ in range(epochs):
        bias = epoch_bias(*risks.derivatives(means[-1]), learning_rate, steps)
        (column,) = descend(risks, means[-1][:, None], everything(risks, steps), learning_rate).T
        means.append(column + bias)
    return np.array(means[1:])
