import pandas as pd
import pytest

from flatminima.identities import NetworkSpecification
from flatminima.judge_minimiser_search import minimiser_search_claims
from flatminima.measure_minimiser_search import (
    MINIMISER_SEARCH_COLUMNS,
    measure_minimiser_search,
)

from .cases import data
from .judging import verdicts


@pytest.fixture(scope="module")
def table():
    cases = [("gaussian", 3, 2, (30, 4)), ("residual", 3, 3, (30, 3)), ("gaussian", 2, 5, (3, 5))]
    return pd.concat(
        [
            measure_minimiser_search(
                data(*size), "d", NetworkSpecification("linear", kind, depth, width), 1,
                experiment="e", study_seed=0,
            )
            for kind, depth, width, size in cases
        ],
        ignore_index=True,
    )  # fmt: skip


def test_the_table(table):
    assert list(table.columns) == list(MINIMISER_SEARCH_COLUMNS)
    assert table["parameters"].tolist() == [14, 27, 30]
    assert table["certificate_gap"].abs().max() < 1e-12


def test_the_claim_holds(table):
    assert verdicts(minimiser_search_claims(table)) == {"minimal_sharpness_found": "holds"}


@pytest.mark.parametrize("factor", [1 - 1e-7, 1 + 1e-7])
def test_a_search_that_ends_elsewhere_is_told(table, factor):
    wrong = table.assign(searched_sharpness=factor * table["searched_sharpness"])
    assert verdicts(minimiser_search_claims(wrong)) == {"minimal_sharpness_found": "fails"}
