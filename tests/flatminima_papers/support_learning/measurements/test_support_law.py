import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima.datasets import DataSize
from flatminima.datasets.support import Support
from flatminima_papers.support_learning.measurements.support_law import SupportLaw
from tests.flatminima.cases import measured

LAW = SupportLaw(("d",), 4, (4,), (0.02,), 0.7, 0.2, 16)


def test_noise_makes_irrelevant_columns_decay_at_the_rate_of_the_law():
    dataset = Support(60, 5, 2, "linear", 0.0, whitened=True).draw(np.random.default_rng(0))
    table = measured(LAW, {"d": dataset})
    assert (table["predicted"] == 2 * (0.02 * 0.7) ** 2 / 4).all()
    ratio = table[table["noise"] == "fresh"]["ratio"]
    assert ratio.mean() == pytest.approx(1, abs=0.2)
    still = table[table["noise"] == "none"]
    assert np.abs(still["rate"] * still["steps"]).max() < 1e-12


def test_batches_larger_than_the_data_are_refused():
    with pytest.raises(Misfit, match="batch_size is 4, more than the 3 samples"):
        LAW.check({"d": DataSize(3, 5)})
