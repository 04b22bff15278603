"""Functions of d variables that are composed of simple ones, and networks with proved errors.

A `Certified` network comes with a bound of its error, and with a Lipschitz constant of the function
that it stands for; both are in the maximum norm.  Errors then follow from a few rules: those of
`after`, `beside`, `times` and `plus`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log2

import numpy as np

from flatminima_papers.expressivity.theory.calculus import (
    aligned,
    compose_through_identity,
    copies,
    linear_combination,
    stack,
)
from flatminima_papers.expressivity.theory.interpolation import (
    interpolate,
    lipschitz_pieces,
    smooth_pieces,
)
from flatminima_papers.expressivity.theory.maximum import maximum
from flatminima_papers.expressivity.theory.networks import ReluNetwork
from flatminima_papers.expressivity.theory.products import (
    node_error,
    product,
    product_of_two,
    squarings_for,
)

__all__ = ["FAMILIES", "Certified", "Family"]


@dataclass(frozen=True)
class Certified:
    """A network, and what is proved of it.

    Attributes:
        network: It.
        error: It differs from its function by at most this, in each output.
        lipschitz: A Lipschitz constant of its function, from the maximum norm to the maximum norm.
    """

    network: ReluNetwork
    error: float
    lipschitz: float

    def after(self, inner: "Certified") -> "Certified":
        """Return f o g: the error of f, and Lip f times that of g.

        Where f's network is certified on an interval alone, g's has to take values there.
        """
        return Certified(
            compose_through_identity(self.network, inner.network),
            self.error + self.lipschitz * inner.error,
            self.lipschitz * inner.lipschitz,
        )

    def beside(self, other: "Certified") -> "Certified":
        """Return x -> (f(x), g(x)): the larger error."""
        return Certified(
            stack(*aligned(self.network, other.network)),
            max(self.error, other.error),
            max(self.lipschitz, other.lipschitz),
        )

    def each(self, number: int) -> "Certified":
        """Return x -> (f(x_1), ..., f(x_n)): the same error."""
        return Certified(copies(self.network, number), self.error, self.lipschitz)

    def times(self, other: "Certified", accuracy: float) -> "Certified":
        """Return f g of two functions and networks with values in [-1, 1]: the errors add.

        Args:
            other: g.
            accuracy: How wrong the product of two numbers may be.
        """
        squarings = squarings_for(accuracy)
        return Certified(
            compose_through_identity(product_of_two(squarings), self.beside(other).network),
            self.error + other.error + node_error(squarings),
            self.lipschitz + other.lipschitz,
        )


def certified_maximum(dimension: int) -> Certified:
    """Return the maximum, which has no error."""
    return Certified(maximum(dimension), 0.0, 1.0)


def certified_product(dimension: int, accuracy: float) -> Certified:
    """Return the product on [-1, 1]^d by the tree: (d - 1) delta <= accuracy."""
    squarings = squarings_for(accuracy / (dimension - 1))
    error = (dimension - 1) * node_error(squarings)
    return Certified(product(dimension, squarings), error, float(dimension))


def lipschitz_interpolation(
    function: Callable, lipschitz: float, low: float, high: float, accuracy: float
) -> Certified:
    """Return an interpolation on [low, high] of which the Lipschitz constant alone is used."""
    pieces = lipschitz_pieces(lipschitz, high - low, accuracy)
    error = lipschitz * (high - low) / pieces / 2
    return Certified(interpolate(function, low, high, pieces), error, lipschitz)


def smooth_interpolation(
    function: Callable, lipschitz: float, curvature: float, low: float, high: float, accuracy: float
) -> Certified:
    """Return an interpolation on [low, high] of a function with |f''| <= curvature."""
    pieces = smooth_pieces(curvature, high - low, accuracy)
    error = curvature * ((high - low) / pieces) ** 2 / 8
    return Certified(interpolate(function, low, high, pieces), error, lipschitz)


@dataclass(frozen=True)
class Family:
    """A function of any number of variables on [-1, 1]^d, and how it is approximated.

    Attributes:
        function: Of points (n, d).
        build: From d and eps a network that is certified to be wrong by eps at most.
        nonzeros_dimension: p, of the predicted order d^p eps^-q of M, logarithms left out.
        nonzeros_accuracy: q.
        parameters_dimension: p of P.
        parameters_accuracy: q of P.
        logarithms: Of d and eps, what the predicted orders of M and of P have beside the powers.
    """

    function: Callable[[np.ndarray], np.ndarray]
    build: Callable[[int, float], Certified]
    nonzeros_dimension: float
    nonzeros_accuracy: float
    parameters_dimension: float
    parameters_accuracy: float
    logarithms: Callable = lambda d, eps: (1.0, 1.0)

    def nonzeros_order(self, dimension: int, accuracy: float) -> float:
        """Return d^p eps^-q and its logarithms, for M."""
        powers = dimension**self.nonzeros_dimension * accuracy**-self.nonzeros_accuracy
        return powers * self.logarithms(dimension, accuracy)[0]


def _rough_maximum(dimension: int, accuracy: float) -> Certified:
    """Return |sin 4y| of y = max |sin 7 x_i|; the errors are eps/2 and 4 eps/8."""
    inner = lipschitz_interpolation(lambda x: abs(np.sin(7 * x)), 7.0, -1.0, 1.0, accuracy / 8)
    outer = lipschitz_interpolation(lambda y: abs(np.sin(4 * y)), 4.0, 0.0, 1.0, accuracy / 2)
    return outer.after(certified_maximum(dimension)).after(inner.each(dimension))


def _product_of_cosines(dimension: int, accuracy: float, smooth: bool) -> Certified:
    """Return the product of cos 2x_i; half of eps for the tree, half for d interpolations."""
    each = accuracy / (2 * dimension)
    cosine = (
        smooth_interpolation(lambda x: np.cos(2 * x), 2.0, 4.0, -1.0, 1.0, each)
        if smooth
        else lipschitz_interpolation(lambda x: np.cos(2 * x), 2.0, -1.0, 1.0, each)
    )
    return certified_product(dimension, accuracy / 2).after(cosine.each(dimension))


def _sine_of_product(dimension: int, accuracy: float) -> Certified:
    """Return sin(3 prod x) max x; a third of eps for the tree, the sine and the last product."""
    third = accuracy / 3
    sine = smooth_interpolation(lambda y: np.sin(3 * y), 3.0, 9.0, -1.0, 1.0, third)
    wave = sine.after(certified_product(dimension, third / 3))
    return wave.times(certified_maximum(dimension), third)


def terms_for(accuracy: float) -> int:
    """Return the smallest K with 2^-K <= accuracy."""
    return max(1, ceil(-log2(accuracy)))


def _limit(dimension: int, accuracy: float) -> Certified:
    """Return sum of 2^-k max |sin k x_i| over k: what is left out and the rest have eps/2 each."""
    terms = terms_for(accuracy / 2)
    kept = [
        certified_maximum(dimension).after(
            lipschitz_interpolation(
                lambda x, k=k: abs(np.sin(k * x)), float(k), -1.0, 1.0, accuracy / 2
            ).each(dimension)
        )
        for k in range(1, terms + 1)
    ]
    weights = [2.0**-k for k in range(1, terms + 1)]
    network = linear_combination(weights, [term.network for term in kept])
    error = sum(w * term.error for w, term in zip(weights, kept, strict=True))
    return Certified(network, error + 2.0**-terms, 2.0)


def _exact_limit(points: np.ndarray) -> np.ndarray:
    """Return the limit to 2^-40."""
    return sum(2.0**-k * abs(np.sin(k * points)).max(1) for k in range(1, 41))


def _cosines(points: np.ndarray) -> np.ndarray:
    return np.cos(2 * points).prod(1)


FAMILIES = {
    "rough_maximum": Family(
        lambda x: abs(np.sin(4 * abs(np.sin(7 * x)).max(1))), _rough_maximum, 1, 1, 2, 1
    ),
    "cosines_lipschitz": Family(
        _cosines, lambda d, eps: _product_of_cosines(d, eps, False), 2, 1, 3, 1
    ),
    "cosines_smooth": Family(
        _cosines, lambda d, eps: _product_of_cosines(d, eps, True), 1.5, 0.5, 2.5, 0.5
    ),
    "sine_of_product": Family(
        lambda x: np.sin(3 * x.prod(1)) * x.max(1),
        _sine_of_product,
        1,
        0.5,
        2,
        0.5,
        lambda d, eps: (np.log2(d / eps), np.log2(d / eps)),
    ),
    "limit": Family(
        _exact_limit,
        _limit,
        1,
        1,
        2,
        1,
        lambda d, eps: (np.log2(2 / eps) ** 2, np.log2(2 / eps) ** 3),
    ),
}
"""By name."""
