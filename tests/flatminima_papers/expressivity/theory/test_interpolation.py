import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima_papers.expressivity.theory.interpolation import (
    interpolate,
    lipschitz_pieces,
    smooth_pieces,
)

FINE = np.linspace(-1.5, 1.5, 4001)


@given(st.integers(1, 30))
def test_it_is_numpys_interpolation_constant_outside(pieces):
    nodes = np.linspace(-1, 1, pieces + 1)
    network = interpolate(np.exp, -1.0, 1.0, pieces)
    expected = np.interp(FINE, nodes, np.exp(nodes))
    np.testing.assert_allclose(network(FINE[:, None])[:, 0], expected, atol=1e-13)
    assert network.parameters == 3 * (pieces + 1) + 1


@pytest.mark.parametrize("accuracy", [0.5, 0.1, 0.013])
def test_a_lipschitz_function_is_as_accurate_as_promised_and_no_better_at_a_kink(accuracy):
    """|x| has its kink in the middle of a piece, as N is odd."""
    pieces = lipschitz_pieces(1.0, 2.0, accuracy)
    x = np.linspace(-1, 1, 20001)
    error = np.abs(interpolate(np.abs, -1.0, 1.0, pieces)(x[:, None])[:, 0] - np.abs(x)).max()
    assert pieces % 2 == 1
    assert error == pytest.approx(1 / pieces, rel=1e-6)
    assert error <= accuracy


@pytest.mark.parametrize("accuracy", [0.5, 0.01, 1e-4])
def test_a_smooth_function_is_as_accurate_as_promised(accuracy):
    pieces = smooth_pieces(2.0, 2.0, accuracy)
    x = np.linspace(-1, 1, 20001)
    error = np.abs(interpolate(np.square, -1.0, 1.0, pieces)(x[:, None])[:, 0] - x**2).max()
    assert error == pytest.approx((2 / pieces) ** 2 / 4, rel=1e-3)
    assert error <= accuracy


@given(st.floats(1e-3, 10))
def test_as_few_pieces_as_an_accuracy_allows(accuracy):
    pieces = lipschitz_pieces(3.0, 2.0, accuracy)
    assert 3.0 / pieces <= accuracy * (1 + 1e-9)
    assert pieces == 1 or 3.0 / (pieces - 2) > accuracy
