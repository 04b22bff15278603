import numpy as np
import pytest

from flatminima.quantities.distance import Distance
from tests.flatminima import references
from tests.flatminima.quantities.states import NETWORKS, state_of


def test_it_is_that_of_the_product_of_all_layers():
    network = NETWORKS["linear"]
    start, end = state_of(network, 0), state_of(network, 1)

    def expected(state):
        product = references.outputs(network, state.weights[:, 0], np.eye(5))
        return pytest.approx(np.sum((product - network.dataset.minimum_norm_solution) ** 2))

    assert Distance().at_ends(start, end) == {
        "initial_distance": expected(start),
        "final_distance": expected(end),
    }
    assert Distance().along(end) == {"distance": expected(end)}
    assert Distance().needs == {"product"}
