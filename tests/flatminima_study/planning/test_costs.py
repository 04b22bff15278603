"""The cost of a study follows its estimates, and how fast a machine's benchmark says they are."""

import pandas as pd
import pytest

from flatminima.benchmark.timing import FEATURES, SAMPLES, STANDARD, SWEEPS
from flatminima.core.kinds import load
from flatminima.datasets import DataSize
from flatminima_study.planning.costs import (
    STARTING_SECONDS,
    TYPICAL_SHARE,
    describe_cost,
    predict_cost,
)

TRAINS, MEASURES = {"linear": 0.5, "mlp": 2.0}, {"linear": 0.25, "mlp": 4.0}
"""Times of a made-up machine, over what the kinds expect."""


def made_up_times(network: str, runs: int, depth: int, width: int) -> dict[str, float]:
    features = width if network == "linear" else FEATURES
    kind, size = load("networks", network).example(depth, width), DataSize(SAMPLES, features)
    step = TRAINS[network] * kind.training_work(size, runs).seconds
    sharpness = MEASURES[network] * kind.hessian_cost(size).work.seconds
    return {
        "samples": SAMPLES,
        "features": features,
        "step_microseconds": 1e6 * step / runs,
        "sharpness_milliseconds": 1e3 * sharpness,
    }


@pytest.fixture(scope="module")
def benchmark_table() -> pd.DataFrame:
    return pd.DataFrame(
        {"network": network, "varied": varied, **sizes, **made_up_times(network, **sizes)}
        for network in ("linear", "mlp")
        for varied, values in SWEEPS.items()
        if varied != "batch_size"
        for sizes in (STANDARD | {varied: value} for value in values)
    )


def job(**changes) -> dict:
    return {
        "experiment": "e",
        "network": "linear",
        "runs": 200,
        "training_seconds": 100.0,
        "measuring_seconds": 10.0,
        "megabytes": 100,
    } | changes


def seconds(one: dict) -> float:
    return (
        TYPICAL_SHARE * STARTING_SECONDS
        + TRAINS[one["network"]] * one["training_seconds"]
        + MEASURES[one["network"]] * one["measuring_seconds"]
    )


def test_a_row_an_experiment_and_one_of_all(benchmark_table):
    jobs = [job(), job(runs=400, megabytes=300), job(experiment="f", network="mlp")]
    cost = predict_cost(jobs, benchmark_table)
    assert list(cost["experiment"]) == ["e", "f", "all"]
    assert list(cost["runs"]) == [600, 200, 800]
    assert list(cost["jobs"]) == [2, 1, 3]
    assert list(cost["largest_job_megabytes"]) == [300, 100, 300]
    *parts, whole = cost["core_hours"]
    assert whole == pytest.approx(sum(parts)) == pytest.approx(sum(map(seconds, jobs)) / 3600)
    assert cost["largest_job_minutes"].iloc[0] == pytest.approx(seconds(jobs[1]) / 60)
    million = cost["core_hours_of_a_million_runs"].iloc[-1]
    assert million == pytest.approx(whole / 800 * 1_000_000)
    assert describe_cost(cost).splitlines()[-1].split()[:3] == ["all", "800", "3"]


def test_a_network_without_a_size_of_the_benchmark_is_as_fast_as_its_kind_says(benchmark_table):
    without = benchmark_table[benchmark_table["network"] != "linear"]
    cost = predict_cost([job()], without)
    expected = (TYPICAL_SHARE * STARTING_SECONDS + 100.0 + 10.0) / 3600
    assert cost["core_hours"].iloc[-1] == pytest.approx(expected)
