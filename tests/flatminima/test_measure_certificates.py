import numpy as np
import pandas as pd
import pytest

from flatminima.judge_certificates import certificate_claims
from flatminima.measure_certificates import CERTIFICATE_COLUMNS, measure_certificates

from .cases import data
from .judging import verdicts


@pytest.fixture(scope="module")
def table():
    return pd.concat(
        [measure_certificates(data(n, d), "d", L) for n, d in ((30, 4), (4, 6)) for L in (2, 30)],
        ignore_index=True,
    )


def test_the_table(table):
    assert list(table.columns) == list(CERTIFICATE_COLUMNS)
    assert table["features"].tolist() == [4, 4, 6, 6]
    assert np.all(table["lower_bound"] < table["second_moment_bound"])
    assert np.all(table["minimal_sharpness"] < table["upper_bound"])


def test_all_holds(table):
    assert set(verdicts(certificate_claims(table)).values()) == {"holds"}


@pytest.mark.parametrize(
    ("column", "factor", "claim"),
    [
        ("certificate_gap", 1e4, "minimal_sharpness_certified"),
        ("minimal_sharpness", 1 + 1e-11, "minimal_sharpness_between"),
        ("minimal_sharpness", 1 - 1e-11, "minimal_sharpness_between"),
        ("second_moment_bound", 2, "second_moment_bound"),
        ("lower_bound", 2, "second_moment_bound"),
    ],
)
def test_a_wrong_number_is_told(table, column, factor, claim):
    wrong = table.assign(**{column: table[column] * factor + (column == "certificate_gap") * 1e-11})
    assert verdicts(certificate_claims(wrong))[claim] == "fails"
