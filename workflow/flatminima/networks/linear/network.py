"""Deep linear networks f(x) = p^T W_L ... W_1 x, fully connected or residual.

Notation of the paper, for one run: w_prod = W_1^T ... W_L^T p; risk
R = (1/n) ||y - X w_prod||^2 = (w_prod - w*)^T Sigma (w_prod - w*) + R_min;
g = grad_w R = 2 Sigma (w_prod - w*); and for layer k

    u_k = W_{k+1}^T ... W_L^T p    (the layers after it),
    v_k = W_{k-1} ... W_1 g        (the gradient, sent through the layers before it),

so that grad_{W_k} R = u_k v_k^T has rank one and a step costs O(L d^2), whatever n is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from flatminima.core.costs import HessianCost, Work
from flatminima.core.covariances import covariance_root, symmetric_root
from flatminima.datasets import Dataset
from flatminima.kernels.batch import Minibatches, MinibatchKernel, matrix_tile, tile_size
from flatminima.kernels.blocks import LANES, aligned_empty
from flatminima.networks import (
    LayeredNetwork,
    ProductNetwork,
    hidden_widths,
    layers_of,
    split_layers,
)

__all__ = ["LinearNetwork", "linear_hessian_cost"]


def linear_hessian_cost(dimension: int, weights: int) -> HessianCost:
    """Return the cost of the sharpness of one run.

    Args:
        dimension: The dimension of the space outside which the Hessian is zero.
        weights: The number of trained parameters.
    """
    matrix = Work(1.5e-5 * dimension + 4e-9 * dimension**2, dimension**2)
    return HessianCost(dimension, matrix, Work(1e-8 * weights, 3 * weights))


class LinearNetwork(ProductNetwork, LayeredNetwork):
    """A deep linear network and its risk on a dataset.

    Args:
        dataset: The data whose risk is trained.
        depth: L >= 1.
        width: Rows of the hidden layers, or of each of them; None means the number of features.
        projection: p, a fixed vector with one entry per feature; then every layer is square
            (the residual architecture). None means p = 1 and a last layer with one row
            (fully connected).

    Raises:
        ValueError: If depth or a width is below 1, or a projection does not fit.

    Examples:
        Two runs of w_prod = w_1 w_2 on data with w* = 1, as columns.

        >>> data = Dataset(np.array([[1.0], [-1.0]]), np.array([1.0, -1.0]))
        >>> network = LinearNetwork(data, depth=2)
        >>> runs = np.array([[1.0, 2.0], [1.0, 3.0]])
        >>> network.product(runs).tolist(), network.squared_distance(runs).round(12).tolist()
        ([[1.0, 6.0]], [0.0, 25.0])
    """

    def __init__(
        self,
        dataset: Dataset,
        depth: int,
        width: int | Sequence[int] | None = None,
        projection: np.ndarray | None = None,
    ) -> None:
        features = dataset.features
        hidden = hidden_widths(depth, width, features)
        if projection is None:
            widths = [features, *hidden, 1]
            projection = np.ones(1)
        else:
            if set(hidden) - {features} or projection.shape != (features,):
                raise ValueError("a residual network is as wide as its data has features")
            widths = [features] * (depth + 1)
        self.dataset = dataset
        self.projection = projection
        self.layer_shapes = tuple((rows, columns) for columns, rows in pairwise(widths))

    @property
    def depth(self) -> int:
        """The number of trained layers L."""
        return len(self.layer_shapes)

    def kernel(self, parameters: np.ndarray) -> "LinearKernel":
        """Return the kernel of runs that start with these parameters, shape (size, runs)."""
        hidden = {rows for rows, _ in self.layer_shapes[:-1]}
        kernel = LinearKernel if len(hidden) <= 1 else UnequalLinearKernel
        return kernel(self, parameters)

    def product(self, parameters: np.ndarray) -> np.ndarray:
        """Return w_prod = W_1^T ... W_L^T p of each run, shape (d, runs)."""
        return self._suffixes(split_layers(parameters, self.layer_shapes))[0]

    def hessian_vector_product(self, parameters: np.ndarray, directions: np.ndarray) -> np.ndarray:
        """Return the Hessian of the risk applied to directions (see `Network`).

        One forward-over-reverse pass: with dots for derivatives along D, layer k of the
        result is u'_k v_k^T + u_k v'_k^T.
        """
        weights = split_layers(parameters, self.layer_shapes)
        perturbations = split_layers(directions, self.layer_shapes)
        u = self._suffixes(weights)
        u_dot = [np.zeros((len(self.projection), directions.shape[1]))]
        for W, D, suffix in zip(
            reversed(weights), reversed(perturbations), reversed(u[1:]), strict=True
        ):
            u_dot.insert(
                0, np.einsum("ijb,ib->jb", D, suffix) + np.einsum("ijb,ib->jb", W, u_dot[0])
            )
        error = u[0] - self.dataset.minimum_norm_solution[:, None]
        v = 2 * np.einsum("ij,jb->ib", self.dataset.covariance, error)
        v_dot = 2 * np.einsum("ij,jb->ib", self.dataset.covariance, u_dot[0])
        result = np.empty_like(directions)
        for layer, (W, D, out) in enumerate(
            zip(weights, perturbations, split_layers(result, self.layer_shapes), strict=True), 1
        ):
            np.multiply(u_dot[layer][:, None], v, out=out)
            out += u[layer][:, None] * v_dot
            v, v_dot = (
                np.einsum("ijb,jb->ib", W, v),
                np.einsum("ijb,jb->ib", D, v) + np.einsum("ijb,jb->ib", W, v_dot),
            )
        return result

    def hessian_subspace(self, parameters: np.ndarray) -> "RankOneSubspace":
        """Return the subspace {u_k x^T + z v_k^T} of each layer, outside which H is zero."""
        weights = layers_of(parameters, self.layer_shapes)
        u = [suffix[:, 0] for suffix in self._suffixes([W[:, :, None] for W in weights])]
        v = [2 * self.dataset.covariance @ (u[0] - self.dataset.minimum_norm_solution)]
        for W in weights:
            v.append(W @ v[-1])
        return RankOneSubspace(weights, u[1:], v[:-1], self.dataset.covariance)

    @cached_property
    def covariance_root(self) -> np.ndarray:
        """A of shape (rank, d) with A^T A = Sigma (see `covariances.covariance_root`)."""
        return covariance_root(self.dataset.covariance)

    @cached_property
    def full_batch(self) -> tuple[np.ndarray, np.ndarray]:
        """Data with as many samples as features whose risk has the same gradient.

        X = sqrt(d) Sigma^(1/2) and y = X w*, so that X^T X / d = Sigma.
        """
        inputs = np.sqrt(self.dataset.features) * symmetric_root(self.dataset.covariance)
        return np.ascontiguousarray(inputs), inputs @ self.dataset.minimum_norm_solution

    def _suffixes(self, weights: list[np.ndarray]) -> list[np.ndarray]:
        """Return u_0 = w_prod, u_1, ..., u_L = p, each of shape (columns of W_k+1, runs)."""
        suffixes = [np.repeat(self.projection[:, None], weights[0].shape[2], axis=1)]
        for W in reversed(weights):
            suffixes.insert(0, np.einsum("ijb,ib->jb", W, suffixes[0]))
        return suffixes


class UnequalLinearKernel(MinibatchKernel):
    """Risk and gradient of many linear networks whose layers may differ in width.

    A full step is a step on `LinearNetwork.full_batch`.
    """

    def __init__(self, network: LinearNetwork, parameters: np.ndarray) -> None:
        # Compiling takes time that only jobs that train should spend.
        from flatminima.kernels.linear_batches import descend_on_batches

        super().__init__(parameters)
        self.compiled_descend_on = descend_on_batches
        self.network = network
        # u_0, ..., u_L and v_1, ..., v_{L+1}, contiguous
        self.widths = [network.dataset.features, *(rows for rows, _ in network.layer_shapes)]
        shape = (len(self.parameter_blocks), sum(self.widths), LANES)
        self.suffixes, self.prefixes = aligned_empty(shape), aligned_empty(shape)
        self.samples_of_lanes = aligned_empty((network.dataset.features + 1, LANES))
        self.sums = aligned_empty((max(self.widths), LANES))

    def data_of(self, batches: Minibatches) -> tuple[np.ndarray, np.ndarray]:
        """Return the inputs and targets from whose rows batches are made, contiguous."""
        if batches.full:
            return self.network.full_batch
        dataset = self.network.dataset
        return np.ascontiguousarray(dataset.inputs), np.ascontiguousarray(dataset.targets)

    def take_steps_on(self, blocks: np.ndarray, factor_blocks: np.ndarray, *arguments) -> None:
        """Change the weights in the blocks, and write the outcome."""
        self.compiled_descend_on(
            blocks,
            factor_blocks,
            *arguments,
            np.array(self.network.projection, order="C"),
            np.array(self.widths),
            matrix_tile(self.widths),
            self.suffixes,
            self.prefixes,
            self.samples_of_lanes,
            self.sums,
            self.before,
            self.outcome,
        )

    def take_steps(self, blocks: np.ndarray, factor_blocks: np.ndarray, steps: int) -> None:
        """Change the weights in the blocks, and write the outcome."""
        inputs, targets = self.network.full_batch
        batches = Minibatches().in_blocks(self.runs, len(targets))
        self.take_steps_on(blocks, factor_blocks, steps, 0.0, 0.0, inputs, targets, *batches)
        self.prefixes *= np.broadcast_to(factor_blocks, (len(blocks), 1, LANES))
        self.outcome[:, 0] += self.network.dataset.minimal_risk

    def write_gradient(self) -> None:
        """Write factor * u_k v_k^T of each layer to `gradient_blocks`."""
        ends = np.cumsum(self.widths)[:-1]
        u, v = np.split(self.suffixes, ends, axis=1), np.split(self.prefixes, ends, axis=1)
        entry = 0
        for k, (rows, columns) in enumerate(self.network.layer_shapes):
            layer = self.gradient_blocks[:, entry : entry + rows * columns]
            shape = (len(layer), rows, columns, LANES)
            np.multiply(u[k + 1][:, :, None], v[k][:, None], out=layer.reshape(shape))
            entry += rows * columns


class LinearKernel(UnequalLinearKernel):
    """The same for networks of one width, for which full steps have a kernel of their own."""

    def __init__(self, network: LinearNetwork, parameters: np.ndarray) -> None:
        # Compiling takes time that only jobs that train should spend.
        from flatminima.kernels.linear import descend

        super().__init__(network, parameters)
        self.compiled_descend = descend
        dataset, (width, features) = network.dataset, network.layer_shapes[0]
        outputs = len(network.projection)
        # Copies with the same layout, so that the compiled function is the same for all.
        self.problem = (
            network.depth,
            np.array(2 * dataset.covariance, order="C"),
            np.array(dataset.minimum_norm_solution, order="C"),
            float(dataset.minimal_risk),
            np.array(network.projection, order="C"),
        )
        self.sizes = tuple(
            (None,) * length for length in (features, width, outputs, tile_size(width))
        )

    def take_steps(self, blocks: np.ndarray, factor_blocks: np.ndarray, steps: int) -> None:
        """Change the weights in the blocks, and write the outcome."""
        self.compiled_descend(
            blocks,
            factor_blocks,
            steps,
            *self.problem,
            self.suffixes,
            self.prefixes,
            self.before,
            self.outcome,
            *self.sizes,
        )


@dataclass(frozen=True)
class RankOneSubspace:
    """The sum over layers of {u_k x^T + z v_k^T}, with an orthonormal basis.

    The basis of layer k is u e_j^T for every column j, and q v^T for every q in a basis of the
    complement of u, where u and v are unit vectors.  These are rows + columns - 1 matrices.

    Attributes:
        weights: W_1, ..., W_L of one run.
        suffixes: u_1, ..., u_L.
        prefixes: v_1, ..., v_L, with v_1 = 2 Sigma (w_prod - w*).
        covariance: Sigma.
    """

    weights: list[np.ndarray]
    suffixes: list[np.ndarray]
    prefixes: list[np.ndarray]
    covariance: np.ndarray

    @property
    def dimension(self) -> int:
        """The number of basis vectors, at most L (2 d - 1)."""
        return sum(sum(W.shape) - 1 for W in self.weights)

    @cached_property
    def frames(self) -> list[np.ndarray]:
        """For each layer an orthogonal matrix whose first column is u_k / ||u_k||."""
        return [_frame(u) for u in self.suffixes]

    @cached_property
    def directions(self) -> list[np.ndarray]:
        """For each layer v_k / ||v_k||."""
        return [_unit(v) for v in self.prefixes]

    def hessian(self) -> np.ndarray:
        """Return the Hessian of the risk in coordinates, shape (dimension, dimension).

        A change of the layers by D_1, ..., D_L changes w_prod, to second order, by

            sum_k P_k^T D_k^T u_k + sum_{k<l} P_k^T D_k^T M_{kl}^T D_l^T u_l

        with P_k = W_{k-1} ... W_1 and M_{kl} = W_{l-1} ... W_{k+1}.  So the Hessian has the
        quadratic form

            2 w'^T Sigma w' + 2 sum_{k<l} (M_{kl} D_k v_k)^T (D_l^T u_l),

        where w' is the first of the two sums, and D_l^T u_l = ||u_l|| x in coordinates.
        """
        features = len(self.covariance)
        slope = np.zeros((features, self.dimension))  # of w_prod
        coupling = np.zeros((self.dimension, self.dimension))
        product, moved, start = np.eye(features), np.empty((features, 0)), 0  # P_l, M_{kl} D_k v_k
        for W, u, v, frame in zip(
            self.weights, self.suffixes, self.prefixes, self.frames, strict=True
        ):
            rows, columns = W.shape
            x = slice(start, start + columns)
            slope[:, x] = product.T * _length(u)
            coupling[x, :start] = moved * _length(u)
            own = np.concatenate([np.outer(frame[:, 0], v), frame[:, 1:] * _length(v)], axis=1)
            product, moved = W @ product, np.concatenate([W @ moved, own], axis=1)
            start += columns + rows - 1
        return 2 * slope.T @ self.covariance @ slope + coupling + coupling.T

    def lift(self, coordinates: np.ndarray) -> np.ndarray:
        """Map coordinates, shape (dimension, m), to directions, shape (size, m)."""
        layers, start = [], 0
        for W, frame, v in zip(self.weights, self.frames, self.directions, strict=True):
            rows, columns = W.shape
            x = coordinates[start : start + columns]
            z = coordinates[start + columns : start + columns + rows - 1]
            start += columns + rows - 1
            layer = frame[:, 0, None, None] * x + (frame[:, 1:] @ z)[:, None] * v[:, None]
            layers.append(layer.reshape(rows * columns, -1))
        return np.concatenate(layers)

    def project(self, directions: np.ndarray) -> np.ndarray:
        """Map directions, shape (size, m), to coordinates, shape (dimension, m)."""
        coordinates = []
        shapes = [W.shape for W in self.weights]
        for layer, frame, v in zip(
            split_layers(directions, shapes), self.frames, self.directions, strict=True
        ):
            coordinates.append(np.einsum("i,ijm->jm", frame[:, 0], layer))
            coordinates.append(frame[:, 1:].T @ np.einsum("ijm,j->im", layer, v))
        return np.concatenate(coordinates)


def _length(vector: np.ndarray) -> float:
    """Return ||vector||, even if its square underflows or overflows."""
    largest = np.abs(vector).max()
    return largest * np.linalg.norm(vector / largest) if largest > 0 else largest


def _unit(vector: np.ndarray) -> np.ndarray:
    """Return vector / ||vector||, or the first axis where the vector is zero."""
    largest = np.abs(vector).max()
    if not largest > 0:
        return np.eye(len(vector))[0]
    vector = vector / largest  # its square would underflow below 1e-154
    return vector / np.linalg.norm(vector)


def _frame(vector: np.ndarray) -> np.ndarray:
    """Return an orthogonal matrix whose first column is vector / ||vector|| (Householder)."""
    unit = _unit(vector)
    reflected = unit.copy()
    sign = 1.0 if unit[0] >= 0 else -1.0
    reflected[0] += sign
    return -sign * (
        np.eye(len(unit)) - 2 * np.outer(reflected, reflected) / (reflected @ reflected)
    )
