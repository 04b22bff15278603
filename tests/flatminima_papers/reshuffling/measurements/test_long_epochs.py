import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima_papers.reshuffling.measurements.long_epochs import LongEpochs
from tests.flatminima.cases import measured

SMALL = LongEpochs(("growing curvature", "perceptron"), (24,), (2,), 0.4, 1, 3000)


def test_the_table():
    table = measured(SMALL, {})
    assert len(table) == 4
    np.testing.assert_allclose(table["learning_rate"], 0.4 / 12)
    replaced = table[table["sampling"] == "with replacement"]
    assert (replaced["short_epoch_bias"] == 0).all()
    np.testing.assert_allclose(replaced["predicted_bias"], 1)
    growing = table[table["problem"] == "growing curvature"]
    np.testing.assert_allclose(growing["bias"], growing["predicted_bias"], atol=0.15)


@pytest.mark.parametrize("size", [5, 24])
def test_batches_that_do_not_divide_the_samples_are_refused(size):
    with pytest.raises(Misfit, match="does not divide 24 samples into two or more"):
        SMALL.replaced(batch_size=(size,)).check({})
