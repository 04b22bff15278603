"""How long a gradient step and a sharpness take, beside a plain loop over runs; as a figure too.

Times are those of the processor: what else runs on the machine counts little.
"""

from collections.abc import Callable, Iterator
from itertools import repeat
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

from flatminima.datasets import Dataset
from flatminima.kinds import names, restore
from flatminima.networks import Network, layers_of
from flatminima.optimisers import Optimiser
from flatminima.runs.training import GROUPED_STEPS, GradientDescent
from flatminima.seeding import random_generator
from flatminima.sharpness import compute_sharpness

__all__ = ["FEATURES", "SAMPLES", "STANDARD", "draw_benchmark", "run_benchmark"]

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
    "batch_size": (4, 8, 16, 32, 64, 128),
}
BATCHED_SAMPLES = SWEEPS["batch_size"][-1]
"""Of the data where the batch size varies: the largest batch is a step of gradient descent."""


def run_benchmark(progress: Callable[[str], None]) -> pd.DataFrame:
    """Time both kinds of networks against the runs trained together, depth, width and batch size.

    One quantity varies at a time, the others are those of the study: depth 10, width 5, 200
    runs together, full steps on 50 samples of 5 features. The width of a linear network is also
    its number of features. Batches are drawn from 128 samples, which is part of their time.

    Args:
        progress: Called with a line for each measurement.

    Returns:
        A row for each ``network``, ``varied`` quantity and its value (``depth``, ``width``,
        ``runs``, ``samples``, ``features``, ``batch_size``), with ``step_microseconds`` and
        ``loop_microseconds`` (a step of one run, together with the others and in a plain loop)
        and ``sharpness_milliseconds`` (of one run).
    """
    rows = []
    for kind in names("networks"):
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


def draw_benchmark(timings: pd.DataFrame, references: pd.DataFrame) -> Any:
    """Draw the times of `run_benchmark`, beside others as lines.

    Columns of panels: what varies. Above a step of one run, below a sharpness.

    Args:
        timings: The table of the benchmark.
        references: From `flatminima.benchmark_references.reference_times`.
    """
    import seaborn as sns
    from matplotlib.figure import Figure

    from flatminima.labels import panel_size
    from flatminima.style import COLUMN_WIDTH, MARKERS, PAGE_WIDTH, style
    from flatminima.ticks import set_ticks_at

    columns = {
        "runs": "runs together",
        "depth": "depth $L$",
        "width": "width",
        "batch_size": f"batch size\nof {BATCHED_SAMPLES} samples",
    }
    dashes = {"before": ":", "limit": "-", "loop": "-."}
    names = {
        "before": "before (on our machine)",
        "limit": "limit: C (on our machine)",
        "loop": "a plain loop in C (on our machine)",
    }
    networks = sorted(set(timings["network"]))
    colours = dict(zip(networks, sns.color_palette("colorblind", len(networks)), strict=True))
    with style():
        figure = Figure(figsize=(PAGE_WIDTH, 1.2 * COLUMN_WIDTH))
        panels = figure.subplots(2, len(columns), sharey="row")
        for (step_axes, sharpness_axes), (varied, label) in zip(
            panels.T, columns.items(), strict=True
        ):
            here = timings[timings["varied"] == varied]
            for (network, group), marker in zip(here.groupby("network"), MARKERS, strict=False):
                points = {"color": colours[network], "marker": marker, "markeredgewidth": 0}
                step, loop = group["step_microseconds"], group["loop_microseconds"]
                step_axes.plot(group[varied], step, **points, linestyle="", label=network)
                step_axes.plot(
                    group[varied], loop, **points, linestyle="--", label=f"{network}, plain loop"
                )
                sharpness_axes.plot(group[varied], group["sharpness_milliseconds"], **points)
                for reference, dash in dashes.items():
                    times = references.query(
                        "reference == @reference and network == @network and varied == @varied"
                    )
                    if len(times):
                        step_axes.plot(
                            times["value"],
                            times["step_microseconds"],
                            color=colours[network],
                            linestyle=dash,
                            linewidth=0.8,
                            label=f"{network}, {names[reference]}",
                        )
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
    kind: str, depth: int, width: int, runs: int, batch_size: int | None = None
) -> dict[str, float]:
    """Time one kind of network; one of the linear theory is as wide as its data has features.

    A batch size is of SGD on more samples than otherwise, unless it is all of them.
    """
    block = {"kind": kind, "initialisation": "gaussian", "depth": [depth], "width": [width]}
    networks = restore("networks", block)
    features = width if "linear_theory" in networks.offers else FEATURES
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
    plain_step, _ = _plain_step(network, weights, dataset, batches)
    loop = _best_time(plain_step)
    sharpness = _best_time(lambda: compute_sharpness(network, weights))
    return {
        "samples": samples,
        "features": features,
        "batch_size": batch_size or samples,
        "step_microseconds": 1e6 * steps / GROUPED_STEPS / runs,
        "loop_microseconds": 1e6 * loop,
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
    network: Network, weights: np.ndarray, dataset: Dataset, batches: Iterator[np.ndarray]
) -> tuple[Callable[[], None], list[np.ndarray]]:
    """Return a step of one run as one would write it first, and the layers that it changes."""
    layers = layers_of(weights.copy(), network.layer_shapes)
    activation = getattr(network, "activation", None)

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
