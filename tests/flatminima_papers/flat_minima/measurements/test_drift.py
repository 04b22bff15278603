import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima.summaries.statistics import log_log_regression
from flatminima.theory.layer_structure import largest_imbalance_change
from flatminima.theory.starts import NetworkSpecification, build_network, start_of_run
from flatminima_papers.flat_minima.measurements.drift import Drift
from tests.flatminima.cases import measured

SPECIFICATION = NetworkSpecification("one_layer_zero", 3, 3)


def drift(rates, repetitions=3, time=4.0):
    return Drift(("d",), ("one_layer_zero",), (3,), rates, (0.3,), repetitions, time)


def test_drift_is_the_change_and_of_order_one(dataset):
    table = measured(drift((0.002, 0.004, 0.008, 0.016)), {"d": dataset})
    assert list(table["steps"].unique()) == [2000, 1000, 500, 250]
    order = log_log_regression(
        table["learning_rate"].to_numpy(), table["imbalance_change"].to_numpy()
    ).slope
    assert order == pytest.approx(1, abs=0.05)
    network = build_network(SPECIFICATION, dataset, 0, "e")
    start = start_of_run(network, SPECIFICATION, "e", "d", 0.3, 1, 0)
    point = start.copy()
    for _ in range(250):
        kernel = network.kernel(point[:, None].copy())
        kernel.evaluate()
        point -= 0.016 * kernel.gradient[:, 0]
    expected = largest_imbalance_change(network, start, point)
    found = table.query("learning_rate == 0.016 and repetition == 1")["imbalance_change"]
    assert found.item() == pytest.approx(expected, rel=1e-9)


def test_a_run_that_diverges_has_no_change(dataset):
    table = measured(drift((0.01, 30.0), 1, time=3000.0), {"d": dataset})
    assert table["outcome"].tolist() == ["finished", "diverged"]
    assert np.isnan(table["imbalance_change"]).tolist() == [False, True]


def test_a_time_of_too_many_steps_is_refused():
    drift((1.0, 2.0), time=1e9).check({})
    with pytest.raises(Misfit, match=r"time takes 2e\+09 steps of the smallest learning rate"):
        drift((0.5, 2.0), time=1e9).check({})
