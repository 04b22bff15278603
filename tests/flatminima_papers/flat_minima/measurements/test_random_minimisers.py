import pytest

from flatminima.core.columns import typed
from flatminima_papers.flat_minima.measurements.random_minimisers import RandomMinimisers
from tests.flatminima.claims.tables import random_minimisers


@pytest.fixture
def table():
    return random_minimisers()


def test_the_table(table):
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == typed(
        RandomMinimisers.columns
    )
    assert len(table) == 30
    assert table["excess_risk"].max() < 1e-18
    assert (table["lower_bound"] < table["second_moment_bound"]).all()
    assert (table["second_moment_bound"] < table["minimal_sharpness"]).all()
