"""The critical learning rate as a flip bifurcation, seen from above and from below.

At eta above 2 / S_min gradient descent has no stable minimiser left.  Runs end in an
oscillation of period two about the flattest one, of a squared amplitude that is proportional to
eta - 2 / S_min at first: extrapolated to zero it gives the critical rate, from runs none of which
converges.  Below, the error shrinks by 1 - 2 x in a step at eta = (1 - x) 2 / S_min, and the
number of steps to converge grows as 1 / x: in a finite training the measured critical rate is too
low (this study).
"""

import numpy as np
from scipy.interpolate import barycentric_interpolate

from flatminima.runs.training import every_start_at_every_rate, train
from flatminima.theory.excess_risk import excess_risk
from flatminima.theory.linear_network import LinearNetwork

__all__ = ["extrapolate_to_zero", "settled_oscillations", "steps_to_converge"]

SPACING = 1.02
"""The ratio of neighbouring steps at which convergence is looked for."""


def settled_oscillations(
    network: LinearNetwork, starts: np.ndarray, learning_rates: np.ndarray, steps: int
) -> np.ndarray:
    """Return the squared amplitude of the oscillation in which gradient descent settles.

    Args:
        network: The network.
        starts: Where runs start, shape (size, runs).
        learning_rates: Shape (rates,).
        steps: Of gradient descent.

    Returns:
        The square of the mean of (R - R_min)^1/2 over the last two steps, shape (rates, runs):
        the mean of both ends of a period is rid of their asymmetry. NaN if diverged.
    """
    seen = []

    def observe(step: int, parameters: np.ndarray, alive: np.ndarray) -> None:
        seen.append(np.where(alive, excess_risk(network, parameters), np.nan))

    _descend(network, starts, learning_rates, steps, [steps - 1, steps], observe)
    amplitude = (np.sqrt(seen[0]) + np.sqrt(seen[1])) / 2
    return (amplitude**2).reshape(len(learning_rates), starts.shape[1])


def extrapolate_to_zero(values: np.ndarray, squared_amplitudes: np.ndarray) -> np.ndarray:
    """Return at which value the squared amplitude vanishes, by a polynomial through all points.

    Args:
        values: What the amplitude depends on, shape (points,).
        squared_amplitudes: Shape (points, runs).

    Returns:
        Shape (runs,): the values as a polynomial in the squared amplitude, at zero; NaN where an
        amplitude is.

    Examples:
        >>> x = np.array([1.0, 2.0, 3.0])
        >>> extrapolate_to_zero(2 + x + x**2, x[:, None]).round(9).tolist()
        [2.0]
    """
    return np.array([float(barycentric_interpolate(y, values, 0.0)) for y in squared_amplitudes.T])


def steps_to_converge(
    network: LinearNetwork,
    starts: np.ndarray,
    learning_rates: np.ndarray,
    largest: int,
    tolerance: float,
) -> np.ndarray:
    """Return after how many steps of gradient descent the excess risk is at most a tolerance.

    Args:
        network: The network.
        starts: Where runs start, shape (size, runs).
        learning_rates: Shape (rates,).
        largest: Steps to wait for it.
        tolerance: Of R - R_min.

    Returns:
        Shape (rates, runs), to two per cent; NaN where the steps do not suffice.
    """
    looks = np.geomspace(10, largest, round(np.log(largest / 10) / np.log(SPACING))).astype(int)
    first = np.full(len(learning_rates) * starts.shape[1], np.nan)

    def observe(step: int, parameters: np.ndarray, alive: np.ndarray) -> None:
        reached = alive & (excess_risk(network, parameters) <= tolerance)
        first[reached & np.isnan(first)] = step

    _descend(network, starts, learning_rates, largest, np.unique(looks).tolist(), observe)
    return first.reshape(len(learning_rates), starts.shape[1])


def _descend(network, starts, learning_rates, steps, recorded_steps, observe) -> None:
    """Train from all starts at all rates."""
    batch, optimiser = every_start_at_every_rate(network, starts, learning_rates)
    train(network, batch, optimiser, steps, recorded_steps=recorded_steps, observe=observe)
