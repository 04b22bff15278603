import pandas as pd
import pytest

from flatminima.judge_asymptotics import asymptotic_claims
from flatminima.measure_asymptotics import ASYMPTOTICS_COLUMNS, measure_asymptotics
from flatminima.theory import balanced_sharpness, flow_bound, lower_bound, minimal_sharpness

from .cases import data, dataset_of
from .judging import verdicts

DEPTHS = [2, 20, 640, 1280]


@pytest.fixture(scope="module")
def table():
    return pd.concat(
        [measure_asymptotics(data(n, 5), f"{n}", DEPTHS) for n in (50, 12)], ignore_index=True
    )


def test_the_table(table):
    assert list(table.columns) == list(ASYMPTOTICS_COLUMNS)
    dataset = data(50, 5)
    problem = dataset.covariance, dataset.minimum_norm_solution, 20
    row = table.iloc[1]
    ratio = balanced_sharpness(*problem) / minimal_sharpness(*problem)
    assert row["ratio_excess"] == pytest.approx(ratio - 1, rel=1e-8)
    paper = flow_bound(*problem) / lower_bound(*problem)
    assert row["flow_bound_excess"] == pytest.approx(paper - 1)


def test_all_holds(table):
    assert set(verdicts(asymptotic_claims(table)).values()) == {"holds"}
    white = measure_asymptotics(dataset_of([[1.0, 0], [0, 1.0]], [0.6, 0.8]), "white", DEPTHS)
    assert set(verdicts(asymptotic_claims(pd.concat([table, white]))).values()) == {"holds"}


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
    assert verdicts(asymptotic_claims(wrong))[claim] == "fails"
