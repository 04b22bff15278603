import numpy as np
import pytest

from flatminima.core.columns import typed
from flatminima_papers.flat_minima.measurements.certificates import Certificates
from tests.flatminima.claims.tables import certificates


@pytest.fixture
def table():
    return certificates()


def test_the_table(table):
    assert table.dtypes.astype(str).to_dict() == typed(Certificates.columns)
    assert table["features"].tolist() == [4, 4, 6, 6]
    assert np.all(table["lower_bound"] < table["second_moment_bound"])
    assert np.all(table["minimal_sharpness"] < table["upper_bound"])
