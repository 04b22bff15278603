import pytest

from flatminima.quantities.train_risk import TrainRisk
from tests.flatminima import references
from tests.flatminima.quantities.states import NETWORKS, state_of


def test_at_the_end_it_is_what_training_computed():
    end = state_of(NETWORKS["linear"], risk=0.25)
    assert TrainRisk().at_ends(state_of(NETWORKS["linear"]), end) == {"train_risk": 0.25}


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS.keys())
def test_along_training_it_is_computed(network):
    state = state_of(network)
    expected = references.risk(network, state.weights[:, 0])
    assert TrainRisk().along(state) == {"train_risk": pytest.approx(expected)}
