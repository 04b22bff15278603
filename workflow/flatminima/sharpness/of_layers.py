"""The Hessian and the sharpness of layers that come from anywhere, without a network of the study.

The network is f(x) = W_L phi(... phi(W_1 x + b_1) ...) + b_L with any number of outputs, and the
risk R is a mean of squared errors.  A parameter vector is W_1, b_1, ..., W_L, b_L, each in
row-major order.  The Hessian applied to a direction is the derivative of the gradient along it (one
pass forward and one back).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import eigh
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from flatminima.core.costs import DENSE_SIZE
from flatminima.core.numbers import as_float64
from flatminima.networks.mlp.activations import ErfGelu, Rectifier, Tanh, TanhGelu
from flatminima.sharpness import RESIDUAL_TOLERANCE, SharpnessError

__all__ = ["HessianOperator", "Spectrum", "layers_from", "sharpness_of"]

ACTIVATIONS = {
    "linear": None,
    "relu": Rectifier(),
    "tanh": Tanh(),
    "gelu_tanh": TanhGelu(),
    "gelu_erf": ErfGelu(),
}
"""The activations by name. PyTorch's GELU is ``gelu_erf`` by default."""

LOSSES = ("mse", "squared_error")

CHUNK = 64
"""Directions to which the Hessian is applied together."""


@dataclass(frozen=True)
class Spectrum:
    """Ends of the spectrum of a Hessian.

    Attributes:
        value: The sharpness, which is the largest eigenvalue; NaN where the Hessian is not finite.
        residual: The largest ||H v - e v|| / |S| over the unit eigenvectors v of the eigenvalues e
            below, where |S| is the largest absolute value among them.
        largest: The largest eigenvalues, in decreasing order.
        smallest: The smallest eigenvalues, in increasing order.
    """

    value: float
    residual: float
    largest: np.ndarray
    smallest: np.ndarray

    def __float__(self) -> float:
        """Return the sharpness."""
        return self.value


def sharpness_of(
    layers: Any,
    X: Any,
    y: Any,
    *,
    activation: str = "linear",
    loss: str = "mse",
    largest: int = 1,
    smallest: int = 0,
) -> Spectrum:
    """Compute the sharpness of a network at given layers, exactly.

    Args:
        layers: W_1, ..., W_L, each of shape (outputs, inputs) of the layer; or pairs (W, b) with
            biases; or a PyTorch ``state_dict`` of arrays, with names such as ``0.weight`` and
            ``0.bias``.
        X: The inputs, shape (n, d).
        y: The targets, shape (n,) or (n, outputs).
        activation: ``linear``, ``relu``, ``tanh``, ``gelu_tanh`` or ``gelu_erf``, after each layer
            but the last.
        loss: ``mse``, the mean of squared errors over samples and outputs, as in PyTorch; or
            ``squared_error``, the mean over samples of the sum over outputs. With one output both
            are the risk of this study, without a factor 1/2.
        largest: How many of the largest eigenvalues to compute, at least 1.
        smallest: How many of the smallest ones.

    Returns:
        The sharpness (``value``, also by `float`) with the eigenvalues.

    Raises:
        ValueError: If an argument is not what it must be.
        SharpnessError: If a residual is above `flatminima.sharpness.RESIDUAL_TOLERANCE`.

    Examples:
        The risk (1 - w_2 w_1)^2 has the Hessian [[2, 2], [2, 2]] at w_1 = w_2 = 1.

        >>> found = sharpness_of([[[1]], [[1]]], [[1], [-1]], [1, -1], smallest=1)
        >>> round(found.value, 9), abs(found.smallest.round(9)).tolist()
        (4.0, [0.0])
    """
    operator = HessianOperator(layers, X, y, activation=activation, loss=loss)
    size = operator.shape[0]
    for name, count, least in (("largest", largest, 1), ("smallest", smallest, 0)):
        if not least <= count <= size:
            raise ValueError(
                f"{name} is {count}; allowed: {least} to {size}, the number of weights"
            )
    sample = operator @ np.random.default_rng(0).standard_normal(size)
    if not np.isfinite(sample).all():
        return Spectrum(np.nan, np.nan, np.full(largest, np.nan), np.full(smallest, np.nan))
    if size <= max(DENSE_SIZE, 2 * (largest + smallest)):
        hessian = operator @ np.eye(size)
        values, vectors = eigh((hessian + hessian.T) / 2)
    else:
        values, vectors = _ends(operator, np.linalg.norm(sample), largest, smallest)
    chosen = [*range(smallest), *range(len(values) - largest, len(values))]
    unit = max(np.abs(values[chosen]).max(), 1e-290)
    defects = (operator @ vectors[:, chosen] - values[chosen] * vectors[:, chosen]) / unit
    residual = float(np.linalg.norm(defects, axis=0).max())
    if not residual <= RESIDUAL_TOLERANCE:
        raise SharpnessError(
            f"an eigenvalue of a Hessian of dimension {size} has the residual {residual:.3g}; at "
            f"most {RESIDUAL_TOLERANCE:g} is allowed"
        )
    descending = values[::-1][:largest]
    return Spectrum(float(values[-1]), residual, descending.copy(), values[:smallest].copy())


