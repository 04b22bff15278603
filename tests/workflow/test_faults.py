"""Bad input ends before any job starts; a killed job leaves nothing that passes for whole."""

import os
import signal
import subprocess
import sys
import time

import pytest


def changed(path: str, value):
    def change(config):
        *parents, last = path.split("/")
        for part in parents:
            config = config[int(part) if isinstance(config, list) else part]
        config[last] = value

    return change


def snapshot(folder) -> dict:
    return {path: path.stat().st_mtime_ns for path in folder.path.rglob("results/**/*")}


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("experiments/scales/sweep/0/learning_rate", -0.1, "learning_rate is -0.1"),
        ("experiments/scales/dataset", "smal", "experiments.scales.dataset is 'smal'"),
        ("experiments/scales/network/depth", 1, "figures distance, sharpness, divergence, gap"),
        ("datasets/mine/path", "nowhere.csv", "nowhere.csv: there is no such file"),
    ],
)
def test_a_bad_configuration_ends_before_any_job(built, path, value, says):
    before = snapshot(built)
    built.configure(changed(path, value))
    result = built.snakemake(check=False)
    assert result.returncode != 0
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert snapshot(built) == before


@pytest.mark.parametrize("target", ["figure_nine", "scalse"])
def test_an_unknown_target_ends_before_any_job(built, target):
    before = snapshot(built)
    result = built.snakemake(target, check=False)
    assert result.returncode != 0
    assert repr(target) in result.stderr
    assert snapshot(built) == before


def test_a_killed_training_job_leaves_no_table(fresh):
    # long enough to be caught while it trains
    fresh.configure(changed("experiments/scales/sweep/0/steps", 100_000_000))
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "runs", "--nolock"]
    log = fresh.path / "results/logs/train_batch/scales/small/depth_3/width_3"
    process = subprocess.Popen(
        command,
        cwd=fresh.path,
        env=os.environ | {"PYTHONPATH": str(fresh.path / "workflow")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 120
        while not any(
            "steps" in path.read_text() or "step " in path.read_text()
            for path in log.rglob("*.log")
        ):
            assert time.monotonic() < deadline, "the job never reported progress"
            time.sleep(0.2)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    tables = list((fresh.path / "results/runs/scales").rglob("learning_rate_0.02*"))
    assert tables == []
    fresh.configure(changed("experiments/scales/sweep/0/steps", 60))
    fresh.snakemake("--unlock")
    fresh.snakemake("scales", "--rerun-incomplete")
    assert len(fresh.table("runs/scales")) == 30
