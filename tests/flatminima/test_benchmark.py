"""The benchmark times what it says, against a loop that computes the same step."""

import numpy as np
import pytest

from flatminima import benchmark
from flatminima.benchmark_references import reference_times
from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.kernels.batch import Batches
from flatminima.kinds import names
from flatminima.perceptron import MultilayerPerceptron
from flatminima.runs.initialisations import initialise
from flatminima.theory.linear_network import LinearNetwork


@pytest.mark.parametrize("kind", [LinearNetwork, MultilayerPerceptron])
@pytest.mark.parametrize("rows", [np.arange(20), np.array([3, 17, 4])])
def test_the_plain_loop_takes_the_same_step_as_the_kernel(kind, rows):
    dataset = gaussian_dataset(20, 4, 1.0, np.random.default_rng(0))
    network = kind(dataset, 3)
    weights = initialise("gaussian", network.layer_shapes, 0.5, np.random.default_rng(1))
    kernel = network.kernel(weights[:, None])
    kernel.descend_on(Batches(rows[None, None]), benchmark.LEARNING_RATE, 1)
    step, layers = benchmark._plain_step(network, weights, dataset, iter([rows]))
    step()
    moved = np.concatenate([layer.ravel() for layer in layers]) - weights
    np.testing.assert_allclose(moved, kernel.parameters[:, 0] - weights, rtol=1e-6, atol=1e-16)


def test_the_plain_loop_draws_an_epoch_without_replacement():
    batches = benchmark._permuted(10, 4)
    first, second, third, fourth = (next(batches) for _ in range(4))
    assert len({*first, *second}) == len({*third, *fourth}) == 8
    assert set(first) | set(second) <= set(range(10))
    assert first.tolist() != third.tolist()


@pytest.fixture
def timings(monkeypatch):
    monkeypatch.setattr(benchmark, "SECONDS", 0.0)
    monkeypatch.setattr(benchmark, "REPEATS", 1)
    sweeps = {"runs": (8, 16), "depth": (2,), "width": (3, 5), "batch_size": (4, 128)}
    monkeypatch.setattr(benchmark, "SWEEPS", sweeps)
    return benchmark.run_benchmark(lambda line: None)


def test_the_table_has_a_row_for_each_size(timings):
    kinds = names("networks")
    assert len(timings) == 7 * len(kinds)
    assert (timings.filter(like="seconds") > 0).all(axis=None)
    varied = timings[["network", "varied", "runs", "depth", "width"]].to_numpy().tolist()
    assert varied[:7] == [
        [kinds[0], "runs", 8, 10, 5],
        [kinds[0], "runs", 16, 10, 5],
        [kinds[0], "depth", 200, 2, 5],
        [kinds[0], "width", 200, 10, 3],
        [kinds[0], "width", 200, 10, 5],
        [kinds[0], "batch_size", 200, 10, 5],
        [kinds[0], "batch_size", 200, 10, 5],
    ]
    sizes = timings.groupby("varied")[["samples", "batch_size"]].agg(list).loc["batch_size"]
    assert sizes["samples"] == [128] * 2 * len(kinds)
    assert sizes["batch_size"] == [4, 128] * len(kinds)
    full = timings[timings["varied"] != "batch_size"]
    assert (full["batch_size"] == full["samples"]).all()


def test_only_the_linear_network_is_as_wide_as_its_data_has_features(timings):
    features = timings[timings["varied"] == "width"].groupby("network")["features"].apply(list)
    assert features["linear"] == [3, 5]
    assert features["mlp"] == [benchmark.FEATURES] * 2


def test_each_measurement_is_told(monkeypatch):
    monkeypatch.setattr(benchmark, "SWEEPS", {"depth": (2,)})
    monkeypatch.setattr(benchmark, "_measure", lambda kind, **sizes: {"seconds": 1.23456})
    lines = []
    benchmark.run_benchmark(lines.append)
    assert lines[0] == "network=linear varied=depth depth=2 width=5 runs=200 seconds=1.235"


def test_references_are_of_the_sizes_of_the_benchmark():
    references = reference_times()
    assert (references["step_microseconds"] > 0).all()
    for (network, varied), group in references.groupby(["network", "varied"]):
        assert network in ("linear", "mlp")
        assert set(group["value"]) == set(benchmark.SWEEPS[varied])
    standard = references[references["value"] == references["varied"].map(benchmark.STANDARD)]
    for _, group in standard.groupby(["reference", "network"]):
        assert group["step_microseconds"].nunique() == 1


def test_the_figure_shows_the_benchmark_beside_its_references():
    references = reference_times()
    one_each = references.drop_duplicates(["network", "varied", "value"])
    timings = one_each.assign(loop_microseconds=100.0, sharpness_milliseconds=1.0)
    for varied in benchmark.SWEEPS:
        timings[varied] = timings["value"].where(timings["varied"] == varied)
    figure = benchmark.draw_benchmark(timings, references)
    assert len(figure.axes) == 7
    *above, batches = figure.axes[:4]
    assert all(len(axes.lines) == 2 * 4 for axes in above)  # of each network: two and two lines
    assert len(batches.lines) == 2 * 3  # two, and that of C
    assert all(len(axes.lines) == 2 for axes in figure.axes[4:])
