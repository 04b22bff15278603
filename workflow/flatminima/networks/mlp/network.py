"""Multilayer perceptrons without bias, and their training.

f(x) = W_L phi(W_{L-1} ... phi(W_1 x)).  For one run, with z_k = W_k h_{k-1},
h_k = phi(z_k), h_0 = X^T, residual r = z_L - y and risk R = (1/n) ||r||^2:

    delta_L = (2/n) r,    delta_k = phi'(z_k) * (W_{k+1}^T delta_{k+1}),
    grad_{W_k} R = delta_k h_{k-1}^T.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from flatminima.datasets import Dataset
from flatminima.kernels.batch import Minibatches, MinibatchKernel, matrix_tile
from flatminima.kernels.blocks import CACHE_LINE, LANES, aligned_empty
from flatminima.networks import BatchRisks, LayeredNetwork, LayerShapes, hidden_widths

__all__ = ["MultilayerPerceptron", "PerceptronKernel"]

ROOM = 160 * 1024
"""Bytes that a block of runs keeps for the samples taken together; they stay in the cache."""

FEWEST_TOGETHER = 8
"""At least this number of samples are taken together; they share each load of a tile."""


class MultilayerPerceptron(LayeredNetwork):
    """A multilayer perceptron and its risk on a dataset.

    Args:
        dataset: The data whose risk is trained.
        depth: L >= 1, the number of weight matrices.
        width: Rows of the hidden layers, or of each of them; None means the number of features.
        gelu: The form of GELU, ``"tanh"`` or ``"erf"``.
        activation: ``"gelu"``, ``"relu"`` or ``"tanh"``.

    Raises:
        ValueError: If depth or a width is below 1, or the activation is unknown.
    """

    projection = np.ones(1)

    def __init__(
        self,
        dataset: Dataset,
        depth: int,
        width: int | Sequence[int] | None = None,
        gelu: str = "tanh",
        *,
        activation: str = "gelu",
    ) -> None:
        from flatminima.networks.mlp.activations import CompiledActivation, activation_named

        self.dataset = dataset
        self.activation: CompiledActivation = activation_named(activation, gelu)
        widths = [dataset.features, *hidden_widths(depth, width, dataset.features), 1]
        self.layer_shapes = tuple((rows, columns) for columns, rows in pairwise(widths))

    def allocate(self, runs: int) -> np.ndarray:
        """Return an uninitialised array, shape (size, runs), each run contiguous."""
        return np.empty((runs, self.size)).T

    def kernel(self, parameters: np.ndarray) -> "PerceptronKernel":
        """Return the kernel of runs that start with these parameters, shape (size, runs)."""
        return PerceptronKernel(self, parameters)

    def predict(self, parameters: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """Return f(x) for each row of inputs and each run, shape (n, runs)."""
        *hidden, last = _matrices(parameters, self.layer_shapes)
        h = inputs.T[None]
        for W in hidden:
            h, _, _ = self.activation.derivatives(W @ h)
        return (last @ h)[:, 0].T

    def hessian_vector_product(self, parameters: np.ndarray, directions: np.ndarray) -> np.ndarray:
        """Return the Hessian of the risk applied to directions (see `Network`).

        One forward-over-reverse pass, with dots for derivatives along D:
        z'_k = D_k h_{k-1} + W_k h'_{k-1}, and backwards the derivative of the gradient,
        delta'_k h_{k-1}^T + delta_k h'_{k-1}^T.
        """
        weights = _matrices(parameters, self.layer_shapes)
        perturbations = _matrices(directions, self.layer_shapes)
        h, h_dot = [self.dataset.inputs.T[None]], []
        slopes, slopes_dot = [], []
        for W, D in zip(weights, perturbations, strict=True):
            z = W @ h[-1]
            z_dot = D @ h[-1]
            if h_dot:
                z_dot += W @ h_dot[-1]
            value, slope, curvature = self.activation.derivatives(z)
            h.append(value)
            h_dot.append(slope * z_dot)
            slopes.append(slope)
            slopes_dot.append(curvature * z_dot)
        delta = 2 / self.dataset.samples * (z - self.dataset.targets)
        delta_dot = 2 / self.dataset.samples * z_dot
        result = np.empty(directions.shape[::-1])
        outputs = _matrices(result.T, self.layer_shapes)
        for k in range(len(weights) - 1, -1, -1):
            np.matmul(delta_dot, h[k].transpose(0, 2, 1), out=outputs[k])
            if k == 0:
                break
            outputs[k] += delta @ h_dot[k - 1].transpose(0, 2, 1)
            back = weights[k].transpose(0, 2, 1) @ delta
            back_dot = perturbations[k].transpose(0, 2, 1) @ delta
            back_dot += weights[k].transpose(0, 2, 1) @ delta_dot
            delta_dot = slopes[k - 1] * back_dot + slopes_dot[k - 1] * back
            delta = slopes[k - 1] * back
        return result.T

    def hessian(self, parameters: np.ndarray) -> np.ndarray:
        """Return the Hessian of the risk of one run, shape (size, size) (see `Network`).

        A change of entry (a, b) of W_k moves z_k by the unit vector e_a times h_{k-1}[b]. The rest
        is linear in this: with dots for derivatives along e_a at z_k, for l >= k

            d grad_{W_l} R = sum over samples of
                h_{k-1}[b] (delta'_l h_{l-1}^T + delta_l h'_{l-1}^T),    h'_{k-1} = 0.

        So one direction per unit is enough, instead of one per weight. The other half of the matrix
        is the transpose.
        """
        weights = [W[0] for W in _matrices(parameters[:, None], self.layer_shapes)]
        depth, scale = len(weights), 2 / self.dataset.samples
        h, slopes, curvatures = [self.dataset.inputs.T], [], []
        for W in weights:
            z = W @ h[-1]
            value, slope, curvature = self.activation.derivatives(z)
            h.append(value)
            slopes.append(slope)
            curvatures.append(curvature)
        delta, back = [scale * (z - self.dataset.targets)], []
        for k in range(depth - 1, 0, -1):
            back.insert(0, weights[k].T @ delta[0])
            delta.insert(0, slopes[k - 1] * back[0])

        ends = np.cumsum([W.size for W in weights])
        hessian = np.empty((ends[-1], ends[-1]))
        for k, W in enumerate(weights):
            units, features = W.shape
            z_dot = [np.repeat(np.eye(units)[:, :, None], self.dataset.samples, axis=2)]
            h_dot = []
            for m in range(k, depth - 1):
                h_dot.append(slopes[m] * z_dot[-1])
                z_dot.append(weights[m + 1] @ h_dot[-1])
            delta_dot, parts = scale * z_dot[-1], []
            for m in range(depth - 1, k - 1, -1):
                part = delta_dot[:, :, None] * h[m]
                if m > k:
                    part += delta[m][:, None] * h_dot[m - 1 - k][:, None]
                    bent = curvatures[m - 1] * back[m - 1] * z_dot[m - 1 - k]
                    delta_dot = slopes[m - 1] * (weights[m].T @ delta_dot) + bent
                parts.insert(0, part.reshape(units, -1, self.dataset.samples))
            start, end = ends[k] - W.size, ends[k]
            columns = np.concatenate(parts, axis=1) @ h[k].T
            hessian[start:, start:end] = columns.transpose(1, 0, 2).reshape(-1, units * features)
            hessian[start:end, start:] = hessian[start:, start:end].T
        return hessian

    def hessian_operator(self, parameters: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """Return v -> H v at one run's parameters (see `Network`).

        What passes through the layers is computed once for all products.
        """
        risk = BatchRisks(self, parameters, np.arange(self.dataset.samples)[None])
        return lambda vector: risk.hessian_products(vector[None])[0]


class PerceptronKernel(MinibatchKernel):
    """Risk and gradient of many perceptrons."""

    def __init__(self, network: MultilayerPerceptron, parameters: np.ndarray) -> None:
        # Compiling takes time that only jobs that train should spend.
        from flatminima.kernels import activations
        from flatminima.kernels.perceptron import descend_with
        from flatminima.kernels.perceptron_batches import descend_on_batches_with

        super().__init__(parameters)
        dataset = network.dataset
        self.data = (np.ascontiguousarray(dataset.inputs), np.ascontiguousarray(dataset.targets))
        activation = getattr(activations, network.activation.kernel_name)
        self.compiled_descend = descend_with(activation)
        self.compiled_descend_on = descend_on_batches_with(activation)
        widths = [dataset.features, *(rows for rows, _ in network.layer_shapes)]
        entries = sum(widths)
        together = max(FEWEST_TOGETHER, ROOM // (2 * CACHE_LINE * entries))
        self.layers = (np.array(widths), matrix_tile(widths))
        self.work_space = (
            aligned_empty((together * entries, LANES)),
            aligned_empty((together * entries, LANES)),
            aligned_empty((together * max(widths), LANES)),
            aligned_empty((2, together, LANES)),
            self.before,
        )

    def take_steps(self, blocks: np.ndarray, factor_blocks: np.ndarray, steps: int) -> None:
        """Change the weights in the blocks, and write the gradient and the outcome."""
        self.compiled_descend(
            blocks,
            self.gradient_blocks,
            factor_blocks,
            steps,
            *self.data,
            *self.layers,
            *self.work_space,
            self.outcome,
        )

    def data_of(self, batches: Minibatches) -> tuple[np.ndarray, np.ndarray]:
        """Return the inputs and targets from whose rows batches are made, contiguous."""
        del batches
        return self.data

    def take_steps_on(self, blocks: np.ndarray, factor_blocks: np.ndarray, *arguments) -> None:
        """Change the weights in the blocks, and write the outcome."""
        self.compiled_descend_on(
            blocks,
            self.gradient_blocks,
            factor_blocks,
            *arguments,
            *self.layers,
            *self.work_space,
            self.outcome,
        )

    def write_gradient(self) -> None:
        """Do nothing, because a step has already written it."""


def _matrices(parameters: np.ndarray, shapes: LayerShapes) -> list[np.ndarray]:
    """Return W_1, ..., W_L, each of shape (runs, rows, columns), as `matmul` passes it to BLAS."""
    by_run = np.ascontiguousarray(parameters.T)
    ends = np.cumsum([rows * columns for rows, columns in shapes])
    return [
        part.reshape(-1, *shape)
        for part, shape in zip(np.split(by_run, ends[:-1], axis=1), shapes, strict=True)
    ]
