"""The critical learning rate as a flip bifurcation, seen from above and from below.

At a rate eta above 2 / S_min gradient descent has no stable minimiser.  Runs end in an oscillation
of period two around the flattest one.  Its squared amplitude is proportional to eta - 2 / S_min at
first.  Extrapolated to zero it gives the critical rate, from runs none of which converges.  Below
the critical rate, at eta = (1 - x) 2 / S_min, the error shrinks by the factor 1 - 2 x in a step,
and the number of steps to converge grows like 1 / x.  So a finite training measures too low a
critical rate (this study).
"""

import numpy as np
from scipy.interpolate import barycentric_interpolate

from flatminima.networks.linear.network import LinearNetwork
from flatminima.runs.training import every_start_at_every_rate, train
from flatminima_papers.flat_minima.theory.excess_risk import excess_risk

__all__ = ["extrapolate_to_zero", "settled_oscillations", "steps_to_converge"]

SPACING = 1.02
"""The ratio of successive steps at which convergence is checked."""


def settled_oscillations(
    network: LinearNetwork, starts: np.ndarray, learning_rates: np.ndarray, steps: int
) -> np.ndarray:
    """Return the squared amplitude of the oscillation in which gradient descent settles.

    Args:
        network: The network.
        starts: The starts of the runs, shape (size, runs).
        learning_rates: Shape (rates,).
        steps: Steps of gradient descent.

    Returns:
        The square of the mean of (R - R_min)^1/2 over the last two steps, shape (rates, runs). The
        mean over both ends of a period removes their asymmetry. NaN if diverged.
    """
    seen = []

    def observe(step: int, parameters: np.ndarray, alive: np.ndarray) -> None:
        seen.append(np.where(alive, excess_risk(network, parameters), np.nan))

    _descend(network, starts, learning_rates, steps, [steps - 1, steps], observe)
    amplitude = (np.sqrt(seen[0]) + np.sqrt(seen[1])) / 2
    return (amplitude**2).reshape(len(learning_rates), starts.shape[1])


def extrapolate_to_zero(values: np.ndarray, squared_amplitudes: np.ndarray) -> np.ndarray:
    """Return the value at which the squared amplitude vanishes, from a polynomial interpolation.

    Args:
        values: The values on which the amplitude depends, shape (points,).
        squared_amplitudes: Shape (points, runs).

    Returns:
        Shape (runs,): the polynomial for the values in the squared amplitude, at zero; NaN where an
        amplitude is NaN.

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
    """Return the number of steps of gradient descent until the excess risk is small enough.

    Args:
        network: The network.
        starts: The starts of the runs, shape (size, runs).
        learning_rates: Shape (rates,).
        largest: The largest number of steps.
        tolerance: The largest accepted R - R_min.

    Returns:
        Shape (rates, runs), accurate to two per cent; NaN where the steps do not suffice.
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
