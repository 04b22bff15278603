import numpy as np
import pytest

from flatminima.quantities.mini_batch_sharpness import MiniBatchSharpness
from tests.flatminima.cases import named
from tests.flatminima.quantities.states import (
    assert_estimated_from_batches,
    of_batches,
    small_networks,
    state_of,
)


def largest(g, H):
    return np.linalg.eigvalsh(H)[-1]


@pytest.mark.parametrize("network", named(small_networks(6)))
@pytest.mark.parametrize("batch_size", [1, 2, 6])
def test_it_is_the_mean_largest_eigenvalue_of_the_hessians_of_all_batches(network, batch_size):
    start = state_of(network, 0, batch_size=batch_size)
    end = state_of(network, 1, batch_size=batch_size)
    expected = of_batches(end, largest).mean()
    along = MiniBatchSharpness().along(end)
    assert set(along) == {"mini_batch_sharpness", "mini_batch_sharpness_error"}
    error = along["mini_batch_sharpness_error"]
    assert 0 < error <= 1e-3 * expected
    assert along["mini_batch_sharpness"] == pytest.approx(expected, rel=1e-9, abs=error)
    assert MiniBatchSharpness().at_ends(start, end) == {
        f"final_{name}": value for name, value in along.items()
    }


@pytest.mark.parametrize("network", named(small_networks(9)))
def test_of_many_batches_it_is_an_estimate_with_its_standard_error(network):
    assert_estimated_from_batches(MiniBatchSharpness(), "mini_batch_sharpness", largest, network)
