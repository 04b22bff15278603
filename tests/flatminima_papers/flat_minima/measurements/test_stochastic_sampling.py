import pytest

from flatminima.core.kinds import Misfit
from flatminima.datasets import DataSize
from flatminima_papers.flat_minima.measurements.stochastic_sampling import StochasticSampling
from tests.flatminima.claims.tables import stochastic_samplings


def test_the_table():
    table = stochastic_samplings()
    assert table.groupby("sampling").size().to_dict() == {"in epochs": 2, "with replacement": 2}
    ratios = table["learning_rate"] / table["critical_rate"]
    assert ratios.tolist() == pytest.approx(table["relative_rate"].tolist())


def test_batches_larger_than_the_data_are_refused():
    measurement = StochasticSampling(("d",), (2,), 2, (31,), (0.9,), 2, 2, 2)
    with pytest.raises(Misfit, match="more than the 30 samples"):
        measurement.check({"d": DataSize(30, 4)})
