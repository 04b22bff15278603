"""How long a gradient step and a sharpness take, compared with a plain loop over runs.

Times are processor times, so that other programs on the machine hardly matter.
"""

from collections.abc import Callable, Iterator
from itertools import cycle, repeat
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

from flatminima.benchmark.limits import limit_microseconds
from flatminima.core.kinds import Misfit, load, names, restore
from flatminima.core.seeding import random_generator
from flatminima.datasets import Dataset, DataSize
from flatminima.networks import LayeredNetwork, NetworkKind, layers_of
from flatminima.optimisers import GradientDescent, Optimiser
from flatminima.runs.training import GROUPED_STEPS
from flatminima.sharpness import compute_sharpness

__all__ = ["FEATURES", "SAMPLES", "STANDARD", "draw_benchmark", "run_benchmark"]

REPEATS = 5
"""Each time is the best of this number, because noise only ever adds."""

SECONDS = 0.15
"""Roughly how long one repeat takes."""

LEARNING_RATE = 1e-9
"""So small that the weights hardly change during the benchmark."""

STANDARD = {"depth": 10, "width": 5, "runs": 200}
SAMPLES, FEATURES = 50, 5
SWEEPS = {
    "runs": (8, 24, 56, 104, 200, 400, 800),
    "depth": (2, 5, 10, 20, 40),
    "width": (5, 10, 20, 40),
    "batch_size": (4, 8, 16, 32, 64, 128),
}
BATCHED_SAMPLES = SWEEPS["batch_size"][-1]
"""Samples where the batch size varies; the largest batch is a step of gradient descent."""


def run_benchmark(progress: Callable[[str], None]) -> pd.DataFrame:
    """Time each kind of network against the runs trained together, depth, width and batch size.

    One quantity varies at a time. The others are those of the study: depth 10, width 5, 200
    runs together, full steps on 50 samples of 5 features, or of as many features as the network
    is wide (`NetworkKind.wide_as_features`). Batches are drawn from 128 samples, which is part of
    their time. Sizes that a kind does not have are left out, and so are batches where its networks
    do not offer them.

    Args:
        progress: Called with a line for each measurement.

    Returns:
        A row for each ``network``, ``varied`` quantity and its value (``depth``, ``width``,
        ``runs``, ``samples``, ``features``, ``batch_size``), with ``step_microseconds`` and
        ``loop_microseconds`` (a step of one run, together with the others and in a plain loop),
        ``limit_microseconds`` (the same in C, see `flatminima.benchmark.limits`) and
        ``sharpness_milliseconds`` (of one run). The plain loop is that of full layers; other
        networks have none.
    """
    rows = []
    for name in names("networks"):
        for varied, sizes in _sizes(load("networks", name)):
            row = {"network": name, "varied": varied, **sizes, **_measure(name, **sizes)}
            progress(
                " ".join(
                    f"{key}={item:.4g}" if isinstance(item, float) else f"{key}={item}"
                    for key, item in row.items()
                )
            )
            rows.append(row)
    return pd.DataFrame(rows)


def _sizes(kind: type[NetworkKind]) -> Iterator[tuple[str, dict[str, int]]]:
    """Go through the sizes of a kind that are timed, each with the quantity that varies."""
    for varied, values in SWEEPS.items():
        if varied == "batch_size" and "batches" not in kind.offers:
            continue
        for value in values:
            sizes = STANDARD | {varied: value}
            depth, width = sizes["depth"], sizes["width"]
            size = DataSize(SAMPLES, _features(kind, width))
            try:
                list(kind.example(depth, width).cells(size))
            except Misfit:
                continue
            yield varied, sizes


def _features(kind: type[NetworkKind], width: int) -> int:
    return width if kind.wide_as_features else FEATURES


