"""Training from random weights at given widths, several networks at once, by Adam."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from flatminima_papers.expressivity.theory.baselines import relative_error

__all__ = ["trained_errors"]

BATCH = 64
"""Fresh points a step."""

DECAYS = (0.9, 0.999)
"""Of Adam's means of gradients and their squares (Kingma and Ba, arXiv:1412.6980)."""

EPSILON = 1e-8


def trained_errors(
    function: Callable,
    widths: Sequence[int],
    radius: float,
    test: np.ndarray,
    generators: Sequence[np.random.Generator],
    *,
    steps: int,
    learning_rates: Sequence[float],
) -> np.ndarray:
    """Return the relative error of networks with biases after training, shape (rates, generators).

    Weights start as N(0, 2 / fan-in), biases at zero; the targets are centred and of variance 1 on
    the test points.  The networks of one generator start alike and see the same points.

    Args:
        function: Of points (n, d).
        widths: Of inputs, hidden layers and output.
        radius: Points are uniform on [-R, R]^d.
        test: Points (n, d).
        generators: Each for a start and the points of all steps.
        steps: Of Adam, each on fresh points.
        learning_rates: Of Adam.
    """
    wanted = function(test)
    mean, spread = wanted.mean(), wanted.std()
    shapes = [(after, before) for before, after in pairwise(widths)]
    shapes += [(after, 1) for after in widths[1:]]
    starts = [_start(widths, generator) for generator in generators]
    parameters = np.tile(starts, (len(learning_rates), 1))
    rates = np.repeat(learning_rates, len(generators))[:, None]
    first, second = np.zeros_like(parameters), np.zeros_like(parameters)
    gradient = np.zeros_like(parameters)
    layers, slopes = _views(parameters, shapes), _views(gradient, shapes)
    for step in range(1, steps + 1):
        points = np.stack([g.uniform(-radius, radius, (BATCH, widths[0])) for g in generators])
        values = function(points.reshape(-1, widths[0])).reshape(len(points), 1, BATCH)
        inputs = np.tile(points.transpose(0, 2, 1), (len(learning_rates), 1, 1))
        targets = np.tile((values - mean) / spread, (len(learning_rates), 1, 1))
        _write_gradients(layers, slopes, inputs, targets)
        first += (1 - DECAYS[0]) * (gradient - first)
        second += (1 - DECAYS[1]) * (gradient**2 - second)
        size = rates * np.sqrt(1 - DECAYS[1] ** step) / (1 - DECAYS[0] ** step)
        parameters -= size * first / (np.sqrt(second) + EPSILON)
    values, _ = _forward(layers, np.tile(test.T, (len(parameters), 1, 1)))
    errors = [relative_error(mean + spread * found, wanted) for found in values[:, 0]]
    return np.reshape(errors, (len(learning_rates), len(generators)))


def _start(widths: Sequence[int], generator: np.random.Generator) -> np.ndarray:
    """Draw weights, and put biases of zero behind them."""
    weights = [
        generator.standard_normal(after * before) * np.sqrt(2 / before)
        for before, after in pairwise(widths)
    ]
    return np.concatenate([*weights, np.zeros(sum(widths[1:]))])


def _views(parameters: np.ndarray, shapes: Sequence[tuple[int, int]]) -> list[np.ndarray]:
    """Return views of all weights, then all biases, each of shape (runs, rows, columns)."""
    ends = np.cumsum([rows * columns for rows, columns in shapes])
    parts = np.split(parameters, ends[:-1], axis=1)
    return [part.reshape(-1, *shape) for part, shape in zip(parts, shapes, strict=True)]


def _forward(layers: list[np.ndarray], h: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the outputs, and the inputs of each layer, of networks on points (runs, d, n)."""
    depth, inputs = len(layers) // 2, []
    for W, b in zip(layers[:depth], layers[depth:], strict=True):
        inputs.append(h)
        z = W @ h + b
        h = np.maximum(z, 0)
    return z, inputs


def _write_gradients(
    layers: list[np.ndarray], slopes: list[np.ndarray], h: np.ndarray, targets: np.ndarray
) -> None:
    """Write the gradients of the mean squared error by all layers."""
    depth = len(layers) // 2
    values, inputs = _forward(layers, h)
    delta = 2 * (values - targets) / targets.shape[2]
    for k in reversed(range(depth)):
        np.matmul(delta, inputs[k].transpose(0, 2, 1), out=slopes[k])
        delta.sum(2, keepdims=True, out=slopes[depth + k])
        delta = (layers[k].transpose(0, 2, 1) @ delta) * (inputs[k] > 0)
