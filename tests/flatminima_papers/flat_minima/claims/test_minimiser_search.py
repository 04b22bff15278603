import pytest

from tests.flatminima.claims.tables import minimiser_searches, verdicts


@pytest.fixture
def table():
    return minimiser_searches()


def test_the_claim_holds(table):
    assert verdicts("minimiser_search", table) == {"minimal_sharpness_found": "holds"}


@pytest.mark.parametrize("factor", [1 - 1e-7, 1 + 1e-7])
def test_a_search_that_ends_elsewhere_is_told(table, factor):
    wrong = table.assign(searched_sharpness=factor * table["searched_sharpness"])
    assert verdicts("minimiser_search", wrong) == {"minimal_sharpness_found": "fails"}
