import pytest

from flatminima.core.columns import typed
from flatminima.theory.closed_forms import (
    balanced_sharpness,
    flow_bound,
    lower_bound,
    minimal_sharpness,
)
from flatminima_papers.flat_minima.measurements.asymptotics import Asymptotics
from tests.flatminima.cases import data
from tests.flatminima.claims.tables import asymptotics


@pytest.fixture
def table():
    return asymptotics()


def test_the_table(table):
    assert table.dtypes.astype(str).to_dict() == typed(Asymptotics.columns)
    dataset = data(50, 5)
    problem = dataset.covariance, dataset.minimum_norm_solution, 20
    row = table.iloc[1]
    ratio = balanced_sharpness(*problem) / minimal_sharpness(*problem)
    assert row["ratio_excess"] == pytest.approx(ratio - 1, rel=1e-8)
    paper = flow_bound(*problem) / lower_bound(*problem)
    assert row["flow_bound_excess"] == pytest.approx(paper - 1)
