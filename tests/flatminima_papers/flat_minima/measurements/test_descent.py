import numpy as np
import pytest

from flatminima_papers.flat_minima.measurements.descent import Descent
from flatminima_papers.flat_minima.measurements.flow import Flow
from tests.flatminima.cases import measured

NETWORK = ("d",), ("one_layer_zero",), (3,)


def test_descent_tends_to_the_flow_and_diverges(dataset):
    table = measured(Descent(*NETWORK, (0.01, 0.1, 100.0), (0.05, 0.2), 2, 20_000), {"d": dataset})
    assert len(table) == 12
    assert (table["outcome"][:8] == "converged").all()
    assert (table["outcome"][8:] == "diverged").all()
    assert table["final_sharpness"][8:].isna().all()
    slow, fast = table["relative_difference"][:4].abs(), table["relative_difference"][4:8].abs()
    assert (slow < 2e-3).all()
    np.testing.assert_allclose(fast.to_numpy() / slow.to_numpy(), 10, rtol=0.2)
    assert table["relative_rate"].iloc[4] == pytest.approx(0.1)
    assert table["learning_rate"].iloc[4] * table["minimal_sharpness"].iloc[4] / 2 == (
        pytest.approx(0.1)
    )
    assert table["init_scale"].tolist() == [0.05, 0.05, 0.2, 0.2] * 3
    assert table["repetition"].tolist() == [0, 1] * 6
    flow = measured(Flow(*NETWORK, (0.2,), 2), {"d": dataset})
    np.testing.assert_allclose(table["flow_sharpness"][2:4], flow["final_sharpness"], rtol=1e-12)
