"""What the operations of the calculus cost, as formulas.

P are all weights and biases, M those that are not zero; k is the width of the interface of a
composition f o g, f_1 the first width of f after its inputs, g_{L-1} the last one of g before its
outputs.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from flatminima_papers.expressivity.theory.networks import ReluNetwork, dense_parameters

__all__ = [
    "Counts",
    "composition",
    "composition_through_identity",
    "linear_combination",
    "maximum",
    "padding",
    "parallel",
    "product",
    "product_tree",
    "square",
]


class Counts(NamedTuple):
    """What a network has.

    Attributes:
        parameters: P.
        nonzeros: M, or a bound of it where `exact` is false.
        hidden_layers: Their number.
        exact: Whether M is exact, and no bound.
    """

    parameters: int
    nonzeros: int
    hidden_layers: int
    exact: bool = True


def composition(outer: ReluNetwork, inner: ReluNetwork) -> Counts:
    """Return P = P_f + P_g + f_1 (g_{L-1} - k) - k (g_{L-1} + 1); M may fill the common layer."""
    k, first, last = outer.inputs, outer.widths[1], inner.widths[-2]
    rest = outer.nonzeros - outer.layer_nonzeros(0) + inner.nonzeros - inner.layer_nonzeros(-1)
    return Counts(
        outer.parameters + inner.parameters + first * (last - k) - k * (last + 1),
        rest + first * (last + 1),
        outer.hidden_layers + inner.hidden_layers,
        exact=False,
    )


def composition_through_identity(outer: ReluNetwork, inner: ReluNetwork) -> Counts:
    """Return P = P_f + P_g + k f_1 + k (g_{L-1} + 1), and M of both.

    M = M_f + M_g + nnz(W_1 of f) + nnz(A_L of g), at most twice M_f + M_g.
    """
    k, first, last = outer.inputs, outer.widths[1], inner.widths[-2]
    return Counts(
        outer.parameters + inner.parameters + k * first + k * (last + 1),
        outer.nonzeros + inner.nonzeros + outer.weights[0].nnz + inner.layer_nonzeros(-1),
        outer.hidden_layers + inner.hidden_layers + 1,
    )


def parallel(one: ReluNetwork, other: ReluNetwork) -> Counts:
    """Return P = P_f + P_g + sum of a_{l+1} b_l + b_{l+1} a_l, with widths a and b; M adds."""
    crossed = sum(
        after[0] * before[1] + after[1] * before[0]
        for before, after in pairwise(zip(one.widths, other.widths, strict=True))
    )
    return Counts(
        one.parameters + other.parameters + crossed,
        one.nonzeros + other.nonzeros,
        one.hidden_layers,
    )


def linear_combination(one: ReluNetwork, other: ReluNetwork) -> Counts:
    """Return P from the widths, whose hidden ones add, and M <= M_f + M_g."""
    hidden = np.add(one.widths, other.widths)[1:-1].tolist()
    return Counts(
        dense_parameters((one.inputs, *hidden, one.outputs)),
        one.nonzeros + other.nonzeros,
        one.hidden_layers,
        exact=False,
    )


def padding(network: ReluNetwork, layers: int) -> Counts:
    """Return what n >= 1 more layers make of k outputs and a last hidden width l.

    P grows by k (l + 1) + k (2k + 1) + (n - 1) 2k (2k + 1), M by nnz(A_L) + 2 k n.
    """
    k, last = network.outputs, network.widths[-2]
    added = k * (last + 1) + k * (2 * k + 1) + (layers - 1) * 2 * k * (2 * k + 1)
    return Counts(
        network.parameters + added,
        network.nonzeros + network.layer_nonzeros(-1) + 2 * k * layers,
        network.hidden_layers + layers,
    )


def maximum(dimension: int) -> Counts:
    """Return P = 3d^2 + 3d - 5 and M = 8d - 9 of the maximum of d = 2^m numbers, m >= 1.

    Examples:
        >>> maximum(4)
        Counts(parameters=55, nonzeros=23, hidden_layers=2, exact=True)
    """
    d = dimension
    return Counts(3 * d**2 + 3 * d - 5, 8 * d - 9, d.bit_length() - 1)


def square(squarings: int) -> Counts:
    """Return P = 12m - 7 and M = 8m - 3 of the square by m >= 2 sawtooth layers."""
    return Counts(12 * squarings - 7, 8 * squarings - 3, squarings)


def product(squarings: int) -> Counts:
    """Return P = 42m - 15 and M = 16m + 6 of the product of two numbers, m >= 2."""
    return Counts(42 * squarings - 15, 16 * squarings + 6, squarings + 1)


def product_tree(dimension: int, squarings: int) -> Counts:
    """Return what the product of d = 2^m >= 4 numbers has: M = 16m (d - 1) + 20d - 34.

    A node has hidden widths 4, 4, 6, ..., 6, and a level as many nodes as it has pairs.
    """
    d, m = dimension, squarings
    levels = d.bit_length() - 1
    hidden = [
        units << level for level in reversed(range(levels)) for units in (4, 4, *(6,) * (m - 1))
    ]
    return Counts(
        dense_parameters((d, *hidden, 1)), 16 * m * (d - 1) + 20 * d - 34, levels * (m + 1)
    )
