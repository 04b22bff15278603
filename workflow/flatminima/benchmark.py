"""How long a gradient step and a sharpness take, beside a plain loop over runs.

Times are those of the processor: what else runs on the machine counts little.
"""

from collections.abc import Callable
from time import process_time

import numpy as np
import pandas as pd

from flatminima.datasets import Dataset, gaussian_dataset
from flatminima.networks import LinearNetwork, MultilayerPerceptron, Network, initialise
from flatminima.seeding import random_generator
from flatminima.sharpness import compute_sharpness
from flatminima.training import GROUPED_STEPS

__all__ = ["FEATURES", "SAMPLES", "STANDARD", "run_benchmark"]

REPEATS = 5
"""Each time is the best of so many: noise only ever adds."""

SECONDS = 0.15
"""Roughly how long one repeat takes."""

LEARNING_RATE = 1e-9
"""So small that the weights stay what they are for as long as it takes."""

STANDARD = {"depth": 10, "width": 5, "runs": 200}
SAMPLES, FEATURES = 50, 5
SWEEPS = {
    "runs": (8, 24, 56, 104, 200, 400, 800),
    "depth": (2, 5, 10, 20, 40),
    "width": (5, 10, 20, 40),
}


def run_benchmark(progress: Callable[[str], None]) -> pd.DataFrame:
    """Time both kinds of networks against batch size, depth and width.

    One quantity varies at a time, the others are those of the study: depth 10, width 5, 200
    runs in a batch, 50 samples of 5 features. The width of a linear network is also its
    number of features.

    Args:
        progress: Called with a line for each measurement.

    Returns:
        A row for each ``network``, ``varied`` quantity and its value (``depth``, ``width``,
        ``runs``), with ``step_microseconds`` and ``loop_microseconds`` (a gradient step of
        one run, in the batch and in a plain loop) and ``sharpness_milliseconds`` (of one run).
    """
    rows = []
    for kind in ("linear", "mlp"):
        for varied, values in SWEEPS.items():
            for value in values:
                sizes = STANDARD | {varied: value}
                row = {"network": kind, "varied": varied, **sizes, **_measure(kind, **sizes)}
                progress(
                    " ".join(
                        f"{key}={item:.4g}" if isinstance(item, float) else f"{key}={item}"
                        for key, item in row.items()
                    )
                )
                rows.append(row)
    return pd.DataFrame(rows)


def _measure(kind: str, depth: int, width: int, runs: int) -> dict[str, float]:
    features = width if kind == "linear" else FEATURES
    dataset = gaussian_dataset(SAMPLES, features, 1.0, random_generator(0, "benchmark", features))
    network = (
        LinearNetwork(dataset, depth)
        if kind == "linear"
        else MultilayerPerceptron(dataset, depth, width)
    )
    parameters = network.allocate(runs)
    for run in range(runs):
        generator = random_generator(0, "benchmark", "run", run)
        parameters[:, run] = initialise("gaussian", network.layer_shapes, 0.35, generator)
    weights = np.ascontiguousarray(parameters[:, 0])
    kernel = network.kernel(parameters)
    steps = _best_time(lambda: kernel.descend(LEARNING_RATE, GROUPED_STEPS))
    plain_step, _ = _plain_step(network, weights, dataset)
    loop = _best_time(plain_step)
    sharpness = _best_time(lambda: compute_sharpness(network, weights))
    return {
        "step_microseconds": 1e6 * steps / GROUPED_STEPS / runs,
        "loop_microseconds": 1e6 * loop,
        "sharpness_milliseconds": 1e3 * sharpness,
    }


def _plain_step(
    network: Network, weights: np.ndarray, dataset: Dataset
) -> tuple[Callable[[], None], list[np.ndarray]]:
    """Return a step of one run as one would write it first, and the layers that it changes."""
    shapes = network.layer_shapes
    ends = np.cumsum([rows * columns for rows, columns in shapes])
    layers = [
        part.reshape(shape)
        for part, shape in zip(np.split(weights.copy(), ends[:-1]), shapes, strict=True)
    ]
    activation = getattr(network, "activation", None)

    def step() -> None:
        h, slopes = [dataset.inputs.T], []
        for W in layers:
            value, slope = W @ h[-1], 1.0
            if activation is not None and W is not layers[-1]:
                value, slope, _ = activation.derivatives(value)
            h.append(value)
            slopes.append(slope)
        delta = 2 / dataset.samples * (h[-1] - dataset.targets)
        for k in range(len(layers) - 1, -1, -1):
            delta = delta * slopes[k]
            gradient = delta @ h[k].T
            delta = layers[k].T @ delta
            layers[k] -= LEARNING_RATE * gradient

    return step, layers


def _best_time(call: Callable[[], object]) -> float:
    """Return the seconds that one call takes, the best of some repeats."""
    call()
    start = process_time()
    call()
    calls = max(1, int(SECONDS / max(process_time() - start, 1e-7)))
    times = []
    for _ in range(REPEATS):
        start = process_time()
        for _ in range(calls):
            call()
        times.append((process_time() - start) / calls)
    return min(times)
