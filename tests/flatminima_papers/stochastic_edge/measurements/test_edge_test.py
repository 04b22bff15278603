import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima.datasets import DataSize
from flatminima.sharpness import batches as batch_risks
from flatminima.sharpness.batches import Estimate
from flatminima_papers.stochastic_edge.measurements.edge_test import EdgeTest
from tests.flatminima.cases import data, measured


def batch_size_as_sharpness(network, weights, batch_size, relative_error):
    return Estimate(float(batch_size), 0.0, 1)


def test_batch_sharpness_is_relative_to_two_over_the_rate_and_of_the_batches_then(monkeypatch):
    monkeypatch.setattr(batch_risks, "estimate_batch_sharpness", batch_size_as_sharpness)
    table = measured(EdgeTest(("d",), (6,), 0.5, 4, 0.1, 20, 40, 2), {"d": data(24, 3)})
    assert table["relative_before"].tolist() == pytest.approx([4 * 0.1 / 2] * 10)
    after = table.groupby("change")["relative_after"].unique()
    assert {change: tuple(values) for change, values in after.items()} == {
        "nothing": pytest.approx((4 * 0.1 / 2,)),
        "rate doubled": pytest.approx((4 * 0.2 / 2,)),
        "batch halved": pytest.approx((2 * 0.1 / 2,)),
        "rate halved": pytest.approx((4 * 0.05 / 2,)),
        "batch doubled": pytest.approx((8 * 0.1 / 2,)),
    }


def test_the_risk_spikes_if_the_rate_is_far_too_large():
    test = EdgeTest(("d",), (6,), 0.5, 4, 0.1, 400, 60, 4)
    table = measured(test, {"d": data(24, 3)})
    spikes = table.groupby("change")["spike"].mean()
    assert spikes["rate halved"] <= spikes["nothing"] <= spikes["rate doubled"]
    assert (table.groupby("repetition")["risk_before"].nunique() == 1).all()


def test_a_run_that_diverges_has_an_infinite_spike_and_no_batch_sharpness():
    table = measured(EdgeTest(("d",), (6,), 2.0, 4, 1.0, 3, 60, 2), {"d": data(24, 3)})
    assert np.isinf(table["spike"]).all()
    assert table["relative_after"].isna().all()


@pytest.mark.parametrize("batch_size", [3, 14])
def test_batches_that_cannot_be_halved_or_doubled_are_refused(batch_size):
    with pytest.raises(Misfit, match="an even number up to 12") as caught:
        EdgeTest(("d",), (6,), 0.5, batch_size, 0.1, 10, 40, 1).check({"d": DataSize(24, 3)})
    assert caught.value.key == "batch_size"
