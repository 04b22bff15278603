from itertools import pairwise

import numpy as np
import pytest

from flatminima.networks import split_layers
from flatminima.quantities.imbalance import Imbalance
from tests.flatminima.cases import LINEAR
from tests.flatminima.quantities.states import NETWORKS, state_of


def expected(state):
    layers = [W[:, :, 0] for W in split_layers(state.weights, state.network.layer_shapes)]
    return max(
        np.linalg.svd(after.T @ after - before @ before.T, compute_uv=False).sum()
        for before, after in pairwise(layers)
    )


def test_it_is_the_largest_nuclear_norm_of_what_flow_conserves():
    network = NETWORKS["linear"]
    start, end = state_of(network, 0), state_of(network, 1)
    assert Imbalance().at_ends(start, end) == {
        "initial_imbalance": pytest.approx(expected(start)),
        "final_imbalance": pytest.approx(expected(end)),
    }
    assert Imbalance().along(end) == {"imbalance": pytest.approx(expected(end))}
    assert Imbalance().needs == {"product", "full_layers"}


def test_one_layer_has_none():
    assert Imbalance().along(state_of(LINEAR["one layer"])) == {"imbalance": 0.0}
