import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima_papers.expressivity.theory.networks import ReluNetwork
from flatminima_papers.expressivity.theory.pieces import (
    count_pieces,
    most_pieces,
    pieces_needed,
    random_integer_network,
    width_needed,
)
from flatminima_papers.expressivity.theory.products import sawtooth

HIDDEN = st.lists(st.integers(1, 4), min_size=1, max_size=3)


def slopes_seen(network, reach, number):
    """A lower bound of the pieces: different slopes in a row on a fine grid, away from kinks."""
    x = np.linspace(-reach, reach, number)
    y = network(x[:, None])[:, 0]
    slopes = np.diff(y) / np.diff(x)
    flat = np.abs(np.diff(slopes)) < 1e-6
    return 1 + int(np.sum(np.diff(flat.astype(int)) == -1))


@given(HIDDEN, st.integers(0, 2**32))
def test_no_network_has_more_pieces_than_the_bound(hidden, seed):
    network = random_integer_network(np.random.default_rng(seed), hidden)
    assert slopes_seen(network, 20.0, 8001) <= count_pieces(network) <= most_pieces(hidden)


def test_one_layer_attains_the_bound():
    network = ReluNetwork((np.ones((3, 1)), [[1.0, -3.0, 5.0]]), ([0.0, -1.0, -2.0], [0.0]))
    assert count_pieces(network) == most_pieces((3,)) == 4


def test_a_kink_that_cancels_is_none():
    network = ReluNetwork((np.ones((2, 1)), [[1.0, -1.0]]), ([0.0, 0.0], [0.0]))
    assert count_pieces(network) == 1


@pytest.mark.parametrize("teeth", range(2, 7))
def test_a_sawtooth(teeth):
    assert count_pieces(sawtooth(teeth)) == 2**teeth + 2


@pytest.mark.parametrize(("degree", "radius", "accuracy"), [(2, 1, 0.01), (4, 2, 0.1), (8, 2, 0.1)])
def test_pieces_needed_by_dynamic_programming(degree, radius, accuracy):
    """From each start the longest piece by bisection of the error of the best line."""

    def best_line_error(low, high):
        x = np.linspace(low, high, 2001)
        chord = np.interp(x, [low, high], [low**degree, high**degree])
        return (chord - x**degree).max() / 2

    low, count = 0.0, 0
    while low < radius:
        short, long = low, radius
        if best_line_error(low, radius) > accuracy:
            for _ in range(60):
                middle = (short + long) / 2
                if best_line_error(low, middle) <= accuracy:
                    short = middle
                else:
                    long = middle
        low, count = long, count + 1
    assert pieces_needed(degree, radius, accuracy) == count


def test_they_grow_as_the_square_root_of_the_curvature():
    expected = 2**8 / (2 * np.sqrt(0.1))
    assert pieces_needed(16, 2.0, 0.1) == pytest.approx(expected, rel=1 / 16)
    assert pieces_needed(16, 1.0, 0.1) == 2


@given(st.integers(1, 10**6), st.integers(1, 4))
def test_a_width_is_needed_and_one_less_is_too_little(pieces, layers):
    width = width_needed(pieces, layers)
    assert (width + 1) ** layers >= pieces
    assert width == 0 or width**layers < pieces
