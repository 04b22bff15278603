import numpy as np
import pytest

from flatminima.core.columns import typed
from flatminima.theory.gradient_flow import FlowError
from flatminima_papers.flat_minima.measurements.residual_grid import ResidualGrid
from flatminima_papers.flat_minima.theory import residual_flow
from tests.flatminima.cases import measured
from tests.flatminima.claims.tables import residual_grids


@pytest.fixture
def table():
    return residual_grids()


def test_the_table(table):
    assert table.dtypes.astype(str).to_dict() == typed(ResidualGrid.columns)
    assert (table["outcome"] == "converged").all()
    np.testing.assert_allclose(table["corollary_bound_ratio"], 4)  # white data
    still = table[table["init_scale"] == 0]
    np.testing.assert_allclose(still["initial_excess_risk"], 2)  # ||p - w*||^2
    assert (table["sharpness_ratio"] >= 1 - 1e-9).all()
    assert (table["largest_singular_value"] >= table["smallest_singular_value"]).all()


def test_without_noise_one_flow_is_all(table):
    assert table.groupby("init_scale").size().to_dict() == {0.0: 9, 0.3: 36}


def test_without_noise_the_width_does_not_matter(table):
    still = table[table["init_scale"] == 0]
    for column in ("deviation", "sharpness_ratio", "largest_singular_value"):
        spread = still.groupby("depth")[column].agg(np.ptp)
        assert spread.max() < 1e-6


def fail(*args, **accuracy):
    raise FlowError("no")


def test_a_flow_that_fails_has_no_end(monkeypatch):
    monkeypatch.setattr(residual_flow, "gradient_flow", fail)
    table = measured(ResidualGrid((2,), (3,), (0.5,), 2), {})
    assert table["outcome"].tolist() == ["not_converged"] * 2
    assert table["deviation"].isna().all()
