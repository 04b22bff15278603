"""Every kind of every family is one file, found by its name, and can be written and read."""

import ast
import inspect
import json
import subprocess
import sys
from dataclasses import fields, is_dataclass
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flatminima.core import kinds
from flatminima.core.kinds import ROOT, Kind, Misfit, load, modules, names, restore

FAMILIES = ("datasets", "networks", "optimisers", "quantities", "measurements", "figures")
KINDS = [(family, name) for family in FAMILIES for name in names(family)]

each_kind = pytest.mark.parametrize(("family", "name"), KINDS)


def run(program):
    """Return what a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


# Found by their names


@pytest.mark.parametrize("family", FAMILIES)
def test_the_names_of_a_family_are_its_files(family):
    folders = [ROOT / "flatminima" / family, *ROOT.glob(f"flatminima_papers/*/{family}")]
    modules = [path for folder in folders for path in folder.glob("*.py")]
    packages = [path.parent for folder in folders for path in folder.glob("*/__init__.py")]
    kinds = [path.stem for path in (*modules, *packages) if not path.stem.startswith("_")]
    assert list(names(family)) == sorted(kinds)


def test_a_name_that_two_rooms_have_is_refused(tmp_path, monkeypatch):
    for room in ("one", "other"):
        folder = tmp_path / "flatminima_papers" / room / "claims"
        folder.mkdir(parents=True)
        (folder.parent / "__init__.py").touch()
        (folder / "growth.py").touch()
    monkeypatch.setattr(kinds, "ROOT", tmp_path)
    for cached in (kinds.modules, kinds.rooms):
        cached.cache_clear()
    with pytest.raises(ValueError, match=r"other.claims.growth has the name of .*one.claims"):
        names("claims")
    for cached in (kinds.modules, kinds.rooms):
        cached.cache_clear()


def test_looking_for_names_imports_no_kind():
    program = (
        "import sys; from flatminima.core.kinds import modules as of;"
        f"modules = [m for f in {FAMILIES} for m in of(f).values()];"
        "assert len(modules) > 20;"
        "print(*(module for module in modules if module in sys.modules))"
    )
    assert run(program) == []


@pytest.mark.parametrize("name", ["unknown", "__init__", "", "os", "../datasets/file", "Gaussian"])
def test_an_unknown_name_is_refused_with_those_there_are(name):
    for family in FAMILIES:
        with pytest.raises(ValueError, match=f"is none of the {family}: ") as caught:
            load(family, name)
        assert str(caught.value) == f"{name!r} is none of the {family}: {', '.join(names(family))}"


def test_a_kind_needs_no_heavy_package_to_be_imported():
    # A dry run reads every kind; pandas alone would take longer than all else that it does.
    heavy = ("pandas", "scipy", "matplotlib", "seaborn", "numba")
    program = (
        "import sys; from flatminima.core.kinds import load\n"
        f"for kind in {KINDS}:\n"
        "    load(*kind)\n"
        f"    found = [name for name in {heavy} if name in sys.modules]\n"
        "    if found: print(*kind, *found); break"
    )
    assert run(program) == []


# What a file of a kind holds


@each_kind
def test_a_file_holds_one_kind_which_is_a_frozen_dataclass_and_says_what_it_does(family, name):
    module = import_module(modules(family)[name])
    found = [
        item
        for item in vars(module).values()
        if inspect.isclass(item) and issubclass(item, Kind) and item.__module__ == module.__name__
    ]
    assert found == [load(family, name)]
    (kind,) = found
    assert kind.name() == name
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen
    assert f"flatminima.{family}" in {base.__module__ for base in kind.__mro__}

    written = _class(kind)
    assert ast.get_docstring(written).split("\n\n")[0].endswith(".")
    for line, below in zip(written.body, [*written.body[1:], None], strict=True):
        if isinstance(line, ast.AnnAssign) and line.target.id in {one.name for one in fields(kind)}:
            assert isinstance(below, ast.Expr), f"no sentence below {line.target.id}"
            assert below.value.value.endswith(".")


def _class(kind):
    """Return the class of a kind as it is written."""
    (written,) = (
        line
        for line in ast.parse(inspect.getsource(sys.modules[kind.__module__])).body
        if isinstance(line, ast.ClassDef) and line.name == kind.__name__
    )
    return written


# Written and read

numbers = st.floats(-1e300, 1e300)
SELECTIONS = st.dictionaries(
    st.sampled_from(["depth", "dataset", "init_scale"]),
    st.one_of(
        st.lists(st.one_of(numbers, st.text()), min_size=1),
        st.fixed_dictionaries({}, optional={"at_least": numbers, "at_most": numbers}),
    ),
)


def blocks(family, name):
    """Return what draws any kind that its types and limits allow."""
    kind = load(family, name)
    free = {field.name: SELECTIONS for field in fields(kind) if field.name in ("select", "only")}
    return st.builds(kind, **free)


@each_kind
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_kind_is_what_its_block_says(family, name, data):
    kind = data.draw(blocks(family, name))
    block = kind.plain()
    assert block["kind"] == name
    assert restore(family, block) == kind
    assert restore(family, json.loads(json.dumps(block))) == kind


def test_a_block_is_plain_with_its_defaults_written_out():
    kind = load("measurements", "flow")(("d",), ("residual",), (3, 4), (0.1,), 2)
    assert kind.plain() == {
        "kind": "flow",
        "dataset": ["d"],
        "initialisation": ["residual"],
        "depth": [3, 4],
        "init_scale": [0.1],
        "repetitions": 2,
    }
    perceptron = load("networks", "mlp")("gaussian", (3,))
    assert perceptron.plain()["gelu"] == "tanh"


def test_a_replaced_kind_differs_in_what_was_replaced():
    kind = load("datasets", "gaussian")(samples=20, features=5, noise=1.0)
    other = kind.replaced(noise=2.0)
    assert other.plain() == kind.plain() | {"noise": 2.0}
    assert kind.noise == 1.0


def test_a_misfit_says_which_key_does_not_fit():
    misfit = Misfit("width", "is 4; allowed: 5")
    assert (misfit.key, misfit.problem) == ("width", "is 4; allowed: 5")
    assert str(misfit) == "width is 4; allowed: 5"
