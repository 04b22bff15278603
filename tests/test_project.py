"""What the project says of itself is true."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from flatminima import sharpness
from flatminima.kernels import blocks
from flatminima.runs import training
from flatminima.summaries import statistics
from flatminima.theory import gradient_flow

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
    extras = project["optional-dependencies"]
    requirements = project["dependencies"] + extras["study"] + extras["test"]
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


def test_the_library_works_from_its_wheel_without_the_packages_of_the_study(tmp_path):
    """With only its own packages in reach, in another folder."""
    source = tmp_path / "source"  # building leaves files behind
    shutil.copytree(PROJECT / "workflow", source / "workflow")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, source)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", tmp_path, source], check=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    study = {
        re.match(r"[\w-]+", one)[0].replace("-", "_")
        for one in project["optional-dependencies"]["study"]
    }
    code = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in {sorted(study)!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
sys.path.insert(0, {str(wheel)!r})
import flatminima, numpy
assert flatminima.__file__.startswith({str(wheel)!r})
print(flatminima.sharpness_of([[[1.0]], [[1.0]]], [[1.0], [-1.0]], [1.0, -1.0]).value)
import flatminima_papers.flat_minima.theory.certificates, flatminima.figures.sweep
"""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert float(ran.stdout) == pytest.approx(4)


def test_the_conda_environment_has_the_same_pins():
    conda = yaml.safe_load((PROJECT / "envs/environment.yaml").read_text())["dependencies"]
    versions = dict(item.split(" =") for item in conda if isinstance(item, str) and " =" in item)
    versions |= dict(item.split("==") for item in conda[-1]["pip"])
    versions.pop("python")
    versions = {CONDA_NAMES.get(name, name): version for name, version in versions.items()}
    assert versions == {name: pins()[name] for name in direct_dependencies()}


def test_ci_runs_the_two_lines_of_the_readme():
    readme = (PROJECT / "README.md").read_text()
    lines = re.findall(r"^bash envs/setup\.sh && .*$", readme, re.MULTILINE)
    ci = (PROJECT / ".ci/run").read_text().splitlines()
    assert len(lines) == 2
    assert [line for line in ci if line.startswith("bash envs/setup.sh")] == lines


def test_the_citation_is_of_this_version_and_of_the_paper():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert citation["title"].startswith(project["name"])
    assert citation["type"] == "software"
    assert citation["message"]
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]
    assert citation["authors"] == project["authors"]
    (paper,) = citation["references"]
    assert [author["family-names"] for author in paper["authors"]] == ["Marion", "Chizat"]
    assert paper["type"] == "conference-paper"
    assert paper["title"]
    assert "2405.13456" in paper["url"]


def test_the_archive_is_told_what_the_citation_says():
    archive = json.loads((PROJECT / ".zenodo.json").read_text())
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text())
    assert archive["title"] == citation["title"]
    assert archive["creators"] == citation["authors"]
    assert (archive["license"], archive["keywords"]) == (citation["license"], citation["keywords"])
    assert "version" not in archive  # the archive takes it from the release


def test_a_release_makes_targets_that_exist():
    workflow = yaml.safe_load((PROJECT / ".github/workflows/release.yml").read_text())
    runs = [step["run"] for step in workflow["jobs"]["release"]["steps"] if "run" in step]
    asked = [run.split()[3:] for run in runs if run.startswith(".venv/bin/snakemake --cores 2 ")]
    rules = "".join(path.read_text() for path in (PROJECT / "workflow/rules").glob("*.smk"))
    rules += (PROJECT / "Snakefile").read_text()
    assert len(asked) == 2
    for target in (target for targets in asked for target in targets):
        assert re.search(rf"^ *rule {target}:$", rules, re.MULTILINE), target


def test_the_changelog_names_this_version():
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    sections = re.findall(r"^## (\S+)", (PROJECT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert sections[0] in ("Unreleased", version)


def test_the_forge_runs_ci():
    workflow = yaml.safe_load((PROJECT / ".github/workflows/ci.yml").read_text())
    assert [step["run"] for step in workflow["jobs"]["ci"]["steps"] if "run" in step] == [".ci/run"]


def test_the_container_installs_the_pins_as_everywhere():
    recipe = (PROJECT / "envs/Dockerfile").read_text().splitlines()
    assert [line for line in recipe if line.startswith("RUN")] == ["RUN bash envs/setup.sh"]
    assert "--require-hashes -r envs/requirements.txt" in (PROJECT / "envs/setup.sh").read_text()
    conda = yaml.safe_load((PROJECT / "envs/environment.yaml").read_text())["dependencies"]
    python = next(item.split("=")[1] for item in conda if str(item).startswith("python ="))
    assert f"FROM python:{python}-slim" in recipe
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()
    assert {".venv", ".snakemake", "results/*"} <= set(ignored)


def test_the_catalog_is_told_that_every_script_has_a_conda_environment():
    catalog = yaml.safe_load((PROJECT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert catalog["software-stack-deployment"]["conda"]
    for path in (PROJECT / "workflow/rules").glob("*.smk"):
        rules = path.read_text()
        assert rules.count("    script:\n") == rules.count("    conda:\n"), path.name


def test_the_page_on_numerics_states_the_constants_of_the_code():
    page = " ".join((PROJECT / "docs/numerics.md").read_text().split())
    for sentence in (
        f"dimension up to {sharpness.DENSE_DIMENSION} is written out",
        f"of a perceptron, which has more weights, up to {sharpness.DENSE_SIZE}",
        f"up to {sharpness.LAPACK_DIMENSION} go to LAPACK",
        f"at most {sharpness.RESIDUAL_TOLERANCE:.0e}".replace("e-0", "e-"),
        f"up to {training.GROUPED_STEPS} at once",
        f"{statistics.RESAMPLES} resamples",
        f"intervals are {100 * statistics.CONFIDENCE:.0f} %",
        f"relative accuracy {gradient_flow.RELATIVE_ACCURACY:.0e} of a step",
        f"is {gradient_flow.STOPPING_TOLERANCE:.0e} of its value".replace("e-0", "e-"),
        {8: "eight runs"}[blocks.LANES],
    ):
        assert sentence in page
