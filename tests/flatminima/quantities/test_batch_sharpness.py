import numpy as np
import pytest

from flatminima.networks.linear.network import LinearNetwork
from flatminima.quantities import State
from flatminima.quantities.batch_sharpness import BatchSharpness
from tests.flatminima.cases import difficult, named
from tests.flatminima.quantities.states import (
    assert_estimated_from_batches,
    of_batches,
    small_networks,
    state_of,
)


def curvature(g, H):
    return g @ H @ g / (g @ g)


@pytest.mark.parametrize("network", named(small_networks(6)))
@pytest.mark.parametrize("batch_size", [1, 2, 6])
def test_it_is_the_mean_curvature_along_the_gradients_of_all_batches(network, batch_size):
    start = state_of(network, 0, batch_size=batch_size)
    end = state_of(network, 1, batch_size=batch_size)
    expected = pytest.approx(of_batches(end, curvature).mean(), rel=1e-9)
    assert BatchSharpness().at_ends(start, end) == {
        "final_batch_sharpness": expected,
        "final_batch_sharpness_error": 0,
    }
    assert BatchSharpness().along(end) == {"batch_sharpness": expected, "batch_sharpness_error": 0}


@pytest.mark.parametrize("network", named(small_networks(9)))
def test_of_many_batches_it_is_an_estimate_with_its_standard_error(network):
    assert_estimated_from_batches(BatchSharpness(), "batch_sharpness", curvature, network)


@pytest.mark.parametrize(("risk", "known"), [(0.99e-12, False), (1.01e-12, True)])
def test_there_is_none_where_the_gradient_is_rounding(risk, known):
    """Of one layer on data without noise the risk is (w - w*)^T Sigma (w - w*)."""
    data = difficult(1.0)
    weights = data.minimum_norm_solution[:, None].copy()
    weights[0] += np.sqrt(risk / np.mean(data.inputs[:, 0] ** 2))
    state = State(LinearNetwork(data, 1), weights)
    assert bool(BatchSharpness().at_ends(state, state)) == known
    assert bool(BatchSharpness().along(state)) == known
