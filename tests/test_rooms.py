"""Who may know whom: kinds are found by their names, and the library knows nothing of the DAG."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from flatminima.kinds import names

PROJECT = Path(__file__).parents[1]
WORKFLOW = PROJECT / "workflow"
FAMILIES = (
    *("datasets", "networks", "optimisers", "quantities"),
    *("measurements", "claims", "figures"),
)
KINDS = {f"flatminima.{family}.{name}" for family in FAMILIES for name in names(family)}
MODULES = sorted(
    path for folder in ("flatminima", "flatminima_study", "scripts")
    for path in (WORKFLOW / folder).rglob("*.py")
)  # fmt: skip


def imported(path: Path) -> set[str]:
    """Return the dotted names that a file imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(WORKFLOW).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_no_module_names_a_kind_but_its_own(path):
    *_, family, name = ("", "", *dotted(path).split("."))
    own = {f"flatminima.measurements.{name}"} if family == "claims" else set()
    assert imported(path) & KINDS <= own


def test_no_rule_names_a_kind():
    rules = "".join(path.read_text() for path in (WORKFLOW / "rules").glob("*.smk"))
    assert [kind for kind in KINDS if kind in rules] == []


@pytest.mark.parametrize("path", sorted((WORKFLOW / "flatminima").rglob("*.py")), ids=dotted)
def test_the_library_knows_nothing_of_the_study(path):
    packages = {name.partition(".")[0] for name in imported(path)}
    assert not packages & {"flatminima_study", "snakemake", "yaml", "pydantic", "jsonschema"}
    assert "results/" not in path.read_text()


CHECK = """
import sys, yaml
from flatminima_study.configuration import parse_study
from flatminima_study.files.catalogue import Catalogue
study = parse_study(yaml.safe_load(open("config.yaml")))
assert len(Catalogue(study).products) > 100
heavy = {"pandas", "scipy", "matplotlib", "seaborn", "numba"} & set(sys.modules)
print(*sorted(heavy))
"""


def test_a_configuration_is_checked_and_planned_without_heavy_packages():
    done = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_every_package_is_installed():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    packages = {dotted(path) for path in WORKFLOW.glob("flatminima*/**/__init__.py")}
    assert set(project["tool"]["setuptools"]["packages"]) == packages
