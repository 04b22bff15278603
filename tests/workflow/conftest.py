"""The small preset, built once by the real Snakemake, and copies of it to change."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

PROJECT = Path(__file__).parents[2]
PRESET = Path(__file__).with_name("preset.yaml")


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

    def start(self, *arguments: str) -> subprocess.Popen:
        """Start Snakemake in the folder, with the library of the folder."""
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
            cwd=self.path,
            env=os.environ | {"PYTHONPATH": str(self.path / "workflow"), "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def snakemake(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Run Snakemake in the folder to its end."""
        process = self.start(*arguments)
        stdout, stderr = process.communicate()
        if check and process.returncode:
            raise AssertionError(stdout + stderr)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def planned(self, *targets: str) -> Counter:
        """Return how many jobs of each rule a dry run plans, without the targets' own."""
        result = self.snakemake("--dry-run", *targets)
        output = result.stdout + result.stderr
        table = re.search(r"job +count\n-[- ]+\n(.*?)\ntotal", output, re.DOTALL)
        if table is None:
            assert "Nothing to be done" in output
            return Counter()
        jobs = Counter()
        for line in table[1].splitlines():
            rule, count = line.split()
            jobs[rule] += int(count)
        for name in ("all", *targets):
            jobs.pop(name, None)
        return jobs

    def results(self) -> dict[str, str]:
        """Return the checksum of every result, which must be the same at every build."""
        return {
            str(path.relative_to(self.path)): sha256(path.read_bytes()).hexdigest()
            for part in ("datasets", "runs", "trajectories", "summaries", "figures")
            for path in sorted((self.path / "results" / part).rglob("*.*"))
            if path.is_file()
        }

    def leftovers(self) -> list[Path]:
        """Return the temporary files that were left among the results."""
        return list((self.path / "results").rglob(".*.tmp*"))

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.path / "results" / f"{name}.parquet")


def write_own_data(path: Path) -> None:
    generator = np.random.default_rng(0)
    features = generator.standard_normal((10, 2))
    table = pd.DataFrame(features, columns=["area", "age"])
    table["price"] = features @ [2.0, -1.0] + 0.1 * generator.standard_normal(10)
    table.to_csv(path, index=False)


@pytest.fixture
def fresh(tmp_path) -> Folder:
    """A folder in which nothing has been made yet."""
    return make_fresh(tmp_path / "study")


def make_fresh(path: Path) -> Folder:
    path.mkdir()
    shutil.copy(PROJECT / "Snakefile", path)
    no_traces = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for part in ("workflow", "envs"):
        shutil.copytree(PROJECT / part, path / part, ignore=no_traces)
    shutil.copy(PRESET, path / "config.yaml")
    write_own_data(path / "mine.csv")
    return Folder(path)


@pytest.fixture(scope="session")
def built_once(tmp_path_factory) -> Folder:
    """The preset, made by one call; not to be changed."""
    return build_preset(tmp_path_factory.getbasetemp())


@cache
def build_preset(base: Path) -> Folder:
    """Build the preset, once for all folders of tests that ask for it."""
    folder = make_fresh(base / "built_preset")
    folder.snakemake()
    return folder


@pytest.fixture
def built(built_once, tmp_path) -> Folder:
    """A copy of the built preset, times and Snakemake's own records included."""
    shutil.copytree(built_once.path, tmp_path / "study", symlinks=True)
    return Folder(tmp_path / "study")
