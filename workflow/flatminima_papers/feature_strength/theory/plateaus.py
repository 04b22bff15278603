r"""The plateau at large gamma: how long until the loss drops.

While f is small dW/dt = (2/gamma) grad_W E[y F(W)]: time runs in units of gamma, and from a start
that does not depend on gamma the flow blows up at a time T* gamma, for L >= 3.  From layers of norm
c that are aligned with Sigma w* the rest of the time is 1/(2 ||Sigma w*|| (L-2) c^(L-2)).

With T steps a rate eta learns if T* gamma/T <= eta, and converges below 2/S_min(gamma), which grows
as gamma^(2/L): the two meet at gamma = (2 T/(S_min(1) T*))^(L/(L-2)), beyond which no rate learns.

For L = 2 the field is linear and nothing blows up: the product of the layers grows by the factor
(1 + 2 ||Sigma w*|| eta/gamma)^2 a step.
"""

from collections.abc import Sequence

import numpy as np
from scipy.integrate import solve_ivp

__all__ = ["blow_up_time", "closing_strength", "steps_a_decade"]

LARGE = 1e4
"""The norm of the layers from which on they count as aligned."""

TOLERANCE = 1e-8
"""Of the integration, relative."""


def blow_up_time(layers: Sequence[np.ndarray], slope: np.ndarray) -> float:
    """Return T* of dW/dt = 2 grad_W F(W) with F = W_L ... W_1 Sigma w*.

    Args:
        layers: W_1, ..., W_L at the start, L >= 3.
        slope: Sigma w*.

    Raises:
        ArithmeticError: If the integration fails.

    Examples:
        A chain of ones: c' = 2 c^2 from c = 1.

        >>> round(blow_up_time([np.ones((1, 1))] * 3, np.ones(1)), 6)
        0.5
    """
    depth, shapes = len(layers), [layer.shape for layer in layers]
    ends = np.cumsum([layer.size for layer in layers])

    def field(time: float, weights: np.ndarray) -> np.ndarray:
        del time
        parts = np.split(weights, ends[:-1])
        matrices = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
        below = [slope]
        for matrix in matrices[:-1]:
            below.append(matrix @ below[-1])
        above = np.ones(1)
        gradients = []
        for matrix, seen in zip(reversed(matrices), reversed(below), strict=True):
            gradients.insert(0, np.outer(above, seen).ravel())
            above = matrix.T @ above
        return 2 * np.concatenate(gradients)

    def large(time: float, weights: np.ndarray) -> float:
        del time
        return np.linalg.norm(weights) - LARGE

    large.terminal = True
    start = np.concatenate([layer.ravel() for layer in layers])
    found = solve_ivp(
        field, (0, 1e6), start, method="DOP853", rtol=TOLERANCE, atol=TOLERANCE, events=large
    )
    if not len(found.t_events[0]):
        raise ArithmeticError("the layers did not grow")
    norm = np.linalg.norm(found.y[:, -1]) / np.sqrt(depth)
    rest = 1 / (2 * np.linalg.norm(slope) * (depth - 2) * norm ** (depth - 2))
    return float(found.t[-1] + rest)


def closing_strength(steps: int, minimal_sharpness: float, time: float, depth: int) -> float:
    """Return the gamma beyond which no rate learns in T steps, (2T/(S_min T*))^(L/(L-2)).

    Args:
        steps: T.
        minimal_sharpness: S_min(1).
        time: T*.
        depth: L >= 3.

    Examples:
        >>> closing_strength(3, 2.0, 1.0, 4)
        9.0
    """
    return (2 * steps / (minimal_sharpness * time)) ** (depth / (depth - 2))


def steps_a_decade(rate: float, slope_norm: float) -> float:
    """Return how many steps more two layers take for ten times gamma, at the same eta/gamma.

    The target, in units of F, is ten times as large: ln 10/(2 ln(1 + 2 ||Sigma w*|| eta/gamma)).

    Args:
        rate: eta/gamma.
        slope_norm: ||Sigma w*||.
    """
    return float(np.log(10) / (2 * np.log1p(2 * slope_norm * rate)))
