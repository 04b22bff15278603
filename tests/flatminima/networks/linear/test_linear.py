import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima.datasets import DataSize
from flatminima.networks import initialise
from flatminima.networks.linear import Linear
from tests.flatminima.cases import data

SIZE = DataSize(50, 5)


def generator(seed=0):
    return np.random.default_rng(seed)


def test_a_residual_network_has_a_projection_that_is_drawn():
    kind = Linear("residual", (3,), (5,))
    network = kind.build(data(50, 5), generator())
    assert network.layer_shapes == ((5, 5),) * 3
    assert np.array_equal(network.projection, kind.build(data(50, 5), generator()).projection)
    other = kind.build(data(50, 5), generator(1)).projection
    assert not np.array_equal(network.projection, other)


def test_a_gaussian_network_ends_in_one_row():
    network = Linear("gaussian", (3,), (2,)).build(data(50, 5), generator())
    assert network.layer_shapes == ((2, 5), (2, 2), (1, 2))


@pytest.mark.parametrize("initialisation", ["gaussian", "residual"])
def test_a_run_starts_as_its_initialisation_says(initialisation):
    kind = Linear(initialisation, (3,), (5,))
    network = kind.build(data(50, 5), generator())
    expected = initialise(initialisation, network.layer_shapes, 0.3, generator(1))
    assert np.array_equal(kind.initialise(network, 0.3, generator(1)), expected)


def test_a_residual_network_of_another_width_is_refused():
    assert list(Linear("residual", (2, 3), None).cells(SIZE)) == [(2, 5), (3, 5)]
    assert list(Linear("gaussian", (2,), (4, 5)).cells(SIZE)) == [(2, 4), (2, 5)]
    with pytest.raises(Misfit, match="width is 4; allowed for a residual network: 5") as caught:
        list(Linear("residual", (2,), (5, 4)).cells(SIZE))
    assert caught.value.key == "width"


@pytest.mark.parametrize(
    "kind",
    [
        Linear("gaussian", (3,), (5,)),
        Linear("gaussian", (2,), (3,)),
        Linear("gaussian", (6,), (8,)),
        Linear("residual", (4,), (5,)),
    ],
)
def test_its_hessian_costs_what_its_subspace_has_of_dimensions(kind):
    network = kind.build(data(50, 5), generator())
    subspace = network.hessian_subspace(kind.initialise(network, 0.3, generator()))
    assert kind.hessian_cost(SIZE).dimension == subspace.dimension
    assert kind.hessian_cost(SIZE).product.numbers == 3 * network.size
