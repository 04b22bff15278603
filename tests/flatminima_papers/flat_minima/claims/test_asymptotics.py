import pandas as pd
import pytest

from flatminima_papers.flat_minima.measurements.asymptotics import Asymptotics
from tests.flatminima.cases import dataset_of, measured
from tests.flatminima.claims.tables import asymptotics, verdicts


@pytest.fixture
def table():
    return asymptotics()


def test_all_holds(table):
    assert set(verdicts("asymptotics", table).values()) == {"holds"}
    plane = dataset_of([[1.0, 0], [0, 1.0]], [0.6, 0.8])
    white = measured(Asymptotics(("white",), (2, 20, 640, 1280)), {"white": plane})
    assert set(verdicts("asymptotics", pd.concat([table, white])).values()) == {"holds"}


@pytest.mark.parametrize(
    ("column", "change", "claim"),
    [
        ("ratio_excess", lambda x: -x, "balanced_excess_bound"),
        ("ratio_excess", lambda x: 100 * x, "balanced_excess_bound"),
        ("ratio_excess_bound", lambda x: 1e-3 * x, "balanced_excess_bound"),
        ("limiting_excess", lambda x: 1.01 * x, "balanced_excess_limit"),
        ("scaled_excess", lambda x: 1.01 * x, "balanced_excess_limit"),
    ],
)
def test_a_wrong_number_is_told(table, column, change, claim):
    wrong = table.assign(**{column: change(table[column])})
    assert verdicts("asymptotics", wrong)[claim] == "fails"
