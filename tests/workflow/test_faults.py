"""Whatever happens on the way, the results are the same bytes or there is a clear error.

Each test disturbs a build with the real thing, lets it go on, and compares every file with
an undisturbed build of the same study.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.disks import fill, mounted
from tests.sessions import Session
from tests.study_folder import Folder, make_fresh
from tests.training_jobs import training_jobs
from tests.workers import made_once

TARGET = "results/runs/scales.parquet"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, compiled) -> Folder:
    """A build of runs whose training takes some seconds; not to be changed."""

    def make(path: Path) -> None:
        folder = make_fresh(path)
        lengthen(folder)
        folder.snakemake(TARGET)

    return Folder(made_once(tmp_path_factory, "undisturbed", make))


@pytest.fixture
def long(fresh) -> Folder:
    """The same study, of which nothing has been made yet."""
    lengthen(fresh)
    return fresh


def lengthen(folder: Folder) -> None:
    """Train for some seconds, only what does not diverge."""

    def change(config: dict) -> None:
        experiment = config["experiments"]["scales"]
        experiment["sweep"] = [experiment["sweep"][0] | {"steps": 60_000}]

    folder.configure(change)


@contextmanager
def caught_training(folder: Folder) -> Iterator[Session]:
    """Start a build, and suspend all of it once a job trains: the fault meets no other state."""
    with folder.start(TARGET) as build:

        def suspended_while_it_trains() -> bool:
            if not training_jobs(build.running()):
                return False
            build.suspend()
            if training_jobs(build.running()):  # as it was when all of it had stopped
                return True
            build.resume()
            return False

        build.wait_until(suspended_while_it_trains, "a job trains")
        yield build


def refusal(folder: Folder, *arguments: str) -> str:
    """Start a build that must be refused, and return what the refusal asks for."""
    before = folder.results()
    result = folder.snakemake(TARGET, *arguments, check=False)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert folder.results() == before
    (asked,) = {"--unlock", "--rerun-incomplete"} & set(re.findall(r"--[a-z-]+", result.stderr))
    return asked


def test_a_killed_training_job_is_a_failure_and_is_made_again(long, undisturbed):
    with caught_training(long) as build:
        training_jobs(build.running())[0].kill()
        build.resume()
        assert build.wait() != 0
        build.wait_for_all()
    assert not long.leftovers()
    long.snakemake(TARGET)
    assert long.results() == undisturbed.results()


def test_an_interrupted_snakemake_goes_on_where_it_was(long, undisturbed):
    with caught_training(long) as build:
        build.interrupt()
        build.resume()
        assert build.wait() != 0
        build.wait_for_all()
    assert not long.leftovers()
    long.snakemake(TARGET, "--rerun-incomplete")
    assert long.results() == undisturbed.results()


def test_a_killed_snakemake_goes_on_beside_the_jobs_it_left(long, undisturbed):
    """The new start makes what they make, so that both write the same files."""
    with caught_training(long) as build:
        build.kill_leader()
        assert training_jobs(build.running())
        # Another job may have written its file, but Snakemake not noted it.
        assert refusal(long) in ("--unlock", "--rerun-incomplete")
        assert refusal(long, "--rerun-incomplete") == "--unlock"
        long.snakemake("--unlock")
        build.resume()
        long.snakemake(TARGET, "--rerun-incomplete")
        build.wait_for_all()
    assert not long.leftovers()
    assert long.results() == undisturbed.results()


def test_a_killed_snakemake_goes_on_after_the_jobs_it_left(long, undisturbed):
    """They have written their files, which Snakemake did not live to note."""
    with caught_training(long) as build:
        build.kill_leader()
        build.resume()
        build.wait_for_all()
    assert not long.leftovers()
    assert refusal(long) == "--rerun-incomplete"
    assert refusal(long, "--rerun-incomplete") == "--unlock"
    long.snakemake("--unlock")
    long.snakemake(TARGET, "--rerun-incomplete")
    assert long.results() == undisturbed.results()


def test_a_second_start_in_one_folder_is_refused(long, undisturbed):
    with caught_training(long) as build:
        # as for a Snakemake that was killed: the folder cannot tell whether the first one lives
        assert refusal(long) in ("--unlock", "--rerun-incomplete")
        assert refusal(long, "--rerun-incomplete") == "--unlock"
        build.resume()
        assert build.wait() == 0
    assert long.results() == undisturbed.results()


def test_no_damage_of_a_run_table_goes_unnoticed(built, built_once):
    """Truncated, emptied, a flipped byte, another cell's: who reads it names it."""
    experiments = ("scales", "depths", "gelu", "own_data")
    runs = [
        sorted((built.path / "results/runs" / experiment).rglob("*.parquet"))[0]
        for experiment in experiments
    ]
    flipped = bytearray(runs[2].read_bytes())
    flipped[len(flipped) // 3] ^= 16
    damage = [
        (runs[0].read_bytes()[:-7], "is damaged"),
        (b"", "is empty"),
        (bytes(flipped), "is damaged"),
        (runs[0].read_bytes(), "was written as results/runs/scales/"),
    ]
    for run, (content, _) in zip(runs, damage, strict=True):
        run.write_bytes(content)
    said = refused_by_jobs(built, *experiments)
    for run, (_, says) in zip(runs, damage, strict=True):
        assert f"{run.relative_to(built.path)} {says}" in said
        run.unlink()
    built.snakemake("runs")
    assert built.results() == built_once.results()


def test_a_damaged_file_of_each_stage_is_named_and_made_again(built, built_once):
    damaged = {
        "results/datasets/mine.npz": "own_data",
        "results/runs/scales.parquet": "scales",
        "results/trajectories/paths.parquet": "paths",
        "results/summaries/gelu.parquet": "figure_gelu",
    }
    for name in damaged:
        path = built.path / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    said = refused_by_jobs(built, *damaged.values())
    for name in damaged:
        assert f"{name} is damaged" in said
        (built.path / name).unlink()
    built.snakemake(*damaged.values())
    assert built.results() == built_once.results()


def refused_by_jobs(folder: Folder, *targets: str) -> str:
    """Start a build that must fail, and return in one line all that is said of it."""
    result = folder.snakemake("--keep-going", *targets, check=False)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    return " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("stage", "target", "rules"),
    [
        ("runs", "results/runs/gelu.parquet", ["train_runs", "gather_runs"]),
        ("figures", "figure_distance", ["plot_figure"]),
    ],
)
def test_a_full_disk_is_said_and_leaves_nothing(built, built_once, stage, target, rules):
    """The folders are there, as after any build, and not one byte more fits in.

    The other kinds of files are in the tests of `flatminima_study.files.tables`.
    """
    stage_folder = built.path / "results" / stage
    folders = [path for path in stage_folder.rglob("*") if path.is_dir()]
    for path in stage_folder.rglob("*"):
        if path.is_file():
            path.unlink()
    with mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", at=stage_folder):
        for path in folders:
            path.mkdir(parents=True)
        fill(stage_folder)
        result = built.snakemake(target, "--keep-going", "--forcerun", *rules, check=False)
        assert result.returncode != 0
        assert "No space left on device" in result.stderr
        assert "Traceback" not in result.stderr
        assert not built.leftovers()
    built.snakemake(target, "--forcerun", *rules)
    assert any(path.is_file() for path in stage_folder.rglob("*"))
    assert built.results().items() <= built_once.results().items()


