"""A parametrisation whose range shrinks under decay: w = log u - log v, penalty log u + log v.

Gradient flow on u, v > 0 with this penalty at rate alpha_t moves

    u^2 = u_0^2 + 2 (q - A),   v^2 = v_0^2 - 2 (q + A),   dq/dt = -g,

so that the dual variable is confined to A - u_0^2 / 2 < q < v_0^2 / 2 - A (this study): an interval
that shrinks with the dose A and is empty at A = (u_0^2 + v_0^2) / 4.
"""

from typing import NamedTuple

import numpy as np
import scipy  # whose parts are imported when they are first used

from flatminima.theory.diagonal_networks import risk_gradient

__all__ = ["RangePath", "flow_until_the_range_is_left", "latest_dose"]


class RangePath(NamedTuple):
    """Gradient flow under constant decay until a u or v reaches zero.

    Attributes:
        dose: A at each time, shape (m,).
        dual: q, shape (m, d).
        identity: The largest relative deviation of u^2 and v^2 from their formulas.
        broke: Whether a u or v reached zero within the time.
    """

    dose: np.ndarray
    dual: np.ndarray
    identity: float
    broke: bool


def latest_dose(first: np.ndarray, second: np.ndarray) -> float:
    """Return the smallest (u_0^2 + v_0^2) / 4, the dose at which some interval is empty.

    Args:
        first: u_0, shape (d,).
        second: v_0, shape (d,).

    Examples:
        >>> latest_dose(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
        0.5
    """
    return float(np.min(first**2 + second**2) / 4)


def flow_until_the_range_is_left(
    inputs: np.ndarray,
    targets: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    rate: float,
) -> RangePath:
    """Follow the flow in u, v and q, up to twice the latest possible dose.

    Args:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        first: u_0 > 0, shape (d,).
        second: v_0 > 0, shape (d,).
        rate: alpha.
    """
    features = len(first)

    def field(time: float, state: np.ndarray) -> np.ndarray:
        u, v, _ = state.reshape(3, features)
        gradient = risk_gradient(inputs, targets, np.log(u / v))
        return np.concatenate([(-gradient - rate) / u, (gradient - rate) / v, -gradient])

    smallest = 1e-4 * min(first.min(), second.min())

    def left(time: float, state: np.ndarray) -> float:
        return float(state[: 2 * features].min() - smallest)

    left.terminal = True
    solution = scipy.integrate.solve_ivp(
        field,
        (0.0, 2 * latest_dose(first, second) / rate),
        np.concatenate([first, second, np.zeros(features)]),
        method="LSODA",
        rtol=1e-11,
        atol=1e-14,
        events=left,
    )
    u, v, q = np.moveaxis(solution.y.T.reshape(-1, 3, features), 1, 0)
    dose = rate * solution.t
    defect_u = np.abs(u**2 - first**2 - 2 * (q - dose[:, None])) / first**2
    defect_v = np.abs(v**2 - second**2 + 2 * (q + dose[:, None])) / second**2
    identity = max(float(defect_u.max()), float(defect_v.max()))
    return RangePath(dose, q, identity, solution.status == 1)
