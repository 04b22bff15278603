r"""What two and three layers without biases can fit on mirrored data.

Two layers with fixed random neurons reach the smallest risk of any two-layer network when the even
functions |w_j.x| span all even vectors: more neurons than lines do, if the points lie on distinct
lines and alpha is neither 1 nor -1.

Three layers interpolate any targets on distinct rays.  With a basis P_i of the complement of x_i,

    g_i(x) = relu(x_i.x / ||x_i|| - c sum_k |P_ik.x|)

is ||x_i|| at x_i, and zero at every other point for c large enough: at -x_i its argument is
negative, and off the line of x_i the sum is positive.  So sum_i (y_i / ||x_i||) g_i interpolates.
A leaky rectifier is as good, for relu(z) = (phi(z) + alpha phi(-z)) / (1 - alpha^2),
z = (phi(z) - phi(-z)) / (1 + alpha) and |z| = (phi(z) + phi(-z)) / (1 - alpha).
"""

import numpy as np
from scipy.linalg import null_space

from flatminima.theory.dense_networks import leaky_rectifier

__all__ = ["fitted_random_neurons", "interpolating_layers"]


def fitted_random_neurons(
    inputs: np.ndarray,
    targets: np.ndarray,
    slope: float,
    neurons: int,
    generator: np.random.Generator,
) -> float:
    """Return the smallest risk over the outer weights of Gaussian neurons.

    Args:
        inputs: (n, d).
        targets: y (n).
        slope: alpha.
        neurons: How many; 20 for each line are enough, one for each may not span the even part.
        generator: Where the neurons come from.
    """
    features, _ = leaky_rectifier(slope)(
        inputs @ generator.standard_normal((inputs.shape[1], neurons))
    )
    outer = np.linalg.lstsq(features, targets, rcond=None)[0]
    return float(np.mean((features @ outer - targets) ** 2))


def interpolating_layers(inputs: np.ndarray, targets: np.ndarray, slope: float) -> list[np.ndarray]:
    """Return three layers that compute the targets exactly.

    Args:
        inputs: Points on distinct rays (n, d).
        targets: y (n).
        slope: alpha, neither 1 nor -1.
    """
    lengths = np.linalg.norm(inputs, axis=1)
    directions = inputs / lengths[:, None]
    complements = [null_space(direction[None]).T for direction in directions]
    rows, sums = [], []
    for direction, complement in zip(directions, complements, strict=True):
        rows += [direction, -direction, *complement, *-complement]
        along = np.array([1.0, -1.0]) / (1 + slope)
        off = np.ones(2 * len(complement)) / (1 - slope)
        steepness = _steepness(direction, complement, directions)
        sums.append(np.concatenate([along, -steepness * off]))
    units = len(sums[0])
    first = np.array(rows)
    second = np.zeros((2 * len(inputs), len(first)))
    for point, weights in enumerate(sums):
        place = slice(point * units, (point + 1) * units)
        second[2 * point, place], second[2 * point + 1, place] = weights, -weights
    third = np.stack([targets / lengths, slope * targets / lengths], axis=1) / (1 - slope**2)
    return [first[None], second[None], third.reshape(1, 1, -1)]


def _steepness(direction: np.ndarray, complement: np.ndarray, directions: np.ndarray) -> float:
    """Return c such that x_i.x <= c sum_k |P_ik.x| at every other point."""
    along, off = directions @ direction, np.abs(directions @ complement.T).sum(axis=1)
    others = (along > 0) & (np.abs(along - 1) + off > 1e-9)
    return float(np.max(along[others] / off[others], initial=0.0))
