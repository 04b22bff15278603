"""Whatever happens on the way, the results are the same bytes or there is a clear error.

Each test disturbs a build with the real thing, lets it go on, and compares every file with
an undisturbed build of the same study.
"""

import os
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.study_folder import Folder, end, make_fresh

TARGET = "figure_distance"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Folder:
    """A build of one figure whose training takes some seconds; not to be changed."""
    folder = make_fresh(tmp_path_factory.mktemp("long") / "study")
    lengthen(folder)
    folder.snakemake(TARGET)
    return folder


@pytest.fixture
def long(tmp_path) -> Folder:
    """The same study, of which nothing has been made yet."""
    folder = make_fresh(tmp_path / "study")
    lengthen(folder)
    return folder


def lengthen(folder: Folder) -> None:
    folder.configure(
        lambda config: config["experiments"]["scales"]["sweep"][0].update(steps=60_000)
    )


@contextmanager
def training(folder: Folder):
    """Start a build, wait until a job trains, and give Snakemake's process."""
    process = folder.start(TARGET)
    try:
        wait_for(lambda: training_jobs(process))
        yield process
    finally:
        end(process)


def training_jobs(process: subprocess.Popen) -> list[psutil.Process]:
    """Return the training jobs of a Snakemake that have opened their log."""
    children = psutil.Process(process.pid).children(recursive=True)
    return [job for job in children if is_training(job)]


def is_training(job: psutil.Process) -> bool:
    try:
        return job.cmdline()[-1].endswith("train_batch.py") and any(
            file.path.endswith(".log") for file in job.open_files()
        )
    except (psutil.Error, IndexError):  # it has ended meanwhile
        return False


def wait_for(condition, seconds: float = 60):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
    return found


def test_a_killed_training_job_is_a_failure_and_is_made_again(long, undisturbed):
    with training(long) as process:
        training_jobs(process)[0].kill()
        assert process.wait(60) != 0
    assert not long.leftovers()
    long.snakemake(TARGET)
    assert long.results() == undisturbed.results()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_ended_snakemake_goes_on_where_it_was(long, undisturbed, how):
    with training(long) as process:
        jobs = training_jobs(process)
        process.send_signal(how)
        process.wait(60)
        if how == signal.SIGINT:
            psutil.wait_procs(jobs, timeout=30)
            assert not any(job.is_running() for job in jobs)
        else:
            # What was started runs on, and may write its output while a new start does; but not
            # before it was refused, or it would be refused for the incomplete file instead.
            for job in jobs:
                job.suspend()
            assert "--unlock" in long.snakemake(TARGET, check=False).stderr
            long.snakemake("--unlock")
            for job in jobs:
                job.resume()
        long.snakemake(TARGET, "--rerun-incomplete")
        psutil.wait_procs(jobs, timeout=60)
    assert not long.leftovers()
    assert long.results() == undisturbed.results()


def test_a_second_start_in_one_folder_is_refused(long, undisturbed):
    with training(long) as process:
        second = long.snakemake(TARGET, check=False)
        assert second.returncode != 0
        assert "cannot be locked" in second.stderr
        assert process.wait(120) == 0
    assert long.results() == undisturbed.results()


def test_no_damage_of_a_run_table_goes_unnoticed(built, built_once):
    """Truncated, emptied, a flipped byte, another cell's: who reads it names it."""
    run, other = sorted((built.path / "results/runs/scales").rglob("*rate_0.*.parquet"))
    whole = run.read_bytes()
    flipped = bytearray(whole)
    flipped[len(flipped) // 3] ^= 16
    name = str(run.relative_to(built.path))
    for content, says in [
        (whole[:-7], "is damaged"),
        (b"", "is empty"),
        (bytes(flipped), "is damaged"),
        (other.read_bytes(), "was made with other parameters"),
    ]:
        run.write_bytes(content)
        result = built.snakemake("scales", check=False)
        assert result.returncode != 0
        assert f"{name} {says}" in " ".join(result.stderr.split())
        assert "Traceback" not in result.stderr
    run.unlink()
    built.snakemake()
    assert built.results() == built_once.results()


@pytest.mark.parametrize(
    ("damaged", "target"),
    [
        ("results/datasets/small.npz", "paths"),
        ("results/runs/scales.parquet", "scales"),
        ("results/trajectories/paths.parquet", "paths"),
        ("results/summaries/scales.parquet", "figure_distance"),
    ],
)
def test_a_damaged_file_of_each_stage_is_named_and_made_again(built, built_once, damaged, target):
    path = built.path / damaged
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    result = built.snakemake(target, check=False)
    assert result.returncode != 0
    assert f"{damaged} is damaged" in " ".join(result.stderr.split())
    path.unlink()
    built.snakemake(target)
    assert path.exists()
    assert built.results() == built_once.results()


@contextmanager
def mounted(*arguments: str, at: Path):
    """Mount something for as long as the block takes; skip where that is not allowed."""
    done = subprocess.run(["mount", *arguments, str(at)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"cannot mount here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(at)], check=True)


def fill(folder: Path) -> Path:
    """Fill the disk of a folder to the last byte, and return the file that does."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (4096, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    return filler


@pytest.mark.parametrize("stage", ["datasets", "runs", "summaries", "figures"])
def test_a_full_disk_is_said_and_leaves_nothing(built, built_once, stage):
    """The folders are there, as after any build, and not one byte more fits in."""
    stage_folder = built.path / "results" / stage
    folders = [path for path in stage_folder.rglob("*") if path.is_dir()]
    for path in stage_folder.rglob("*"):
        if path.is_file():
            path.unlink()
    with mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", at=stage_folder):
        for path in folders:
            path.mkdir(parents=True)
        fill(stage_folder)
        result = built.snakemake(TARGET, "--forceall", "--keep-going", check=False)
        assert result.returncode != 0
        assert "No space left on device" in result.stderr
        assert "Traceback" not in result.stderr
        assert not built.leftovers()
    built.snakemake(TARGET, "--forceall")
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
        with training(folder) as process:
            filler = fill(disk)
            assert process.wait(120) != 0
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
