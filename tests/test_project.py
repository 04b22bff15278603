"""What the project says of itself is true."""

import re
import subprocess
import tomllib
from pathlib import Path

import yaml

PROJECT = Path(__file__).parents[1]
# conda calls some packages by other names
CONDA_NAMES = {"snakemake-minimal": "snakemake", "matplotlib-base": "matplotlib"}


def pins() -> dict[str, str]:
    """Return the version of each package in requirements.txt, for Python 3.12."""
    found = {}
    for name, version, marker in re.findall(
        r"^([\w.-]+)==([\w.]+)(.*)", (PROJECT / "envs/requirements.txt").read_text(), re.MULTILINE
    ):
        if ">= '3.14'" not in marker:
            found[name] = version
    return found


def direct_dependencies() -> set[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    requirements = project["dependencies"] + project["optional-dependencies"]["test"]
    return {re.match(r"[\w.-]+", requirement)[0] for requirement in requirements}


def test_every_direct_dependency_is_pinned_with_hashes():
    assert direct_dependencies() <= set(pins())
    lines = (PROJECT / "envs/requirements.txt").read_text()
    assert lines.count("--hash=sha256:") > len(pins())


def test_no_file_names_the_host_of_a_package_registry():
    files = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split("\n")[:-1]
    hosts = ["py" + "pi.org", "python" + "hosted", "npm" + "js", "/" + "simple/"]
    host = re.compile("|".join(map(re.escape, hosts)))
    assert not [file for file in files if host.search((PROJECT / file).read_text(errors="ignore"))]


def test_the_conda_environment_has_the_same_pins():
    conda = yaml.safe_load((PROJECT / "envs/environment.yaml").read_text())["dependencies"]
    versions = dict(item.split(" =") for item in conda if isinstance(item, str) and " =" in item)
    versions.pop("python")
    versions = {CONDA_NAMES.get(name, name): version for name, version in versions.items()}
    assert versions == {name: pins()[name] for name in direct_dependencies()}


def test_ci_runs_the_two_lines_of_the_readme():
    readme = (PROJECT / "README.md").read_text()
    lines = re.findall(r"^bash envs/setup\.sh && .*$", readme, re.MULTILINE)
    ci = (PROJECT / ".ci/run").read_text().splitlines()
    assert len(lines) == 2
    assert [line for line in ci if line.startswith("bash envs/setup.sh")] == lines
