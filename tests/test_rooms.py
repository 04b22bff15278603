"""Who may know whom: no room imports one that stands on its floor or above."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from setuptools import find_packages

from flatminima.core.kinds import modules, rooms

PROJECT = Path(__file__).parents[1]
WORKFLOW = PROJECT / "workflow"

FLOORS = (
    ("scripts",),
    ("flatminima_study",),
    ("flatminima_papers",),
    ("flatminima.benchmark",),
    ("flatminima.figures", "flatminima.runs", "flatminima.measurements", "flatminima.claims"),
    ("flatminima.summaries",),
    ("flatminima.quantities",),
    ("flatminima.theory", "flatminima.optimisers", "flatminima.sharpness"),
    ("flatminima.networks",),
    ("flatminima.datasets", "flatminima.plotting"),
    ("flatminima.core", "flatminima.kernels"),
)
"""From the top; a room may import what stands on a lower floor."""

FLOOR = {room: number for number, rooms_of in enumerate(FLOORS) for room in rooms_of}
FAMILIES = (
    *("datasets", "networks", "optimisers", "quantities"),
    *("measurements", "claims", "figures"),
)
KINDS = {module for family in FAMILIES for module in modules(family).values()}
MODULES = sorted(
    path
    for folder in ("flatminima", "flatminima_papers", "flatminima_study", "scripts")
    for path in (WORKFLOW / folder).rglob("*.py")
)


def imported(path: Path) -> set[str]:
    """Return the dotted names that a file imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(WORKFLOW).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    """Return the room that a module lies in; the library's own name is no room."""
    first, *rest = module.split(".")
    return f"{first}.{rest[0]}" if first == "flatminima" and rest else first


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_no_arrow_runs_up(path):
    own = room_of(dotted(path))
    others = {room_of(name) for name in imported(path)} & FLOOR.keys() - {own}
    assert [room for room in others if FLOOR[room] <= FLOOR.get(own, len(FLOORS))] == []


def test_every_room_stands_on_a_floor():
    found = {room_of(dotted(path)) for path in MODULES} - {"flatminima"}
    assert found == FLOOR.keys()


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_no_paper_imports_another(path):
    own = dotted(path).split(".")[:2]
    for name in imported(path):
        if name.startswith("flatminima_papers."):
            assert name.split(".")[:2] == own


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_no_module_names_a_kind_of_another(path):
    """A kind is found by its name; only what lies in its package, or judges it, may import it."""
    name = dotted(path)
    judged = name.replace(".claims.", ".measurements.")
    own = {kind for kind in KINDS if name == kind or name.startswith(f"{kind}.") or judged == kind}
    assert {kind for kind in imported(path) & KINDS if kind not in own} <= OFFERED


OFFERED = {"flatminima.networks.linear", "flatminima.networks.mlp"}
"""Packages of kinds whose networks others may build: `flatminima.networks.linear.network`."""


def test_what_starts_with_an_underscore_is_imported_in_its_own_package_alone():
    for path in MODULES:
        package = dotted(path) if path.name == "__init__.py" else dotted(path).rpartition(".")[0]
        for name in imported(path):
            parts = name.split(".")
            hidden = [place for place, part in enumerate(parts) if part.startswith("_")]
            if parts[0].startswith("flatminima") and hidden:
                assert ".".join(parts[: hidden[0]]) == package, f"{dotted(path)} imports {name}"


def test_no_rule_names_a_kind():
    rules = "".join(path.read_text() for path in (WORKFLOW / "rules").glob("*.smk"))
    assert [kind for kind in KINDS if kind in rules] == []


@pytest.mark.parametrize("path", sorted((WORKFLOW / "flatminima").rglob("*.py")), ids=dotted)
def test_the_library_knows_nothing_of_the_study_nor_of_a_paper(path):
    packages = {name.partition(".")[0] for name in imported(path)}
    assert not packages & {"flatminima_study", "flatminima_papers"}
    assert not packages & {"snakemake", "yaml", "pydantic", "pydantic_core"}
    text = path.read_text(encoding="utf-8")
    assert "results/" not in text
    assert not [room for room in rooms() if f"flatminima_papers.{room}" in text]


CHECK = """
import sys, yaml
from flatminima_study.configuration import parse_study
from flatminima_study.planning.code import code_of
study = parse_study(yaml.safe_load(open("config.yaml")))
assert len(study.summaries) > 90
for kind in (*study.datasets.values(), *study.measurements.values(), *study.figures.values()):
    assert code_of("plot_figure", kind)
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
    options = project["tool"]["setuptools"]["packages"]["find"]
    (folder,) = options["where"]
    assert PROJECT / folder == WORKFLOW
    packages = {dotted(path.parent / "__init__.py") for path in MODULES} - {"scripts"}
    assert set(find_packages(PROJECT / folder, include=options["include"])) == packages
