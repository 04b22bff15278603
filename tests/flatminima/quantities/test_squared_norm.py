import numpy as np
import pytest

from flatminima.quantities.squared_norm import SquaredNorm
from tests.flatminima.quantities.states import NETWORKS, state_of


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS.keys())
def test_it_is_the_sum_of_squares_of_all_weights(network):
    start, end = state_of(network, 0), state_of(network, 1)
    expected = [np.linalg.norm(state.weights) ** 2 for state in (start, end)]
    assert SquaredNorm().at_ends(start, end) == {
        "initial_squared_norm": pytest.approx(expected[0]),
        "final_squared_norm": pytest.approx(expected[1]),
    }
    assert SquaredNorm().along(end) == {"squared_norm": pytest.approx(expected[1])}
