from itertools import pairwise

import numpy as np
import pytest

from flatminima.quantities.layer_imbalance import LayerImbalance
from tests.flatminima import references
from tests.flatminima.cases import LINEAR
from tests.flatminima.quantities.states import state_of


def expected(state):
    layers = references.split(state.network, state.weights[:, 0])
    differences = [after.T @ after - before @ before.T for before, after in pairwise(layers)]
    squares = [sum(entry**2 for entry in difference.flat) for difference in differences]
    return pytest.approx(np.sqrt(max(squares)))


@pytest.mark.parametrize("name", ["square", "narrow", "residual", "several widths"])
def test_it_is_the_largest_frobenius_norm_of_what_flow_conserves(name):
    start, end = state_of(LINEAR[name], 0), state_of(LINEAR[name], 1)
    assert LayerImbalance().at_ends(start, end) == {
        "initial_layer_imbalance": expected(start),
        "final_layer_imbalance": expected(end),
    }
    assert LayerImbalance().along(end) == {"layer_imbalance": expected(end)}
    assert LayerImbalance().needs == {"product", "full_layers"}


def test_one_layer_has_none():
    assert LayerImbalance().along(state_of(LINEAR["one layer"])) == {"layer_imbalance": 0.0}
