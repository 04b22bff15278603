"""The cost follows the benchmark: calls a layer, and powers of the sizes."""

import pandas as pd
import pytest

from flatminima.benchmark import STANDARD, SWEEPS
from flatminima_study.cost import (
    COST_COLUMNS,
    STARTING_SECONDS,
    describe_cost,
    measured_kernel,
    predict_cost,
)

CALLS = 7.0
"""Microseconds that a layer's calls take in each step."""


def made_up_times(network: str, runs: int, depth: int, width: int) -> dict[str, float]:
    """Calls a layer, and powers of each size."""
    if network == "linear":
        dimension = (depth - 1) * (2 * width - 1) + width
    else:
        dimension = 6 * width + (depth - 2) * width**2
    return {
        "step_microseconds": CALLS * depth / runs + 1e-3 * depth**1.5 * width**2,
        "sharpness_milliseconds": 1e-4 * dimension**2,
    }


@pytest.fixture(scope="module")
def benchmark_table() -> pd.DataFrame:
    return pd.DataFrame(
        {"network": network, "varied": varied, **sizes, **made_up_times(network, **sizes)}
        for network in ("linear", "mlp")
        for varied, values in SWEEPS.items()
        for sizes in (STANDARD | {varied: value} for value in values)
    )


def job(**changes) -> dict:
    return {
        "experiment": "e",
        "network": "linear",
        "depth": 10,
        "width": 5,
        "dimension": 86,
        "samples": 50,
        "runs": 200,
        "steps": 1000,
        "sharpnesses": 2,
        "megabytes": 100,
    } | changes


def predict_seconds(one: dict, benchmark_table: pd.DataFrame) -> float:
    return measured_kernel(benchmark_table, one["network"]).predict_seconds(one)


@pytest.mark.parametrize("network", ["linear", "mlp"])
@pytest.mark.parametrize(
    "sizes",
    [
        {"runs": 200, "depth": 10, "width": 5},  # measured
        {"runs": 304, "depth": 7, "width": 8},  # between
        {"runs": 8000, "depth": 100, "width": 100},  # beyond
    ],
)
def test_the_made_up_times_are_recovered(benchmark_table, network, sizes):
    predicted = predict_seconds(job(network=network, dimension=500, **sizes), benchmark_table)
    times = made_up_times(network, **sizes)
    training = 1e-6 * times["step_microseconds"] * sizes["runs"] * 1000
    measuring = 1e-3 * 1e-4 * 500**2 * 2 * sizes["runs"]
    assert predicted - STARTING_SECONDS == pytest.approx(training + measuring, rel=1e-9)


def test_a_batch_costs_whole_cache_lines(benchmark_table):
    seconds = [predict_seconds(job(runs=r, sharpnesses=0), benchmark_table) for r in (17, 24, 25)]
    assert seconds[0] == seconds[1] < seconds[2]


def test_only_a_perceptron_pays_for_samples(benchmark_table):
    linear, more = (predict_seconds(job(samples=n), benchmark_table) for n in (50, 5000))
    assert linear == more
    started = STARTING_SECONDS + 1e-6 * CALLS * 10 * 1000
    mlp, more = (
        predict_seconds(job(network="mlp", samples=n), benchmark_table) - started
        for n in (50, 5000)
    )
    assert more == pytest.approx(100 * mlp)


def test_a_row_an_experiment_and_one_of_all(benchmark_table):
    jobs = [job(), job(runs=400, megabytes=300), job(experiment="f", network="mlp")]
    cost = predict_cost(jobs, benchmark_table)
    assert list(cost) == list(COST_COLUMNS)
    assert list(cost["experiment"]) == ["e", "f", "all"]
    assert list(cost["runs"]) == [600, 200, 800]
    assert list(cost["jobs"]) == [2, 1, 3]
    assert list(cost["largest_job_megabytes"]) == [300, 100, 300]
    seconds = [predict_seconds(one, benchmark_table) for one in jobs]
    *parts, whole = cost["core_hours"]
    assert whole == pytest.approx(sum(parts)) == pytest.approx(sum(seconds) / 3600)
    assert cost["largest_job_minutes"].iloc[0] == pytest.approx(seconds[1] / 60)
    million = cost["core_hours_of_a_million_runs"].iloc[-1]
    assert million == pytest.approx(whole / 800 * 1_000_000)
    assert describe_cost(cost).splitlines()[-1].split()[:3] == ["all", "800", "3"]
