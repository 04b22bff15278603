import pytest

from flatminima.core.columns import typed
from flatminima.theory import gradient_flow
from flatminima.theory.gradient_flow import FlowError
from flatminima_papers.flat_minima.measurements.one_feature import OneFeature
from tests.flatminima.cases import measured
from tests.flatminima.claims.tables import one_feature


@pytest.fixture
def table():
    return one_feature()


def test_the_table(table):
    assert table.dtypes.astype(str).to_dict() == typed(OneFeature.columns)
    assert len(table) == 12
    assert table["same_sign"].nunique() == 2  # both occur, and both flows reach w*
    assert (table["outcome"] == "converged").all()
    assert table["largest_layer_error"].max() < 1e-8
    assert (table["exact_sharpness"] >= 6 * (1 - 1e-12)).all()


def fail(*args, **accuracy):
    raise FlowError("no")


def test_a_flow_that_fails_has_no_end(monkeypatch):
    monkeypatch.setattr(gradient_flow, "end_of_flow", fail)
    table = measured(OneFeature((2,), (0.5,), 2), {})
    assert table["outcome"].tolist() == ["not_converged"] * 2
    assert table["final_sharpness"].isna().all()
