import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.summaries.statistics import log_log_regression
from flatminima_papers.expressivity.theory.exponents import fit_powers

X = np.array([1.0, 2.0, 4.0, 8.0, 16.0])


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.1, 10))
def test_a_power_law_is_found(p, q, factor):
    x, y = (axis.ravel() for axis in np.meshgrid(X, X))
    found = fit_powers(factor * x**p * y**q, x, y)
    for exponent, true in zip(found, (p, q), strict=True):
        assert exponent.value == pytest.approx(true, abs=1e-9)
        assert exponent.low <= exponent.value <= exponent.high


def test_with_one_axis_it_is_the_regression_of_the_library():
    y = X**1.5 * np.array([1.0, 1.1, 0.9, 1.2, 1.0])
    (found,) = fit_powers(y, X)
    line = log_log_regression(X, y)
    assert found == pytest.approx((line.slope, line.slope_low, line.slope_high))


def test_too_few_cases_are_refused():
    with pytest.raises(ValueError, match="more cases"):
        fit_powers(X[:2], X[:2])
    with pytest.raises(ValueError, match="different places"):
        fit_powers(X, np.ones(5))
