from flatminima.quantities.gradient_norm import GradientNorm
from tests.flatminima.quantities.states import NETWORKS, state_of


def test_it_is_what_training_computed():
    end = state_of(NETWORKS["linear"], gradient_norm=0.25)
    assert GradientNorm().at_ends(state_of(NETWORKS["linear"]), end) == {"gradient_norm": 0.25}
