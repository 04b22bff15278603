import numpy as np
import pandas as pd
import pytest

from flatminima.quantities.generalisation import Generalisation
from tests.flatminima import references
from tests.flatminima.quantities.states import NETWORKS, state_of, without_test_set


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS.keys())
def test_it_is_the_risk_on_the_test_set(network):
    start, end = state_of(network, 0), state_of(network, 1)
    data = network.dataset
    missed = references.outputs(network, end.weights[:, 0], data.test_inputs) - data.test_targets
    row = Generalisation().at_ends(start, end)
    assert row == {"test_risk": pytest.approx(np.mean(missed**2))}


def test_without_a_test_set_there_is_none():
    state = state_of(without_test_set(NETWORKS["linear"]))
    assert Generalisation().at_ends(state, state) == {}


def test_the_gap_is_what_the_test_risk_is_more():
    runs = pd.DataFrame({"test_risk": [3.0, np.nan], "train_risk": [1.0, 1.0]})
    gap = Generalisation().derive(runs)["generalisation_gap"]
    assert gap[0] == 2.0
    assert np.isnan(gap[1])