def _ends(
    operator: LinearOperator, unit: float, largest: int, smallest: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return eigenpairs at both ends of a spectrum, in increasing order, by a Lanczos method."""
    size = operator.shape[0]
    scale = unit if unit > 0 else 1.0  # ARPACK treats numbers far below 1 as zero
    scaled = LinearOperator((size, size), matvec=lambda v: operator @ v / scale, dtype=np.float64)
    found = []
    for which, count in (("SA", smallest), ("LA", largest)):
        if count:
            start = np.random.default_rng(0).standard_normal(size)
            try:
                values, vectors = eigsh(scaled, k=count, which=which, v0=start, tol=0)
            except ArpackNoConvergence as error:
                raise SharpnessError(
                    f"Lanczos did not converge in dimension {size}: {error}"
                ) from None
            order = np.argsort(values)
            found.append((scale * values[order], vectors[:, order]))
    return np.concatenate([v for v, _ in found]), np.concatenate([u for _, u in found], axis=1)


class HessianOperator(LinearOperator):
    """The Hessian of a risk at given layers, as an operator that SciPy's methods take.

    The arguments and errors are those of `sharpness_of`.

    Examples:
        >>> operator = HessianOperator([[[1.0]], [[1.0]]], [[1.0], [-1.0]], [1.0, -1.0])
        >>> (operator @ np.eye(2)).tolist()
        [[2.0, 2.0], [2.0, 2.0]]
    """

    def __init__(
        self, layers: Any, X: Any, y: Any, *, activation: str = "linear", loss: str = "mse"
    ) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation is {activation!r}; allowed: {', '.join(ACTIVATIONS)}")
        if loss not in LOSSES:
            raise ValueError(f"loss is {loss!r}; allowed: {', '.join(LOSSES)}")
        inputs, targets = as_float64(X, "X", 2), as_float64(y, "y")
        targets = targets[:, None] if targets.ndim == 1 else targets
        if targets.ndim != 2 or len(targets) != len(inputs):
            raise ValueError(
                f"y has the shape {targets.shape}, but X has {len(inputs)} rows; expected a row of "
                "targets for each"
            )
        self.layers = layers_from(layers)
        widths = [inputs.shape[1], *(len(W) for W, _ in self.layers)]
        for number, (W, _) in enumerate(self.layers, start=1):
            if W.shape[1] != widths[number - 1]:
                raise ValueError(
                    f"layer {number} is {W.shape[0]} × {W.shape[1]}; expected {W.shape[0]} × "
                    f"{widths[number - 1]}"
                )
        if widths[-1] != targets.shape[1]:
            raise ValueError(
                f"the last layer has {widths[-1]} outputs, but y has {targets.shape[1]} columns"
            )
        terms = len(targets) if loss == "squared_error" else targets.size
        self._pass(inputs.T, targets.T, ACTIVATIONS[activation], 2 / terms)
        size = sum(W.size + (0 if b is None else b.size) for W, b in self.layers)
        super().__init__(np.float64, (size, size))

    def _pass(self, inputs: np.ndarray, targets: np.ndarray, phi: Any, scale: float) -> None:
        """Keep what all products share: activations, slopes and the backward pass."""
        self.scale, self.h, self.slopes, self.curvatures = scale, [inputs], [], []
        *hidden, last = self.layers
        for W, b in hidden:
            z = _affine(W, b, self.h[-1])
            value, slope, curvature = (z, 1.0, 0.0) if phi is None else phi.derivatives(z)
            self.h.append(value)
            self.slopes.append(slope)
            self.curvatures.append(curvature)
        self.delta = [scale * (_affine(*last, self.h[-1]) - targets)]
        self.back = []
        for (W, _), slope in zip(self.layers[:0:-1], self.slopes[::-1], strict=True):
            self.back.insert(0, W.T @ self.delta[0])
            self.delta.insert(0, slope * self.back[0])

    def _matmat(self, directions: np.ndarray) -> np.ndarray:
        parts = [
            self._products(directions[:, start : start + CHUNK].T)
            for start in range(0, directions.shape[1], CHUNK)
        ]
        return np.concatenate(parts, axis=1)

    def _matvec(self, direction: np.ndarray) -> np.ndarray:
        return self._products(direction.reshape(1, -1))[:, 0]

    def _adjoint(self) -> "HessianOperator":
        return self

    def _products(self, directions: np.ndarray) -> np.ndarray:
        """Apply the Hessian to directions, shape (number, size); return shape (size, number)."""
        moves, place = [], 0
        for W, b in self.layers:
            D = directions[:, place : place + W.size].reshape(-1, *W.shape)
            place += W.size
            d = None if b is None else directions[:, place : place + b.size, None]
            place += 0 if b is None else b.size
            moves.append((D, d))
        h_dot, z_dot = [], []
        for k, ((W, _), (D, d)) in enumerate(zip(self.layers, moves, strict=True)):
            moved = D @ self.h[k]
            if h_dot:
                moved = moved + W @ h_dot[-1]
            z_dot.append(moved if d is None else moved + d)
            if k < len(self.slopes):
                h_dot.append(self.slopes[k] * z_dot[-1])
        delta_dot, products = self.scale * z_dot[-1], []
        for k in range(len(self.layers) - 1, -1, -1):
            (W, b), (D, _) = self.layers[k], moves[k]
            product = delta_dot @ self.h[k].T
            if k:
                product = product + self.delta[k] @ h_dot[k - 1].transpose(0, 2, 1)
            here = [product.reshape(len(directions), -1)]
            if b is not None:
                here.append(delta_dot.sum(axis=2))
            products[:0] = here
            if k:
                bent = self.curvatures[k - 1] * z_dot[k - 1] * self.back[k - 1]
                back_dot = D.transpose(0, 2, 1) @ self.delta[k] + W.T @ delta_dot
                delta_dot = self.slopes[k - 1] * back_dot + bent
        return np.concatenate(products, axis=1).T


def _affine(W: np.ndarray, b: np.ndarray | None, h: np.ndarray) -> np.ndarray:
    z = W @ h
    return z if b is None else z + b[:, None]


def layers_from(layers: Any) -> list[tuple[np.ndarray, np.ndarray | None]]:
    """Return W and b (None without biases) of each layer, from any form that `sharpness_of` takes.

    Raises:
        ValueError: If a layer is not a matrix, a bias does not fit it, or a name is not one of a
            ``state_dict`` of fully connected layers.

    Examples:
        >>> [(W.shape, b.shape) for W, b in layers_from({"0.weight": [[1, 2]], "0.bias": [3]})]
        [((1, 2), (1,))]
    """
    pairs = _from_names(layers) if isinstance(layers, Mapping) else list(layers)
    if not pairs:
        raise ValueError("there are no layers; expected at least one")
    found = []
    for number, layer in enumerate(pairs, start=1):
        is_pair = isinstance(layer, Sequence) and len(layer) == 2 and np.ndim(layer[0]) == 2
        weight, bias = layer if is_pair else (layer, None)
        W = as_float64(weight, f"layer {number}", 2)
        b = None if bias is None else as_float64(bias, f"the bias of layer {number}", 1)
        if b is not None and len(b) != len(W):
            raise ValueError(
                f"the bias of layer {number} has {len(b)} entries; expected {len(W)}, the rows of "
                "the layer"
            )
        found.append((W, b))
    return found


def _from_names(named: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Return the pairs of a ``state_dict``, in its order."""
    layers: dict[str, dict[str, Any]] = {}
    for name, values in named.items():
        layer, _, part = name.rpartition(".")
        if part not in ("weight", "bias"):
            raise ValueError(f"{name!r} is neither the weight nor the bias of a layer")
        layers.setdefault(layer, {})[part] = values
    for layer, parts in layers.items():
        if "weight" not in parts:
            raise ValueError(f"{layer!r} has a bias, but no weight")
    return [(parts["weight"], parts.get("bias")) for parts in layers.values()]
