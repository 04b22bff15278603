import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima_papers.expressivity.theory import counts
from flatminima_papers.expressivity.theory.calculus import (
    affine,
    aligned,
    compose,
    compose_through_identity,
    copies,
    identity,
    linear_combination,
    pad,
    parallel,
    scale,
    stack,
    tree,
)
from flatminima_papers.expressivity.theory.networks import (
    ReluNetwork,
    dense_parameters,
    random_network,
)

WIDTH = st.integers(1, 6)
POINTS = 7


def drawn(seed, inputs, hidden, outputs, density):
    generator = np.random.default_rng(seed)
    return random_network(generator, (inputs, *hidden, outputs), density)


def networks(inputs=WIDTH, outputs=WIDTH, hidden=None):
    hidden = st.lists(WIDTH, max_size=3) if hidden is None else hidden
    return st.builds(
        drawn, st.integers(0, 2**32), inputs, hidden, outputs, st.sampled_from([0.4, 1.0])
    )


@st.composite
def composable(draw):
    k = draw(WIDTH)
    return draw(networks(inputs=st.just(k))), draw(networks(outputs=st.just(k)))


@st.composite
def of_one_depth(draw, inputs=WIDTH, outputs=WIDTH):
    depth = draw(st.integers(0, 3))
    hidden = st.lists(WIDTH, min_size=depth, max_size=depth)
    return draw(networks(inputs, outputs, hidden)), draw(networks(inputs, outputs, hidden))


@st.composite
def summable(draw):
    inputs, outputs = st.just(draw(WIDTH)), st.just(draw(WIDTH))
    return draw(of_one_depth(inputs, outputs))


def points(network):
    return np.random.default_rng(1).standard_normal((POINTS, network.inputs))


def value(network, x):
    """The slow obvious reference: one point after the other, dense."""
    found = []
    for point in x:
        h = point
        for k, (W, b) in enumerate(zip(network.weights, network.biases, strict=True)):
            h = W.toarray() @ (np.maximum(h, 0) if k else h) + b
        found.append(h)
    return np.array(found)


def assert_same(found, expected):
    assert found.shape == expected.shape
    assert np.abs(found - expected).max(initial=0) <= 1e-13 * (1 + np.abs(expected).max(initial=0))


def assert_counted(network, predicted):
    assert network.parameters == predicted.parameters
    assert network.hidden_layers == predicted.hidden_layers
    if predicted.exact:
        assert network.nonzeros == predicted.nonzeros
    else:
        assert network.nonzeros <= predicted.nonzeros


@given(networks())
def test_a_network_is_evaluated_and_counted(network):
    x = points(network)
    assert_same(network(x), value(network, x))
    dense = [W.toarray() for W in network.weights]
    assert network.parameters == sum(W.size + len(W) for W in dense)
    arrays = (*dense, *network.biases)
    assert network.nonzeros == sum(np.count_nonzero(array) for array in arrays)
    assert network.parameters == dense_parameters(network.widths)


@given(composable())
def test_composition(pair):
    outer, inner = pair
    x = points(inner)
    network = compose(outer, inner)
    assert_same(network(x), value(outer, value(inner, x)))
    assert_counted(network, counts.composition(outer, inner))


@given(composable())
def test_composition_through_an_identity_layer(pair):
    outer, inner = pair
    x = points(inner)
    network = compose_through_identity(outer, inner)
    assert_same(network(x), value(outer, value(inner, x)))
    assert_counted(network, counts.composition_through_identity(outer, inner))
    assert network.nonzeros <= 2 * (outer.nonzeros + inner.nonzeros)


def test_plain_composition_fills_in_and_an_identity_layer_does_not():
    """A column of 20 units after one output that sums 20 units."""
    inner = ReluNetwork((np.ones((20, 1)), np.ones((1, 20))), (np.zeros(20), np.zeros(1)))
    outer = ReluNetwork((np.ones((20, 1)), np.ones((1, 20))), (np.zeros(20), np.zeros(1)))
    assert compose(outer, inner).nonzeros == 20 + 400 + 20
    assert compose_through_identity(outer, inner).nonzeros == 120


@given(of_one_depth())
def test_side_by_side(pair):
    one, other = pair
    network = parallel(one, other)
    x, y = points(one), points(other)
    assert_same(network(np.hstack([x, y])), np.hstack([value(one, x), value(other, y)]))
    assert_counted(network, counts.parallel(one, other))


@given(networks(), st.integers(1, 4))
def test_copies_are_the_same_network_side_by_side(network, number):
    one, other = copies(network, number), parallel(*[network] * number)
    x = np.random.default_rng(2).standard_normal((POINTS, one.inputs))
    assert_same(one(x), other(x))
    assert (one.widths, one.nonzeros) == (other.widths, other.nonzeros)


@given(summable())
def test_networks_on_the_same_inputs(pair):
    one, other = pair
    x = points(one)
    assert_same(stack(one, other)(x), np.hstack([value(one, x), value(other, x)]))
    assert stack(one, other).nonzeros <= one.nonzeros + other.nonzeros


@given(summable(), st.floats(-3, 3), st.floats(-3, 3))
def test_linear_combination(pair, a, b):
    one, other = pair
    x = points(one)
    network = linear_combination((a, b), (one, other))
    assert_same(network(x), a * value(one, x) + b * value(other, x))
    assert_counted(network, counts.linear_combination(one, other))


@given(networks(), st.integers(1, 4))
def test_padding(network, layers):
    x = points(network)
    assert_same(pad(network, layers)(x), value(network, x))
    assert_counted(pad(network, layers), counts.padding(network, layers))
    assert pad(network, 0) is network


@given(networks(), networks())
def test_networks_are_brought_to_one_depth(one, other):
    for before, after in zip((one, other), aligned(one, other), strict=True):
        assert after.hidden_layers == max(one.hidden_layers, other.hidden_layers)
        assert_same(after(points(before)), value(before, points(before)))


@given(networks(), st.floats(-3, 3))
def test_scaling(network, factor):
    x = points(network)
    assert_same(scale(network, factor)(x), factor * value(network, x))
    assert scale(network, factor).parameters == network.parameters


@given(st.integers(1, 20))
def test_a_tree_reduces_any_number_of_inputs(leaves):
    total = affine(np.array([[1.0, 1.0]]))
    x = np.random.default_rng(3).standard_normal((POINTS, leaves))
    assert_same(tree(total, leaves)(x), x.sum(1, keepdims=True))


def test_networks_of_different_depths_are_refused():
    with pytest.raises(ValueError, match="pad them first"):
        parallel(identity(2), pad(identity(2), 1))


@pytest.mark.parametrize(
    ("weights", "biases"),
    [
        ((), ()),
        ((np.ones((2, 1)),), (np.zeros(1),)),
        ((np.ones((2, 1)), np.ones((1, 3))), (np.zeros(2), np.zeros(1))),
    ],
)
def test_layers_that_do_not_fit_are_refused(weights, biases):
    with pytest.raises(ValueError, match="layer"):
        ReluNetwork(weights, biases)
