import numpy as np
import pytest

from flatminima.core.columns import typed
from flatminima.core.kinds import Misfit
from flatminima_papers.flat_minima.measurements.backward_error import BackwardError
from tests.flatminima.cases import data, measured
from tests.flatminima.claims.tables import backward_errors


@pytest.fixture
def table():
    return backward_errors()


def test_the_table(table):
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == typed(
        BackwardError.columns
    )
    assert len(table) == 2 * 3 * 3
    assert table["gradient_norm"].max() < 1e-10
    difference = (table["descent_sharpness"] / table["flow_sharpness"] - 1).abs()
    np.testing.assert_allclose(table["flow_difference"], difference)
    assert (table["modified_difference"] < table["flow_difference"]).all()


def test_a_run_that_diverges_has_no_end():
    measurement = BackwardError(("d",), ("gaussian",), (3,), (100.0, 50.0), (1.0,), 2, 300.0)
    table = measured(measurement, {"d": data(30, 3)})
    assert table["descent_sharpness"].isna().all()
    assert table["flow_difference"].isna().all()


def test_one_rate_has_no_order():
    with pytest.raises(Misfit, match="two at least"):
        BackwardError(("d",), ("gaussian",), (3,), (0.1,), (1.0,), 2, 300.0).check({})
