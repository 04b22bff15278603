"""The sharpness of constructed networks, and the least one over rescalings of their neurons.

At weights that fit their targets the Hessian of the risk (1/n) sum (f(x) - y)^2 is 2 J^T J / n with
the gradients of f as the rows of J.  Its largest eigenvalue is that of 2 J J^T / n, where
J J^T = sum over layers of (D D^T) * (H H^T), entry by entry, with the inputs H of a layer and the
derivatives D of the output by its preactivations.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh
from scipy.optimize import minimize

from flatminima_papers.expressivity.theory.networks import ReluNetwork

__all__ = ["Flattened", "Layers", "dense_layers", "flatten", "sharpness"]


class Layers(NamedTuple):
    """A network with dense layers.

    Attributes:
        weights: W_1, ..., W_L.
        biases: b_1, ..., b_L; None if no layer is trained with a bias.
    """

    weights: list[np.ndarray]
    biases: list[np.ndarray] | None

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return the values at points (n, d), shape (n, outputs)."""
        z = points
        for k, W in enumerate(self.weights):
            z = (np.maximum(z, 0) if k else z) @ W.T
            if self.biases is not None:
                z = z + self.biases[k]
        return z


class Flattened(NamedTuple):
    """The flattest rescaling that was found.

    Attributes:
        layers: The rescaled network, which computes the same function.
        sharpness: Its sharpness.
    """

    layers: Layers
    sharpness: float


def dense_layers(network: ReluNetwork, *, with_biases: bool) -> Layers:
    """Return the layers of a network as dense arrays.

    Args:
        network: It.
        with_biases: Whether biases are among what is trained.

    Raises:
        ValueError: If there are biases, and they are not to be trained.
    """
    weights = [W.toarray() for W in network.weights]
    if with_biases:
        return Layers(weights, [b.copy() for b in network.biases])
    if any(b.any() for b in network.biases):
        raise ValueError("the network has biases, and is none without")
    return Layers(weights, None)


def sharpness(layers: Layers, points: np.ndarray) -> float:
    """Return lambda_max(2 J^T J / n) at points (n, d), for one output.

    Examples:
        f(x) = w x at x = 3: the risk (w x - y)^2 has the second derivative 2 x^2.

        >>> sharpness(Layers([np.ones((1, 1))], None), np.array([[3.0]]))
        18.0
    """
    inputs, slopes = _inputs_and_slopes(layers, points)
    gram = sum((D @ D.T) * (H @ H.T) for D, H in zip(slopes, inputs, strict=True))
    return float(2 * np.linalg.eigvalsh(gram)[-1] / len(points))


def flatten(layers: Layers, points: np.ndarray) -> Flattened:
    """Minimise the sharpness over rescalings: a hidden neuron times s > 0, what follows by 1/s.

    In z = log s each entry of J is multiplied by exp of a linear function of z, so that log S is
    convex: what is found is the least sharpness, to the accuracy of the search.

    Args:
        layers: The network.
        points: (n, d).
    """
    inputs, slopes = _inputs_and_slopes(layers, points)
    extra = 0 if layers.biases is None else 1
    hidden = [len(W) for W in layers.weights[:-1]]
    ends = np.cumsum(hidden)

    def scales(z: np.ndarray) -> list[np.ndarray]:
        """Return s of the units after each layer, of the inputs first."""
        return [
            np.ones(layers.weights[0].shape[1] + extra),
            *(np.concatenate([np.exp(part), np.ones(extra)]) for part in np.split(z, ends[:-1])),
            np.ones(len(layers.weights[-1])),
        ]

    def log_sharpness(z: np.ndarray) -> tuple[float, np.ndarray]:
        s = scales(z)
        after = [s[k + 1][: D.shape[1]] for k, D in enumerate(slopes)]
        scaled = [
            (D / out, H * into) for D, H, out, into in zip(slopes, inputs, after, s, strict=False)
        ]
        gram = sum((D @ D.T) * (H @ H.T) for D, H in scaled)
        (largest,), top = eigh(gram, subset_by_index=[len(gram) - 1] * 2)
        squares = [((D * top).T @ H) ** 2 for D, H in scaled]
        outgoing = [square.sum(0) for square in squares[1:]]
        gradient = np.concatenate(
            [
                2 * (out[: len(units)] - units)
                for out, units in zip(outgoing, (q.sum(1) for q in squares[:-1]), strict=True)
            ]
        )
        return float(np.log(largest)), gradient / largest

    best = minimize(log_sharpness, np.zeros(sum(hidden)), jac=True, method="L-BFGS-B")
    return _rescaled(layers, points, np.split(best.x, ends[:-1]))


def _rescaled(layers: Layers, points: np.ndarray, logarithms: list[np.ndarray]) -> Flattened:
    """Multiply each hidden neuron by exp(z)."""
    factors = [np.ones(layers.weights[0].shape[1]), *map(np.exp, logarithms)]
    factors.append(np.ones(len(layers.weights[-1])))
    weights = [factors[k + 1][:, None] * W / factors[k] for k, W in enumerate(layers.weights)]
    biases = layers.biases
    if biases is not None:
        biases = [factors[k + 1] * b for k, b in enumerate(biases)]
    found = Layers(weights, biases)
    return Flattened(found, sharpness(found, points))


def _inputs_and_slopes(
    layers: Layers, points: np.ndarray
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return for each layer its inputs (n, columns), 1 for the bias, and slopes (n, rows)."""
    inputs, active, h = [], [], points
    biases = layers.biases
    for k, W in enumerate(layers.weights):
        inputs.append(h if biases is None else np.hstack([h, np.ones((len(h), 1))]))
        z = h @ W.T + (0 if biases is None else biases[k])
        active.append(z > 0)
        h = np.maximum(z, 0)
    slopes = [np.ones((len(points), 1))]
    for W, on in zip(layers.weights[:0:-1], active[-2::-1], strict=True):
        slopes.insert(0, (slopes[0] @ W) * on)
    return inputs, slopes