def draw_benchmark(timings: pd.DataFrame) -> Any:
    """Draw the times of `run_benchmark`, those of a plain loop and of C as lines.

    The columns of panels differ in what varies. A step of one run is above, a sharpness below.

    Args:
        timings: The table of the benchmark.
    """
    import seaborn as sns
    from matplotlib.figure import Figure

    from flatminima.plotting.labels import panel_size
    from flatminima.plotting.style import COLUMN_WIDTH, MARKERS, PAGE_WIDTH, style
    from flatminima.plotting.ticks import set_ticks_at

    columns = {
        "runs": "runs together",
        "depth": "depth $L$",
        "width": "width",
        "batch_size": f"batch size\nof {BATCHED_SAMPLES} samples",
    }
    lines = {
        "loop_microseconds": ("--", "a plain loop in NumPy"),
        "limit_microseconds": ("-", "hand-vectorised C"),
    }
    networks = sorted(set(timings["network"]))
    colours = dict(zip(networks, sns.color_palette("colorblind", len(networks)), strict=True))
    markers = dict(zip(networks, cycle(MARKERS), strict=False))
    with style():
        figure = Figure(figsize=(PAGE_WIDTH, 1.2 * COLUMN_WIDTH))
        panels = figure.subplots(2, len(columns), sharey="row")
        for (step_axes, sharpness_axes), (varied, label) in zip(
            panels.T, columns.items(), strict=True
        ):
            here = timings[timings["varied"] == varied]
            for network, group in here.groupby("network"):
                look = {"color": colours[network], "marker": markers[network]}
                points = look | {"markeredgewidth": 0}
                step = group["step_microseconds"]
                step_axes.plot(group[varied], step, **points, linestyle="", label=network)
                for column, (dash, name) in lines.items():
                    if group[column].notna().any():
                        step_axes.plot(
                            group[varied],
                            group[column],
                            color=colours[network],
                            linestyle=dash,
                            linewidth=0.8,
                            label=f"{network}, {name}",
                        )
                sharpness_axes.plot(group[varied], group["sharpness_milliseconds"], **points)
            for axes in (step_axes, sharpness_axes):
                axes.set(xscale="log", yscale="log")
                set_ticks_at(axes.xaxis, set(here[varied]), panel_size(axes)[0])
            sharpness_axes.set_xlabel(label)
        panels[0, -1].set_xlabel(label)
        panels[1, -1].remove()  # a sharpness has no batch size
        panels = figure.axes
        panels[0].set_ylabel("step of one run [µs]")
        panels[len(columns)].set_ylabel("sharpness of one run [ms]")
        entries = {
            label: handle
            for axes in panels[: len(columns)]
            for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
        }
        figure.legend(entries.values(), entries.keys(), loc="outside upper center", ncols=2)
        sns.despine(figure)
    return figure


def _measure(
    name: str, depth: int, width: int, runs: int, batch_size: int | None = None
) -> dict[str, float]:
    """Time one kind of network.

    Where the batch size varies there are more samples, and SGD takes the steps.
    """
    kind = load("networks", name)
    networks, features = kind.example(depth, width), _features(kind, width)
    samples = SAMPLES if batch_size is None else BATCHED_SAMPLES
    data = {"kind": "gaussian", "samples": samples, "features": features, "noise": 1.0}
    dataset = restore("datasets", data).draw(random_generator(0, "benchmark", features))
    network = networks.build(dataset, random_generator(0, "benchmark", "projection"))
    parameters = network.allocate(runs)
    generators = [random_generator(0, "benchmark", "run", run) for run in range(runs)]
    for run, generator in enumerate(generators):
        parameters[:, run] = networks.initialise(network, 0.35, generator)
    weights = np.ascontiguousarray(parameters[:, 0])
    kernel = network.kernel(parameters)
    rates, batches = np.full(runs, LEARNING_RATE), repeat(np.arange(samples))
    optimiser: Optimiser = GradientDescent(rates)
    if batch_size not in (None, samples):
        sgd = restore("optimisers", {"kind": "sgd", "batch_size": [batch_size]})
        optimiser = sgd.start(network, rates, generators)
        batches = _permuted(samples, batch_size)
    steps = _best_time(lambda: optimiser.advance(kernel, GROUPED_STEPS))
    loop = np.nan
    if "full_layers" in kind.offers:
        plain_step, _ = _plain_step(network, weights, dataset, batches)
        loop = _best_time(plain_step)
    # C takes full steps only, and has as many features as the layers are wide.
    limit = np.nan
    if batch_size is None and features == width:
        limit = limit_microseconds(name, depth, width, samples, runs)
    sharpness = _best_time(lambda: compute_sharpness(network, weights))
    return {
        "samples": samples,
        "features": features,
        "batch_size": batch_size or samples,
        "step_microseconds": 1e6 * steps / GROUPED_STEPS / runs,
        "loop_microseconds": 1e6 * loop,
        "limit_microseconds": limit,
        "sharpness_milliseconds": 1e3 * sharpness,
    }


def _permuted(samples: int, batch_size: int) -> Iterator[np.ndarray]:
    """Go through the batches of SGD without replacement, as one would write it first."""
    generator = np.random.default_rng(0)
    while True:
        order = generator.permutation(samples)
        for start in range(0, samples - batch_size + 1, batch_size):
            yield order[start : start + batch_size]


def _plain_step(
    network: LayeredNetwork, weights: np.ndarray, dataset: Dataset, batches: Iterator[np.ndarray]
) -> tuple[Callable[[], None], list[np.ndarray]]:
    """Return a step of one run as one would write it first, and the layers that it changes."""
    layers = layers_of(weights.copy(), network.layer_shapes)
    activation = network.activation

    def step() -> None:
        rows = next(batches)
        h, slopes = [dataset.inputs[rows].T], []
        for W in layers:
            value, slope = W @ h[-1], 1.0
            if activation is not None and W is not layers[-1]:
                value, slope, _ = activation.derivatives(value)
            h.append(value)
            slopes.append(slope)
        delta = 2 / len(rows) * (h[-1] - dataset.targets[rows])
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
