"""The explicit coefficient, and the steps of its proof on the paper's page by numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from flatminima_papers.shallow.theory.first_order import (
    flattening_coefficient,
    sharpness_coefficient,
)
from flatminima_papers.shallow.theory.shallow import Coordinates, advance, limit_sharpness


def at(error, imbalance, solution):
    """Return the point with this error and imbalance, where lambda^2 = Q^2 + 4 (a^T b)^2."""
    error, imbalance = np.atleast_1d(error), np.atleast_1d(imbalance)
    return Coordinates(error, np.hypot(imbalance, 2 * (error + solution)), imbalance)


@given(st.floats(-4, 4), st.floats(0.05, 5), st.floats(-3, 3))
def test_it_is_the_integral_and_never_negative(error, imbalance, solution):
    point = at(error, imbalance, solution)
    (psi,) = flattening_coefficient(point, solution)
    integral, _ = quad(lambda x: x / np.hypot(imbalance, 2 * (x + solution)), 0, error)
    assert psi == pytest.approx(integral, rel=1e-6, abs=1e-9)
    assert sharpness_coefficient(point, solution)[0] >= -1e-12


@pytest.mark.parametrize("error", [-2.5, -1.0, 0.7])
def test_descent_step_by_step(error):
    """log Q - eta Psi changes by O(eta^3 epsilon^2) in a step, and by O(eta^2) in all."""
    lefts = []
    for rate in (2e-3, 1e-3):
        point, largest = at(error, 1.3, 1.0), 0.0
        start = point
        psi = flattening_coefficient(start, 1.0)
        for _ in range(int(30 / rate)):
            moved = advance(point, np.array([rate]), 1.0)
            change = np.log(moved.imbalance / point.imbalance) - rate * (
                flattening_coefficient(moved, 1.0) - flattening_coefficient(point, 1.0)
            )
            if abs(point.error[0]) > 1e-3:
                largest = max(largest, float(np.abs(change / (rate**3 * point.error**2))[0]))
            point = moved
        assert largest < 20
        lefts.append(np.log(start.imbalance / point.imbalance) - rate * psi)
        drop = 1 - limit_sharpness(point.imbalance, 1.0) / limit_sharpness(start.imbalance, 1.0)
        np.testing.assert_allclose(drop / rate, sharpness_coefficient(start, 1.0), rtol=0.02)
    np.testing.assert_allclose(lefts[0] / lefts[1], 4, rtol=0.02)
