"""ReLU networks as data: affine maps A_l, sparse, in A_L o relu o A_{L-1} o ... o relu o A_1."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array, random_array

__all__ = ["ReluNetwork", "dense_parameters", "random_network"]


@dataclass(frozen=True, eq=False)
class ReluNetwork:
    """A ReLU network; a network of one layer is an affine map.

    Attributes:
        weights: The matrices W_1, ..., W_L, sparse and without stored zeros.
        biases: The vectors b_1, ..., b_L.

    Raises:
        ValueError: If there is no layer, or a shape does not fit its neighbours.

    Examples:
        |x| = relu(x) + relu(-x).

        >>> modulus = ReluNetwork(([[1.0], [-1.0]], [[1.0, 1.0]]), ([0.0, 0.0], [0.0]))
        >>> modulus(np.array([[-3.0], [2.0]])).ravel().tolist()
        [3.0, 2.0]
        >>> modulus.parameters, modulus.nonzeros, modulus.hidden_layers
        (7, 4, 1)
    """

    weights: tuple[csr_array, ...]
    biases: tuple[np.ndarray, ...]

    def __post_init__(self) -> None:
        weights = tuple(_without_zeros(W) for W in self.weights)
        biases = tuple(np.asarray(b, dtype=np.float64) for b in self.biases)
        if not weights or [b.shape for b in biases] != [W.shape[:1] for W in weights]:
            raise ValueError("a network has at least one layer, and a bias for each row of weights")
        if any(after.shape[1] != before.shape[0] for before, after in pairwise(weights)):
            raise ValueError("a layer has as many columns as the layer before it has rows")
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "biases", biases)

    @property
    def widths(self) -> tuple[int, ...]:
        """The numbers of inputs, of units of each hidden layer, and of outputs."""
        return (self.weights[0].shape[1], *(W.shape[0] for W in self.weights))

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return self.widths[0]

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return self.widths[-1]

    @property
    def hidden_layers(self) -> int:
        """The number of hidden layers, L - 1."""
        return len(self.weights) - 1

    @property
    def parameters(self) -> int:
        """P: all weights and biases, zeros included."""
        return dense_parameters(self.widths)

    @property
    def nonzeros(self) -> int:
        """M: the weights and biases that are not zero."""
        return sum(self.layer_nonzeros(layer) for layer in range(len(self.weights)))

    def layer_nonzeros(self, layer: int) -> int:
        """Return how many weights and biases of one layer, counted from 0, are not zero."""
        return int(self.weights[layer].nnz + np.count_nonzero(self.biases[layer]))

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return the values at points, shape (n, inputs), as an array of shape (n, outputs)."""
        h = np.asarray(points, dtype=np.float64).T
        for W, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            h = W @ h
            h += b[:, None]
            np.maximum(h, 0, out=h)
        return (self.weights[-1] @ h + self.biases[-1][:, None]).T


def dense_parameters(widths: Sequence[int]) -> int:
    """Return P, the sum of w_{l+1} (w_l + 1) over the layers, from the widths.

    Examples:
        >>> dense_parameters((2, 3, 1))
        13
    """
    return sum(after * (before + 1) for before, after in pairwise(widths))


def random_network(
    generator: np.random.Generator, widths: Sequence[int], density: float = 1.0
) -> ReluNetwork:
    """Draw a network whose weights are N(0, 2 / fan-in) and whose biases are N(0, 1).

    Args:
        generator: Where it comes from.
        widths: Of inputs, hidden layers and outputs.
        density: The share of the weights, and of the biases, that are not zero.
    """
    weights, biases = [], []
    for before, after in pairwise(widths):
        W = random_array(
            (after, before), density=density, rng=generator, data_sampler=generator.standard_normal
        )
        weights.append(W * np.sqrt(2 / before))
        biases.append(generator.standard_normal(after) * (generator.random(after) < density))
    return ReluNetwork(tuple(weights), tuple(biases))


def _without_zeros(matrix: csr_array | np.ndarray) -> csr_array:
    """Return a sparse matrix of float64 that stores no zero."""
    sparse = csr_array(matrix, dtype=np.float64)
    if np.count_nonzero(sparse.data) < sparse.nnz:
        sparse = sparse.copy()
        sparse.eliminate_zeros()
    return sparse