def test_a_disk_that_fills_under_everything_costs_no_more_than_the_jobs_it_stopped(
    tmp_path, undisturbed
):
    """Logs, Snakemake's own records and results lie on it; with room again the build goes on."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted("-t", "tmpfs", "-o", "size=64m", "tmpfs", at=disk):
        folder = make_fresh(disk / "study")
        lengthen(folder)
        with caught_training(folder) as build:
            filler = fill(disk)
            build.resume()
            assert build.wait() != 0
            build.wait_for_all()
        assert not folder.leftovers()
        filler.unlink()
        folder.snakemake(TARGET, "--rerun-incomplete")
        assert folder.results() == undisturbed.results()


def test_a_results_folder_that_cannot_be_written_is_said_before_any_job(built):
    results = built.path / "results"
    (results / "figures/figure_gap.pdf").unlink()
    with mounted("--bind", "-o", "ro", str(results), at=results):
        result = built.snakemake(check=False)
    assert result.returncode != 0
    assert "results" in result.stderr
    assert "Read-only file system" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_input_dated_in_the_future_changes_nothing(built, built_once):
    tomorrow = time.time() + 86400
    for name in ("mine.csv", "results/datasets/small.npz"):
        os.utime(built.path / name, (tomorrow, tomorrow))
    built.snakemake()
    assert built.results() == built_once.results()
    assert "Nothing to be done" in built.snakemake().stderr
