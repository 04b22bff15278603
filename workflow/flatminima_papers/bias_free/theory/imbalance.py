r"""The even part that an unpaired start grows: two logistics that are not in step.

From a small random start every neuron aligns with s = Sigma w*/||Sigma w*||, and what is left of it
is c_j = (a_j + w_j.s)/2.  Neurons with c_j > 0 are active on one half space, those with c_j < 0 on
the other, with the masses p = sum of c_j^2 over c_j > 0 and q likewise over c_j < 0:

    f(x) = p phi(s.x) - q phi(-s.x).

On white symmetric data with y = s.x, and f_+ = p + alpha q, f_- = alpha p + q,

    p' = 2 p [(1 - f_+) + alpha (1 - f_-)],    q' = 2 q [alpha (1 - f_+) + (1 - f_-)].

The even part of f has the root mean square (1 - alpha)/2 |p - q|.  For ReLU p and q are independent
logistics, of one course and log(p_0/q_0)/2 apart in time, so that its largest value is
tanh(|log(p_0/q_0)|/4)/2: at a small scale it depends on their ratio alone, and does not vanish.
"""

import numpy as np
from scipy.integrate import solve_ivp

from flatminima.theory.dense_networks import Layers

__all__ = ["aligned_masses", "balanced_masses", "largest_even_part", "largest_even_part_of_relu"]

TOLERANCE = 1e-10
"""Of the integration, relative."""


def aligned_masses(layers: Layers, direction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return p and q of each run.

    Args:
        layers: W_1 and a.
        direction: s, of norm 1.

    Examples:
        One neuron a = 3, w.s = 1: c = 2.

        >>> layers = [np.array([[[1.0, 5.0]]]), np.array([[[3.0]]])]
        >>> [mass.tolist() for mass in aligned_masses(layers, np.array([1.0, 0.0]))]
        [[4.0], [0.0]]
    """
    first, second = layers
    left = (second[:, 0] + first @ direction) / 2
    return (np.maximum(left, 0) ** 2).sum(axis=1), (np.minimum(left, 0) ** 2).sum(axis=1)


def balanced_masses(layers: Layers, direction: np.ndarray) -> list[np.ndarray]:
    """Return the weights with the neurons of c_j < 0 scaled so that p = q; see `aligned_masses`."""
    first, second = layers
    p, q = aligned_masses(layers, direction)
    left = second[:, 0] + first @ direction
    factor = np.where(left < 0, np.sqrt(p / q)[:, None], 1.0)
    return [first * factor[:, :, None], second * factor[:, None]]


def largest_even_part_of_relu(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Return tanh(|log(p/q)|/4)/2, of masses p and q that are small.

    Examples:
        >>> float(largest_even_part_of_relu(np.array(1e-8), np.array(1e-8)))
        0.0
    """
    return np.tanh(np.abs(np.log(p / q)) / 4) / 2


def largest_even_part(p: float, q: float, slope: float) -> float:
    """Return the largest (1 - alpha)/2 |p - q| along the flow from masses p and q.

    Args:
        p: Positive.
        q: Positive.
        slope: alpha, at least 0.

    Raises:
        ArithmeticError: If the integration fails.
    """

    def field(time: float, logs: np.ndarray) -> np.ndarray:
        del time
        one, other = np.exp(logs)
        above, below = 1 - (one + slope * other), 1 - (slope * one + other)
        return 2 * np.array([above + slope * below, slope * above + below])

    # p and q each grow at least as exp(2 t) until they are of order one; then they settle.
    end = 10 - np.log(min(p, q)) / 2
    found = solve_ivp(
        field, (0, end), np.log([p, q]), rtol=TOLERANCE, atol=TOLERANCE, max_step=0.02 * end,
        dense_output=True,
    )  # fmt: skip
    if not found.success:
        raise ArithmeticError(f"the masses p and q: {found.message}")
    times = np.linspace(0, end, 20_001)
    one, other = np.exp(found.sol(times))
    return float((1 - slope) / 2 * np.abs(one - other).max())
