import pytest

from .tables import drifts, judged


def test_the_drift_is_of_order_one():
    assert judged("drift", drifts()).loc["drift_order", "holds"]


def test_a_drift_of_order_two_is_told():
    table = drifts()
    squared = table.assign(imbalance_change=table["learning_rate"] ** 2)
    assert judged("drift", squared).loc["drift_order", "worst_margin"] == pytest.approx(-1)
