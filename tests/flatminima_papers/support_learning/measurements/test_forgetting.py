import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima.datasets import DataSize
from flatminima.datasets.spectrum import Spectrum
from flatminima_papers.support_learning.measurements.forgetting import Forgetting
from tests.flatminima.cases import measured

LAW = Forgetting(("d",), (3,), 4, 4, (0.02, 0.04), 0.5, 0.03, 12)


def test_the_table():
    table = measured(LAW, {"d": Spectrum(4, 2.0).draw(np.random.default_rng(0))})
    assert table["steps"].unique().tolist() == [1200, 300]
    small = table[table["learning_rate"] == 0.02]
    assert small["ratio"].mean() == pytest.approx(1, abs=0.2)
    np.testing.assert_allclose(table["decrease"], table["ratio"] * table["predicted"])


def test_refused():
    with pytest.raises(Misfit, match="has one value; allowed: two at least"):
        LAW.replaced(learning_rate=(0.02,)).check({"d": DataSize(8, 4)})
    with pytest.raises(Misfit, match="batch_size is 4, more than the 3 samples"):
        LAW.check({"d": DataSize(3, 4)})
