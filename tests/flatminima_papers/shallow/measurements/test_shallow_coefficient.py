import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima_papers.shallow.measurements.shallow_coefficient import ShallowCoefficient
from tests.flatminima.cases import measured

SMALL = ShallowCoefficient((1, 3), (1.0,), (0.01, 0.02), 2, 8000)


def test_the_table():
    table = measured(SMALL, {})
    assert len(table) == 8
    near = table[table["relative_rate"] == 0.01]
    np.testing.assert_allclose(near[["flattening_ratio", "sharpness_ratio"]], 1, atol=0.02)


def test_runs_that_have_not_converged_are_not_measured():
    table = measured(SMALL.replaced(steps=3), {})
    assert table[["flattening", "flattening_ratio", "sharpness_drop"]].isna().all(axis=None)


def test_one_rate_is_refused():
    with pytest.raises(Misfit, match="two at least"):
        SMALL.replaced(relative_rate=(0.1,)).check({})
