"""Multilayer perceptrons with GELU between layers and no bias.

f(x) = W_L phi(W_{L-1} ... phi(W_1 x)).  For one run, with z_k = W_k h_{k-1},
h_k = phi(z_k), h_0 = X^T, residual r = z_L - y and risk R = (1/n) ||r||^2:

    delta_L = (2/n) r,    delta_k = phi'(z_k) * (W_{k+1}^T delta_{k+1}),
    grad_{W_k} R = delta_k h_{k-1}^T.
"""

from itertools import pairwise
from math import prod

import numpy as np

from flatminima.datasets import Dataset
from flatminima.kernels.batch import BatchKernel
from flatminima.kernels.blocks import LANES, aligned_empty
from flatminima.networks.activations import ACTIVATIONS, Activation
from flatminima.networks.protocol import LayerShapes, split_layers

__all__ = ["MultilayerPerceptron"]


class MultilayerPerceptron:
    """A multilayer perceptron and its risk on a dataset.

    Args:
        dataset: The data whose risk is trained.
        depth: L >= 1, the number of weight matrices.
        width: Rows of the hidden layers; the number of features if None.
        gelu: ``"tanh"`` or ``"erf"``.

    Raises:
        ValueError: If depth or width is below 1, or the form of GELU is unknown.
    """

    layer_shapes: LayerShapes

    def __init__(
        self, dataset: Dataset, depth: int, width: int | None = None, gelu: str = "tanh"
    ) -> None:
        width = dataset.features if width is None else width
        if depth < 1 or width < 1:
            raise ValueError(f"depth and width must be at least 1, not {depth} and {width}")
        if gelu not in ACTIVATIONS:
            raise ValueError(f"GELU form {gelu!r} is not one of {tuple(ACTIVATIONS)}")
        self.dataset = dataset
        self.activation: Activation = ACTIVATIONS[gelu]()
        widths = [dataset.features, *[width] * (depth - 1), 1]
        self.layer_shapes = tuple((rows, columns) for columns, rows in pairwise(widths))

    @property
    def size(self) -> int:
        """The number of trained parameters of one run."""
        return sum(prod(shape) for shape in self.layer_shapes)

    def allocate(self, runs: int) -> np.ndarray:
        """Return an uninitialised array, shape (size, runs), each run contiguous."""
        return np.empty((runs, self.size)).T

    def kernel(self, parameters: np.ndarray) -> "PerceptronKernel":
        """Return the kernel of runs that start with these parameters, shape (size, runs)."""
        return PerceptronKernel(self, parameters)

    def predict(self, parameters: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """Return f(x) for each row of inputs and each run, shape (n, runs)."""
        *hidden, last = split_layers(parameters, self.layer_shapes)
        h = inputs.T[:, :, None]
        for W in hidden:
            h, _, _ = self.activation.derivatives(np.einsum("ijb,jnb->inb", W, h))
        return np.einsum("ijb,jnb->inb", last, h)[0]

    def squared_distance(self, parameters: np.ndarray) -> np.ndarray:
        """Return NaN for each run: the network has no w_prod to compare with w*."""
        return np.full(parameters.shape[1], np.nan)

    def hessian_vector_product(self, parameters: np.ndarray, directions: np.ndarray) -> np.ndarray:
        """Return the Hessian of the risk applied to directions (see `Network`).

        One forward-over-reverse pass, with dots for derivatives along D:
        z'_k = D_k h_{k-1} + W_k h'_{k-1}, and backwards the derivative of the gradient,
        delta'_k h_{k-1}^T + delta_k h'_{k-1}^T.
        """
        weights = split_layers(parameters, self.layer_shapes)
        perturbations = split_layers(directions, self.layer_shapes)
        h, h_dot = [self.dataset.inputs.T[:, :, None]], [np.zeros((1, 1, 1))]
        slopes, slopes_dot = [], []
        for W, D in zip(weights, perturbations, strict=True):
            z = np.einsum("ijb,jnb->inb", W, h[-1])
            z_dot = np.einsum("ijb,jnb->inb", D, h[-1])
            if len(h) > 1:
                z_dot += np.einsum("ijb,jnb->inb", W, h_dot[-1])
            value, slope, curvature = self.activation.derivatives(z)
            h.append(value)
            h_dot.append(slope * z_dot)
            slopes.append(slope)
            slopes_dot.append(curvature * z_dot)
        delta = 2 / self.dataset.samples * (z - self.dataset.targets[:, None])
        delta_dot = 2 / self.dataset.samples * z_dot
        result = np.empty_like(directions)
        outputs = split_layers(result, self.layer_shapes)
        for k in range(len(weights) - 1, -1, -1):
            np.einsum("inb,jnb->ijb", delta_dot, h[k], out=outputs[k])
            if k == 0:
                break
            outputs[k] += np.einsum("inb,jnb->ijb", delta, h_dot[k])
            back = np.einsum("ijb,inb->jnb", weights[k], delta)
            back_dot = np.einsum("ijb,inb->jnb", perturbations[k], delta)
            back_dot += np.einsum("ijb,inb->jnb", weights[k], delta_dot)
            delta_dot = slopes[k - 1] * back_dot + slopes_dot[k - 1] * back
            delta = slopes[k - 1] * back
        return result

    def hessian_subspace(self, parameters: np.ndarray) -> None:
        """Return None: the Hessian is dense."""
        del parameters


class PerceptronKernel(BatchKernel):
    """Risk and gradient of a batch of perceptrons."""

    def __init__(self, network: MultilayerPerceptron, parameters: np.ndarray) -> None:
        # Compiled, which takes time that only jobs that train should spend.
        from flatminima.kernels import activations
        from flatminima.kernels.perceptron import descend_with

        super().__init__(parameters)
        dataset = network.dataset
        self.compiled_descend = descend_with(getattr(activations, network.activation.kernel_name))
        widths = [dataset.features, *(rows for rows, _ in network.layer_shapes)]
        filled = ((0, dataset.samples % 2), (0, 0))
        self.problem = (
            np.ascontiguousarray(np.pad(dataset.inputs, filled)),
            np.pad(dataset.targets, filled[0]),
            dataset.samples,
            np.array(widths),
        )
        hidden, slopes = (aligned_empty((2 * sum(widths), LANES)) for _ in range(2))
        self.work_space = (hidden, slopes, self.before)

    def take_steps(self, blocks: np.ndarray, factor_blocks: np.ndarray, steps: int) -> None:
        """Change the weights in the blocks, and write the gradient and the outcome."""
        self.compiled_descend(
            blocks,
            self.gradient_blocks,
            factor_blocks,
            steps,
            *self.problem,
            *self.work_space,
            self.outcome,
        )

    def write_gradient(self) -> None:
        """Do nothing: a step has written it."""
