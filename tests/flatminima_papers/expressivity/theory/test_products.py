import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima_papers.expressivity.theory import counts
from flatminima_papers.expressivity.theory.products import (
    node_error,
    product,
    product_of_two,
    sawtooth,
    square,
    squarings_for,
)

SQUARINGS = range(1, 8)


def of(network):
    return network.parameters, network.nonzeros, network.hidden_layers


@pytest.mark.parametrize("m", SQUARINGS)
def test_the_square_is_the_interpolation_of_x_squared(m):
    nodes = np.linspace(0, 1, 2**m + 1)
    x = np.linspace(0, 1, 2 ** (m + 3) + 1)
    found = square(m)(x[:, None])[:, 0]
    np.testing.assert_allclose(found, np.interp(x, nodes, nodes**2), rtol=0, atol=1e-15)
    assert (found - x**2).min() >= 0
    assert (found - x**2).max() == node_error(m)


@pytest.mark.parametrize("m", SQUARINGS)
def test_no_function_with_as_many_pieces_is_more_than_twice_as_good(m):
    """The best line to x^2 on a piece of length h is wrong by h^2 / 8 = delta / 2."""
    x = np.linspace(0, 1, 2 ** (m + 3) + 1)
    shifted = square(m)(x[:, None])[:, 0] - node_error(m) / 2
    assert np.abs(shifted - x**2).max() == node_error(m) / 2
    assert 2.0 ** (-2 * m) / 8 == node_error(m) / 2


@pytest.mark.parametrize("m", SQUARINGS)
def test_a_sawtooth_has_2_to_the_m_pieces(m):
    nodes = np.linspace(0, 1, 2**m + 1)
    expected = np.tile([0.0, 1.0], 2**m)[: 2**m + 1]
    assert (sawtooth(m)(nodes[:, None])[:, 0] == expected).all()


@pytest.mark.parametrize("m", range(2, 12))
def test_counts_are_closed_forms(m):
    assert of(square(m)) == counts.square(m)[:3]
    assert of(product_of_two(m)) == counts.product(m)[:3]


@pytest.mark.parametrize("dimension", [4, 8, 16, 64])
@pytest.mark.parametrize("m", [2, 3, 9])
def test_counts_of_the_tree_are_closed_forms(dimension, m):
    assert of(product(dimension, m)) == counts.product_tree(dimension, m)[:3]


@given(st.integers(1, 8), st.integers(0, 2**32))
def test_a_product_is_wrong_by_delta_at_most_and_its_slopes_are_at_most_one(m, seed):
    generator = np.random.default_rng(seed)
    network = product_of_two(m)
    x, y = generator.uniform(-1, 1, (200, 2)), generator.uniform(-1, 1, (200, 2))
    assert np.abs(network(x)[:, 0] - x.prod(1)).max() <= node_error(m) + 1e-15
    assert np.abs(network(x)).max() <= 1
    moved = x.copy()
    moved[:, 0] = y[:, 0]
    change = np.abs(network(moved) - network(x))[:, 0]
    assert (change <= np.abs(moved - x)[:, 0] + 1e-14).all()


@pytest.mark.parametrize("m", SQUARINGS)
def test_a_product_is_exact_where_a_factor_is_0_or_1_and_off_by_delta_elsewhere(m):
    grid = np.linspace(-1, 1, 2 ** (m + 2) + 1)
    network = product_of_two(m)
    for factor in (-1.0, 0.0, 1.0):
        for pair in ((grid, 0 * grid + factor), (0 * grid + factor, grid)):
            assert (network(np.column_stack(pair))[:, 0] == grid * factor).all()
    pairs = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    assert np.abs(network(pairs)[:, 0] - pairs.prod(1)).max() == node_error(m)


@given(st.integers(2, 12), st.integers(1, 5), st.integers(0, 2**32))
def test_a_tree_is_wrong_by_d_minus_1_deltas_at_most(dimension, m, seed):
    generator = np.random.default_rng(seed)
    x = generator.choice([-1, 1], (100, dimension)) * (1 - generator.random((100, 1)) ** 2)
    error = np.abs(product(dimension, m)(x)[:, 0] - x.prod(1))
    assert error.max() <= (dimension - 1) * node_error(m) + 1e-15


def test_on_a_larger_cube_the_error_grows_with_its_volume():
    network, x = product(3, 4, radius=2.0), np.random.default_rng(0).uniform(-2, 2, (500, 3))
    error = np.abs(network(x)[:, 0] - x.prod(1))
    assert error.max() <= 8 * 2 * node_error(4)
    assert error.max() > 2 * node_error(4)


@given(st.floats(1e-12, 10))
def test_as_few_squarings_as_an_accuracy_allows(accuracy):
    m = squarings_for(accuracy)
    assert node_error(m) <= accuracy
    assert m == 2 or node_error(m - 1) > accuracy
