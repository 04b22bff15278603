"""Who may know whom: no room imports one that stands on its floor or above."""

import ast
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

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


@cache
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


def test_no_arrow_runs_up():
    for path in MODULES:
        own = room_of(dotted(path))
        others = {room_of(name) for name in imported(path)} & FLOOR.keys() - {own}
        upwards = [room for room in others if FLOOR[room] <= FLOOR.get(own, len(FLOORS))]
        assert upwards == [], dotted(path)


def test_every_room_stands_on_a_floor():
    found = {room_of(dotted(path)) for path in MODULES} - {"flatminima"}
    assert found == FLOOR.keys()


def test_no_paper_imports_another():
    for path in MODULES:
        own = dotted(path).split(".")[:2]
        for name in imported(path):
            if name.startswith("flatminima_papers."):
                assert name.split(".")[:2] == own, f"{dotted(path)} imports {name}"


def test_no_module_names_a_kind_of_another():
    """A kind is found by its name; only what lies in its package, or judges it, may import it."""
    for path in MODULES:
        name = dotted(path)
        packages = (name, name.replace(".claims.", ".measurements."))
        others = {
            kind
            for kind in imported(path) & KINDS
            if kind not in packages and not name.startswith(f"{kind}.")
        }
        assert others <= OFFERED, name


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


def test_the_library_knows_nothing_of_the_study_nor_of_a_paper():
    unknown = {
        *("flatminima_study", "flatminima_papers"),
        *("snakemake", "yaml", "pydantic", "pydantic_core"),
    }
    for path in (WORKFLOW / "flatminima").rglob("*.py"):
        packages = {name.partition(".")[0] for name in imported(path)}
        assert not packages & unknown, dotted(path)
        text = path.read_text(encoding="utf-8")
        words = ["results/", *(f"flatminima_papers.{room}" for room in rooms())]
        assert [word for word in words if word in text] == [], dotted(path)


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
