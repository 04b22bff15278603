"""A sweep of 100,000 runs is planned in few jobs, and says what it costs; retries ask for more."""

import re
import shutil
from collections import Counter
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import pandas as pd
import pytest

from flatminima.benchmark.timing import STANDARD, SWEEPS
from flatminima_study.files.tables import Record, write_table
from tests.study_folder import counted_jobs

SWEEP = Path(__file__).with_name("sweep.yaml")


@pytest.fixture
def sweep(fresh):
    shutil.copy(SWEEP, fresh.path / "config.yaml")
    return fresh


def test_a_hundred_thousand_runs_are_planned_in_twenty_seconds(sweep):
    before = seconds_of_processor()
    with sweep.start_cold("--dry-run") as plan:
        jobs = counted_jobs(plan.finish().stdout)
    assert seconds_of_processor() - before < 20
    assert jobs == Counter(
        all=1,
        make_dataset=2,
        train_runs=130,
        gather_runs=1,
        summarise_runs=1,
        tabulate_theory=1,
        tabulate_overview=1,
        plot_figure=1,
        draw_explorer=1,
    )


def seconds_of_processor() -> float:
    """Return what ended processes took; on a clock, they would take longer beside other work."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_cost_of_a_study_is_printed_each_time(sweep):
    benchmark = pd.DataFrame(
        {"network": "linear", "varied": varied, **STANDARD, varied: value}
        | {"samples": 50, "features": 5}
        | {"step_microseconds": float(value), "sharpness_milliseconds": float(value)}
        for varied, values in SWEEPS.items()
        for value in values
    )
    path = "results/summaries/benchmark.parquet"
    write_table(sweep.path / path, benchmark, Record(path, "run_benchmark", {}, {}, {}, {}))
    for made in (True, False):
        result = sweep.snakemake("cost")
        assert ("Rule: predict_cost" in result.stderr) == made
        assert result.stdout.splitlines()[-1].split()[:3] == ["all", "100000", "130"]
    cost = pd.read_csv(sweep.path / "results/summaries/cost.csv")
    assert list(cost["experiment"]) == ["grid", "all"]


def test_a_retry_asks_for_more_time_and_memory(fresh):
    (fresh.path / "workflow/scripts/train_runs.py").write_text("raise SystemExit(1)")
    fresh.configure(lambda config: config["training"].update(runs_per_job=12))
    table = "results/runs/own_data.parquet"
    result = fresh.snakemake("--quiet", "host", "--retries", "1", table, check=False)
    pattern = r"rule train_runs:(?:\n +.*)*\n +resources: .*runtime=(\d+), mem_mb=(\d+)"
    asked = re.findall(pattern, result.stderr)
    (minutes, megabytes), (more_minutes, more_megabytes) = [map(int, pair) for pair in asked]
    assert (more_minutes, more_megabytes) == (2 * minutes, 2 * megabytes)
