import numpy as np
import pytest

from flatminima.quantities.first_layer_gram import FirstLayerGram
from tests.flatminima import references
from tests.flatminima.quantities.states import NETWORKS, state_of, with_relevant_inputs

GRAM = FirstLayerGram()


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("relevant", [1, 2, 4])
def test_it_is_the_share_of_squared_products_with_an_input_that_does_not_matter(name, relevant):
    network = with_relevant_inputs(name, relevant)
    start, end = state_of(network, 0), state_of(network, 1)
    columns = references.split(network, end.weights[:, 0])[0].T
    inside = outside = 0.0
    for i, one in enumerate(columns):
        for j, other in enumerate(columns):
            if i < relevant and j < relevant:
                inside += (one @ other) ** 2
            else:
                outside += (one @ other) ** 2
    expected = pytest.approx(outside / (inside + outside))
    assert GRAM.at_ends(start, end) == {"final_gram_share_outside": expected}
    assert GRAM.along(end) == {"gram_share_outside": expected}


def test_there_is_none_where_it_is_not_known_which_inputs_matter():
    state = state_of(NETWORKS["linear"])
    assert np.isnan(list(GRAM.along(state).values())).all()
