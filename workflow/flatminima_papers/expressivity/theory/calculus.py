"""The calculus of ReLU networks: each operation on functions is one on their weights.

What the operations cost is in `flatminima_papers.expressivity.theory.counts`.  The constructions
are well known; see Petersen and Voigtlaender, arXiv:1709.05289, and Cheridito, Jentzen and
Rossmannek, arXiv:1912.04310.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import block_diag, csr_array, eye_array, hstack, kron, vstack

from flatminima_papers.expressivity.theory.networks import ReluNetwork

__all__ = [
    "affine",
    "aligned",
    "compose",
    "compose_through_identity",
    "copies",
    "identity",
    "linear_combination",
    "pad",
    "parallel",
    "scale",
    "stack",
    "tree",
]


def affine(matrix: csr_array | np.ndarray, bias: np.ndarray | None = None) -> ReluNetwork:
    """Return x -> A x + b, a network without hidden layers."""
    rows = matrix.shape[0]
    return ReluNetwork((matrix,), (np.zeros(rows) if bias is None else bias,))


def identity(outputs: int) -> ReluNetwork:
    """Return x -> x, without hidden layers."""
    return affine(eye_array(outputs))


def compose(outer: ReluNetwork, inner: ReluNetwork) -> ReluNetwork:
    """Return f o g; the last affine map of g and the first of f become one.

    The numbers of hidden layers add.  The product of the two maps can have more non-zero entries
    than both.

    Examples:
        >>> modulus = ReluNetwork(([[1.0], [-1.0]], [[1.0, 1.0]]), ([0.0, 0.0], [0.0]))
        >>> shifted = compose(modulus, affine(np.eye(1), np.array([-1.0])))
        >>> shifted(np.array([[0.0], [3.0]])).ravel().tolist()
        [1.0, 2.0]
    """
    first, last = outer.weights[0], inner.weights[-1]
    return ReluNetwork(
        (*inner.weights[:-1], first @ last, *outer.weights[1:]),
        (*inner.biases[:-1], first @ inner.biases[-1] + outer.biases[0], *outer.biases[1:]),
    )


def compose_through_identity(outer: ReluNetwork, inner: ReluNetwork) -> ReluNetwork:
    """Return f o g with a layer relu(y), relu(-y) of y = g(x) between the two: y is sparse there.

    One hidden layer more than `compose`, but the non-zero entries no more than double.
    """
    first, last, bias = outer.weights[0], inner.weights[-1], inner.biases[-1]
    return ReluNetwork(
        (*inner.weights[:-1], vstack([last, -last]), hstack([first, -first]), *outer.weights[1:]),
        (*inner.biases[:-1], np.concatenate([bias, -bias]), *outer.biases),
    )


def pad(network: ReluNetwork, layers: int) -> ReluNetwork:
    """Return the same function with more hidden layers, by y = relu(y) - relu(-y).

    What one of these layers has made positive the next ones pass on as it is.

    Args:
        network: f.
        layers: How many hidden layers are added.
    """
    if layers == 0:
        return network
    one = compose_through_identity(identity(network.outputs), network)
    passed, nothing = eye_array(2 * network.outputs), np.zeros(2 * network.outputs)
    return ReluNetwork(
        (*one.weights[:-1], *[passed] * (layers - 1), one.weights[-1]),
        (*one.biases[:-1], *[nothing] * (layers - 1), one.biases[-1]),
    )


def aligned(*networks: ReluNetwork) -> tuple[ReluNetwork, ...]:
    """Return the same functions, all with as many hidden layers as the deepest."""
    deepest = max(network.hidden_layers for network in networks)
    return tuple(pad(network, deepest - network.hidden_layers) for network in networks)


def parallel(*networks: ReluNetwork) -> ReluNetwork:
    """Return (x, y, ...) -> (f(x), g(y), ...).

    Raises:
        ValueError: If the depths differ: pad first.
    """
    if len({network.hidden_layers for network in networks}) != 1:
        raise ValueError("networks of different depths cannot stand side by side; pad them first")
    return ReluNetwork(
        tuple(block_diag(blocks) for blocks in zip(*(f.weights for f in networks), strict=True)),
        tuple(np.concatenate(b) for b in zip(*(f.biases for f in networks), strict=True)),
    )


def copies(network: ReluNetwork, number: int) -> ReluNetwork:
    """Return `parallel` of so many copies of one network."""
    return ReluNetwork(
        tuple(kron(eye_array(number), W) for W in network.weights),
        tuple(np.tile(b, number) for b in network.biases),
    )


def stack(*networks: ReluNetwork) -> ReluNetwork:
    """Return x -> (f(x), g(x), ...), of networks of one depth with the same inputs."""
    repeated = vstack([eye_array(networks[0].inputs)] * len(networks))
    return compose(parallel(*networks), affine(repeated))


def linear_combination(
    coefficients: Sequence[float], networks: Sequence[ReluNetwork]
) -> ReluNetwork:
    """Return x -> c_1 f_1(x) + c_2 f_2(x) + ..., of networks of one depth with the same inputs."""
    outputs = eye_array(networks[0].outputs)
    return compose(affine(hstack([c * outputs for c in coefficients])), stack(*networks))


def scale(network: ReluNetwork, factor: float) -> ReluNetwork:
    """Return x -> c f(x)."""
    return compose(affine(factor * eye_array(network.outputs)), network)


def tree(pair: ReluNetwork, leaves: int) -> ReluNetwork:
    """Reduce so many inputs to one by a network of two inputs and one output, in a binary tree.

    A value without a partner is passed on by the identity.

    Args:
        pair: (a, b) -> a * b, where * is what the tree does.
        leaves: The number of inputs, at least 1.
    """
    if leaves == 1:
        return identity(1)
    pairs, odd = divmod(leaves, 2)
    level = copies(pair, pairs)
    if odd:
        level = parallel(level, pad(identity(1), pair.hidden_layers))
    return compose(tree(pair, pairs + odd), level)
