import numpy as np
import pytest

from flatminima.quantities.irrelevant_norm import IrrelevantNorm
from tests.flatminima import references
from tests.flatminima.quantities.states import NETWORKS, state_of, with_relevant_inputs

NORM = IrrelevantNorm()


def expected(state, relevant):
    first = references.split(state.network, state.weights[:, 0])[0]
    entries = [first[row, column] for row, column in np.ndindex(first.shape) if column >= relevant]
    return pytest.approx(np.sqrt(sum(entry**2 for entry in entries)))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("relevant", [1, 2, 4])
def test_it_is_that_of_the_columns_of_inputs_that_do_not_matter(name, relevant):
    network = with_relevant_inputs(name, relevant)
    start, end = state_of(network, 0), state_of(network, 1)
    assert NORM.at_ends(start, end) == {
        "initial_irrelevant_norm": expected(start, relevant),
        "final_irrelevant_norm": expected(end, relevant),
    }
    assert NORM.along(end) == {"irrelevant_norm": expected(end, relevant)}


def test_there_is_none_where_it_is_not_known_which_inputs_matter():
    state = state_of(NETWORKS["linear"])
    assert np.isnan(list(NORM.at_ends(state, state).values())).all()
