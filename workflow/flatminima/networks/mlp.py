"""Multilayer perceptrons with GELU between layers and no bias.

f(x) = W_L phi(W_{L-1} ... phi(W_1 x)).  For one run, with z_k = W_k h_{k-1},
h_k = phi(z_k), h_0 = X^T, residual r = z_L - y and risk R = (1/n) ||r||^2:

    delta_L = (2/n) r,    delta_k = phi'(z_k) * (W_{k+1}^T delta_{k+1}),
    grad_{W_k} R = delta_k h_{k-1}^T.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Literal

import numpy as np

from flatminima.costs import HessianCost, Work
from flatminima.datasets import Dataset, DataSize
from flatminima.kernels.aligned import aligned_empty
from flatminima.kinds import Depths, PositiveIntegers
from flatminima.networks import LayerShapes, NetworkKind, split_layers
from flatminima.runs.initialisations import initialise

__all__ = ["Mlp", "MultilayerPerceptron"]


@dataclass(frozen=True)
class Mlp(NetworkKind):
    """Multilayer perceptrons with GELU between layers and no bias."""

    initialisation: Literal["gaussian"]
    """Every entry N(0, init_scale^2)."""
    depth: Depths
    """The number of layers L, or a list."""
    width: PositiveIntegers | None = None
    """The width of the hidden layers, or a list; the number of features by default."""
    gelu: Literal["tanh", "erf"] = "tanh"
    """The form of GELU."""

    def build(self, dataset: Dataset, generator: np.random.Generator) -> "MultilayerPerceptron":
        """Build the network of one depth and width."""
        del generator
        (depth,), (width,) = self.depth, self.width
        return MultilayerPerceptron(dataset, depth, width, self.gelu)

    def initialise(
        self, network: "MultilayerPerceptron", scale: float, generator: np.random.Generator
    ) -> np.ndarray:
        """Draw the initial parameters of one run, shape (size,)."""
        return initialise(self.initialisation, network.layer_shapes, scale, generator)

    def describe(self) -> str:
        """Return in a few words which networks these are."""
        return "GELU perceptrons with Gaussian initialisation"

    def training_work(self, size: DataSize, runs: int) -> Work:
        """Return what a step of a batch of runs takes: some 6 ns an activation of a sample.

        More where layers are wide; and each layer some calls, however few the runs.
        """
        (depth,), (width,) = self.depth, self.width
        activations = depth * width * size.samples
        step = (5e-9 + 2.5e-10 * width) * activations
        numbers = 10 * self._weights(size) + 3 * activations
        return Work(runs * step + 1e-5 * depth, runs * numbers)

    def hessian_cost(self, size: DataSize) -> HessianCost:
        """Return what the sharpness of one run takes: the Hessian is dense."""
        (depth,), (width,) = self.depth, self.width
        weights = self._weights(size)
        return HessianCost(weights, 2e-9 * weights * size.samples, 3 * depth * width * size.samples)

    def _weights(self, size: DataSize) -> int:
        (depth,), (width,) = self.depth, self.width
        return width * size.features + (depth - 2) * width**2 + width


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
        from flatminima.kernels.activations import ACTIVATIONS, Activation

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
        """Return an uninitialised array, shape (size, runs), each run contiguous for BLAS."""
        return aligned_empty((runs, self.size)).T

    def kernel(self, parameters: np.ndarray) -> "PerceptronKernel":
        """Return work space for a batch with these parameters, an array from `allocate`."""
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


class PerceptronKernel:
    """Risk and gradient of a batch of perceptrons, without allocation.

    Each run's matrices are contiguous, and `numpy.matmul` calls BLAS for one run at a time,
    always with the same shapes: the result of a run cannot depend on its neighbours.
    """

    def __init__(self, network: MultilayerPerceptron, parameters: np.ndarray) -> None:
        runs = parameters.shape[1]
        dataset = network.dataset
        self.parameters = parameters
        self.gradient = network.allocate(runs)
        self.activation = network.activation
        self.weights = _matrices(parameters, network.layer_shapes)
        self.gradients = _matrices(self.gradient, network.layer_shapes)

        samples = dataset.samples
        widths = [rows for rows, _ in network.layer_shapes[:-1]]
        scratch = {width: aligned_empty((2, runs * width * samples)) for width in set(widths)}
        hidden = [aligned_empty((runs, width, samples)) for width in widths]
        slopes = [aligned_empty((runs * width * samples,)) for width in widths]
        # All views are made here: a step consists of some hundred calls, each of which takes
        # no longer than making a view or two.
        self.forward = [
            (W, z, z.reshape(-1), slope)
            for W, z, slope in zip(self.weights, hidden, slopes, strict=False)
        ]
        self.backward = []
        for k in range(len(hidden), 0, -1):
            flat = scratch[widths[k - 1]][k % 2]
            self.backward.append(
                (
                    self.weights[k].transpose(0, 2, 1),
                    self.gradients[k],
                    hidden[k - 1].transpose(0, 2, 1),
                    flat,
                    flat.reshape(runs, widths[k - 1], samples),
                    slopes[k - 1],
                )
            )
        self.inputs = dataset.inputs.T
        self.targets = dataset.targets
        self.residual = aligned_empty((runs, 1, samples))
        self.risk = aligned_empty((runs,))

    def evaluate(self, factor: np.ndarray | float = 1.0) -> np.ndarray:
        """Write factor * delta_k h_{k-1}^T of each layer and return the risk (see `Kernel`)."""
        h = self.inputs
        for W, z, flat, slope in self.forward:
            np.matmul(W, h, out=z)
            self.activation.transform(flat, slope)
            h = z
        residual, samples = self.residual, len(self.targets)
        np.matmul(self.weights[-1], h, out=residual)
        np.subtract(residual, self.targets, out=residual)
        np.vecdot(residual[:, 0], residual[:, 0], out=self.risk)
        self.risk /= samples
        residual *= np.reshape(2 / samples * factor, (-1, 1, 1))

        delta = residual
        for transposed, gradient, preceding, flat, back, slope in self.backward:
            np.matmul(delta, preceding, out=gradient)
            np.matmul(transposed, delta, out=back)
            np.multiply(flat, slope, out=flat)
            delta = back
        np.matmul(delta, self.inputs.T, out=self.gradients[0])
        return self.risk

    def descend(self, factor: np.ndarray | float) -> np.ndarray:
        """Subtract factor * gradient from the parameters; return the risk (see `Kernel`)."""
        risk = self.evaluate(factor)
        np.subtract(self.parameters, self.gradient, out=self.parameters)
        return risk


def _matrices(parameters: np.ndarray, shapes: LayerShapes) -> list[np.ndarray]:
    """Return views of W_1, ..., W_L, each of shape (runs, rows, columns)."""
    by_run, start, matrices = parameters.T, 0, []
    for rows, columns in shapes:
        end = start + rows * columns
        matrices.append(by_run[:, start:end].reshape(-1, rows, columns))
        start = end
    return matrices
