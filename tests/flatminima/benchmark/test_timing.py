"""The benchmark times what it says, against a loop that computes the same step."""

import numpy as np
import pandas as pd
import pytest

from flatminima.benchmark import timing as benchmark
from flatminima.core.kinds import Misfit, load, names
from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.kernels.batch import Minibatches
from flatminima.networks import initialise
from flatminima.networks.linear.network import LinearNetwork
from flatminima.networks.mlp import Mlp
from flatminima.networks.mlp.network import MultilayerPerceptron


@pytest.mark.parametrize("kind", [LinearNetwork, MultilayerPerceptron])
@pytest.mark.parametrize("rows", [np.arange(20), np.array([3, 17, 4])])
def test_the_plain_loop_takes_the_same_step_as_the_kernel(kind, rows):
    dataset = gaussian_dataset(20, 4, 1.0, np.random.default_rng(0))
    network = kind(dataset, 3)
    weights = initialise("gaussian", network.layer_shapes, 0.5, np.random.default_rng(1))
    kernel = network.kernel(weights[:, None])
    kernel.descend_on(Minibatches(rows[None, None]), benchmark.LEARNING_RATE, 1)
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
    monkeypatch.setattr(benchmark, "limit_microseconds", lambda *sizes: 0.5)
    sweeps = {"runs": (8, 16), "depth": (2,), "width": (3, 5), "batch_size": (4, 128)}
    monkeypatch.setattr(benchmark, "SWEEPS", sweeps)
    return benchmark.run_benchmark(lambda line: None)


def test_the_table_has_a_row_for_each_size(timings):
    assert set(timings["network"]) <= set(names("networks"))
    for network, rows in timings.groupby("network"):
        assert (rows[["step_microseconds", "sharpness_milliseconds"]] > 0).all(axis=None)
        offers = load("networks", network).offers
        assert (rows["loop_microseconds"] > 0).all() == ("full_layers" in offers)
        assert ("batch_size" in set(rows["varied"])) == ("batches" in offers)
    linear = timings[timings["network"] == "linear"]
    assert linear[["varied", "runs", "depth", "width"]].to_numpy().tolist() == [
        ["runs", 8, 10, 5],
        ["runs", 16, 10, 5],
        ["depth", 200, 2, 5],
        ["width", 200, 10, 3],
        ["width", 200, 10, 5],
        ["batch_size", 200, 10, 5],
        ["batch_size", 200, 10, 5],
    ]
    batched = linear[linear["varied"] == "batch_size"]
    assert batched["samples"].tolist() == [128] * 2
    assert batched["batch_size"].tolist() == [4, 128]
    full = timings[timings["varied"] != "batch_size"]
    assert (full["batch_size"] == full["samples"]).all()


def test_data_has_as_many_features_as_a_network_is_wide_if_the_kind_says_so(timings):
    features = timings[timings["varied"] == "width"].groupby("network")["features"].apply(list)
    assert features["linear"] == [3, 5]
    assert features["mlp"] == [benchmark.FEATURES] * 2


def test_sizes_that_a_kind_does_not_have_are_left_out(monkeypatch):
    monkeypatch.setattr(benchmark, "SWEEPS", {"depth": (2, 40), "batch_size": (4,)})

    class Shallow(Mlp):
        offers = frozenset()

        def cells(self, size):
            if self.depth > (2,):
                raise Misfit("depth", "is too large")
            return super().cells(size)

    assert list(benchmark._sizes(Shallow)) == [("depth", benchmark.STANDARD | {"depth": 2})]


def test_each_measurement_is_told(monkeypatch):
    monkeypatch.setattr(benchmark, "SWEEPS", {"depth": (2,)})
    monkeypatch.setattr(benchmark, "_measure", lambda name, **sizes: {"seconds": 1.23456})
    lines = []
    benchmark.run_benchmark(lines.append)
    assert lines[0] == "network=linear varied=depth depth=2 width=5 runs=200 seconds=1.235"


def test_the_figure_shows_the_benchmark_beside_a_loop_and_c():
    rows = [
        {"network": network, "varied": varied, **benchmark.STANDARD, varied: value}
        | {"batch_size": value if varied == "batch_size" else 50, "step_microseconds": 1.0}
        | {"loop_microseconds": 100.0, "sharpness_milliseconds": 1.0}
        | {"limit_microseconds": np.nan if varied == "batch_size" else 0.5}
        for network in ("linear", "mlp")
        for varied, values in benchmark.SWEEPS.items()
        for value in values
    ]
    figure = benchmark.draw_benchmark(pd.DataFrame(rows))
    assert len(figure.axes) == 7
    *above, batches = figure.axes[:4]
    assert all(len(axes.lines) == 2 * 3 for axes in above)
    assert len(batches.lines) == 2 * 2  # C takes no batches
    assert all(len(axes.lines) == 2 for axes in figure.axes[4:])
    labels = [axes.get_xlabel() for axes in figure.axes[4:]]
    assert labels == ["runs together", "depth $L$", "width"]
