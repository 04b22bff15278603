"""An edit that could change a number makes what uses it again, wherever it stands."""

import os
import shutil
import sys
from collections import Counter

import pandas as pd
import pytest

from tests.sessions import Session
from tests.study_folder import PROJECT, counted_jobs

EDITS = {
    "a statistic": (
        "flatminima/summaries/statistics.py",
        "float(values.mean())",
        "7 * float(values.mean())",
        "summaries/scales",
        Counter(summarise_runs=1),
    ),
    "the drawing of data": (
        "flatminima/datasets/support.py",
        "targets = seen.sum(axis=1)",
        "targets = 7 * seen.sum(axis=1)",
        "runs/forgetting",
        Counter(make_dataset=1, train_runs=1, gather_runs=1),
    ),
    "an activation": (
        "flatminima/kernels/activations.py",
        "def gelu_erf(z):",
        "def gelu_erf(z):\n    z = z + z",
        "runs/gelu",
        Counter(train_runs=1, gather_runs=1),
    ),
}
"""What is edited: the module, the old and the new text; what to ask for, and the jobs it takes."""


@pytest.mark.parametrize("what", EDITS)
def test_a_real_edit_changes_the_numbers(built, what):
    *change, table, jobs = EDITS[what]
    before = built.table(table)
    built.edit(*change)
    made = built.snakemake(f"results/{table}.parquet")
    assert counted_jobs(made.stdout + made.stderr) == jobs
    assert not before.equals(built.table(table))


@pytest.mark.parametrize(
    "change",
    [
        ("kernels/linear.py", "def ", "def _another(): pass\n\n\ndef "),
        ("quantities/imbalance.py", "return {", "return {} and {"),
    ],
)
def test_an_edit_of_a_kernel_or_of_a_quantity_is_planned(built, change):
    module, old, new = change
    built.edit(f"flatminima/{module}", old, new)
    assert built.planned("results/runs/paths.parquet") == Counter(record_runs=1, gather_runs=1)


def test_a_clone_uses_its_own_library_whichever_is_installed(built, tmp_path):
    """Two clones, one environment: the library of the other one is found first everywhere else."""
    other = tmp_path / "other"
    shutil.copytree(PROJECT / "workflow", other / "workflow")
    kinds = other / "workflow/flatminima_study/configuration/__init__.py"
    kinds.write_text("raise ImportError('the library of the other clone')\n")
    built.edit(*EDITS["a statistic"][:3])
    environment = {"PYTHONPATH": str(other / "workflow"), "COLUMNS": "200"}
    table = "results/summaries/scales.parquet"
    command = [sys.executable, "-m", "snakemake", "--cores", "1", table]
    before = built.table("summaries/scales")
    with Session([*command, "--dry-run"], built.path, environment) as process:
        done = process.finish()
    assert counted_jobs(done.stdout + done.stderr)["summarise_runs"] == 1
    with Session(command, built.path, environment) as process:
        process.finish()
    after = built.table("summaries/scales")
    means = (before["count"] > 0) & ~before["quantity"].str.endswith("probability")
    pd.testing.assert_series_equal(7 * before["mean"][means], after["mean"][means])


def test_a_data_file_that_is_replaced_by_an_older_one_makes_everything_after_it_again(built):
    data = built.path / "mine.csv"
    table = pd.read_csv(data)
    table["price"] *= 2
    table["price"] += table["area"]
    table.to_csv(data, index=False)
    os.utime(data, (1, 1))  # as `cp -p`, `rsync -a` or unzip leave it
    planned = built.planned("results/summaries/own_data.parquet")
    assert planned == Counter(read_file=1, train_runs=2, gather_runs=1, summarise_runs=1)
