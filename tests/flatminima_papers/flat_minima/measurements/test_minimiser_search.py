import pytest

from flatminima.core.columns import typed
from flatminima_papers.flat_minima.measurements.minimiser_search import MinimiserSearch
from tests.flatminima.claims.tables import minimiser_searches


@pytest.fixture
def table():
    return minimiser_searches()


def test_the_table(table):
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == typed(
        MinimiserSearch.columns
    )
    assert table["parameters"].tolist() == [14, 27, 30]
    assert table["certificate_gap"].abs().max() < 1e-12
