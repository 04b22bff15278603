"""A folder with the small preset and the workflow, for the real Snakemake."""

import compileall
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from tests.sessions import Session, WarmSession

PROJECT = Path(__file__).parents[1]
PRESET = PROJECT / "tests/workflow/preset.yaml"
MEASUREMENTS = PROJECT / "tests/flatminima/measurements/small.yaml"


def whole_preset() -> dict:
    """Return the preset with the small measurements that no workflow makes."""
    config = yaml.safe_load(PRESET.read_text())
    for section, blocks in yaml.safe_load(MEASUREMENTS.read_text()).items():
        config[section] |= blocks
    return config


@dataclass(frozen=True)
class Folder:
    """A folder with the project's workflow and a configuration of its own."""

    path: Path

    @property
    def config(self) -> dict:
        return yaml.safe_load((self.path / "config.yaml").read_text())

    def configure(self, change) -> None:
        """Apply a change to the configuration."""
        config = self.config
        change(config)
        (self.path / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))

    def start(self, *arguments: str, **environment: str) -> Session:
        """Start Snakemake in the folder, with the library of the folder; here, unless told."""
        where = [] if "--profile" in arguments else ["--cores", "2"]
        command = ["snakemake", *where, *arguments]
        return WarmSession(command, self.path, self.environment | environment)

    def start_cold(self, *arguments: str, **environment: str) -> Session:
        """Start Snakemake in a new interpreter, as a person does."""
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
        return Session(command, self.path, self.environment | environment)

    def edit(self, module: str, old: str, new: str) -> None:
        """Change the text of one file of the workflow."""
        path = self.path / "workflow" / module
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to use the library of the folder."""
        return {"PYTHONPATH": str(self.path / "workflow"), "COLUMNS": "200"}

    def snakemake(
        self, *arguments: str, check: bool = True, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run Snakemake in the folder to its end, and demand that it went well."""
        with self.start(*arguments, **environment) as process:
            return process.finish(check=check)

    def planned(self, *targets: str) -> Counter:
        """Return how many jobs of each rule a dry run plans, without the targets' own."""
        result = self.snakemake("--dry-run", *targets)
        output = result.stdout + result.stderr
        jobs = counted_jobs(output)
        assert jobs or "Nothing to be done" in output
        for name in ("all", *targets):
            jobs.pop(name, None)
        return jobs

    def results(self) -> dict[str, str]:
        """Return the checksum of every result, which must be the same at every build."""
        results = self.path / "results"
        parts = ("datasets", "runs", "trajectories", "summaries", "figures")
        files = [file for part in parts for file in (results / part).rglob("*.*") if file.is_file()]
        return {
            str(file.relative_to(self.path)): sha256(file.read_bytes()).hexdigest()
            for file in sorted([*files, *results.glob("explorer.html")])
        }

    def leftovers(self) -> list[Path]:
        """Return the temporary files that were left among the results."""
        return list((self.path / "results").rglob(".*.tmp*"))

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.path / "results" / f"{name}.parquet")


def counted_jobs(output: str) -> Counter:
    """Return how many jobs of each rule Snakemake announces, in the first of its tables."""
    table = re.search(r"job +count\n-[- ]+\n(.*?)\ntotal", output, re.DOTALL)
    return Counter(
        {rule: int(count) for rule, count in map(str.split, table[1].splitlines())} if table else {}
    )


def write_own_data(path: Path) -> None:
    generator = np.random.default_rng(0)
    features = generator.standard_normal((10, 2))
    table = pd.DataFrame(features, columns=["area", "age"])
    table["price"] = features @ [2.0, -1.0] + 0.1 * generator.standard_normal(10)
    table.to_csv(path, index=False)


def make_fresh(path: Path) -> Folder:
    path.mkdir()
    shutil.copy(PROJECT / "Snakefile", path)
    # with what Python and Numba have compiled, see `make_built`
    compileall.compile_dir(PROJECT / "workflow", quiet=2)
    no_traces = shutil.ignore_patterns("*.egg-info")
    for part in ("workflow", "envs", "profiles"):
        shutil.copytree(PROJECT / part, path / part, ignore=no_traces)
    shutil.copy(PRESET, path / "config.yaml")
    write_own_data(path / "mine.csv")
    return Folder(path)


def copy_of(path: Path, to: Path) -> Folder:
    """Copy a folder, times and Snakemake's own records included."""
    shutil.copytree(path, to, symlinks=True)
    return Folder(to)


def make_built(path: Path) -> None:
    """Make the preset in a folder, and keep beside the library what Numba compiled for it.

    Every folder gets a copy: to compile it there would take longer than most tests.
    """
    folder = make_fresh(path)
    folder.snakemake()
    for compiled in (folder.path / "workflow").rglob("flatminima.kernels.*.nb?"):
        place = PROJECT / compiled.relative_to(folder.path)
        place.parent.mkdir(exist_ok=True)
        shutil.copy(compiled, place)


SOME = (
    "figure_gap",
    "figure_path",
    "figure_gelu",
    "figure_gram",
    "figure_theory_rates",
    "forgetting",
)
"""Targets that need a job of each rule whose tables hold numbers."""


def make_elsewhere(path: Path) -> None:
    """Make some of the preset on one core, in another time zone, language and order of sets.

    Nothing is compiled yet when it starts.
    """
    folder = make_fresh(path)
    for compiled in folder.path.rglob("*.pyc"):
        compiled.unlink()
    elsewhere = {"TZ": "Pacific/Apia", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
    with folder.start_cold("--cores", "1", *SOME, **elsewhere) as build:
        build.finish()
