from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima_papers.expressivity.theory import counts
from flatminima_papers.expressivity.theory.calculus import pad
from flatminima_papers.expressivity.theory.maximum import maximum
from flatminima_papers.expressivity.theory.networks import random_network


@pytest.mark.parametrize("dimension", [2**m for m in range(1, 9)])
def test_its_counts_are_closed_forms(dimension):
    network = maximum(dimension)
    found = (network.parameters, network.nonzeros, network.hidden_layers)
    assert found == counts.maximum(dimension)[:3]
    assert not any(b.any() for b in network.biases)


@given(st.integers(1, 40), st.integers(0, 2**32))
def test_it_is_exact_bit_by_bit_on_dyadic_inputs(dimension, seed):
    x = np.random.default_rng(seed).integers(-(2**20), 2**20, (20, dimension)) / 2**20
    assert (maximum(dimension)(x)[:, 0] == x.max(1)).all()


@pytest.mark.parametrize("dimension", range(2, 70))
def test_any_dimension_takes_little_more(dimension):
    bound = 3 * dimension**2 + 5 * dimension * np.log2(dimension)
    assert maximum(dimension).parameters <= bound


def jumps(network, point, direction):
    """How much the slope along a direction changes at a point."""
    step = 1e-4
    ends = network(np.array([point + step * direction, point, point - step * direction]))[:, 0]
    return abs(ends[0] - 2 * ends[1] + ends[2]) / step


def test_one_hidden_layer_cannot_compute_the_maximum_of_x_y_and_0():
    """A unit's kink is a whole line, with the same jump of the slope all along it.

    The kink of max(x, y, 0) along x = y ends at the origin.
    """
    across = np.array([1.0, -1.0])
    exact = maximum(3)

    def target(points):
        return exact(np.column_stack([points, np.zeros(len(points))]))

    assert jumps(target, np.array([1.0, 1.0]), across) > 1
    assert jumps(target, np.array([-1.0, -1.0]), across) == 0
    for seed, (x, y) in product(range(20), [(1.0, 2.0), (-3.0, 1.0)]):
        network = random_network(np.random.default_rng(seed), (2, 1, 1))
        w, b = network.weights[0].toarray()[0], network.biases[0][0]
        along = np.array([-w[1], w[0]])
        on_the_kink = -b * w / (w @ w)
        found = [jumps(network, on_the_kink + t * along, w) for t in (x, y)]
        assert found[0] == pytest.approx(found[1], rel=1e-6)


def test_padded_it_is_the_same():
    x = np.random.default_rng(0).standard_normal((9, 5))
    np.testing.assert_allclose(pad(maximum(5), 3)(x), maximum(5)(x), rtol=1e-14)
