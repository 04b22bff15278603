"""The code of a job is all that it would import, and an edit of any of it is seen."""

import ast
from modulefinder import ModuleFinder
from pathlib import Path

import pytest

from flatminima.core.kinds import modules
from flatminima_study.planning import code
from flatminima_study.planning.code import PACKAGES, WORKFLOW, code_of

SCRIPTS = sorted(path.stem for path in (WORKFLOW / "scripts").glob("*.py"))
FAMILIES = (
    *("datasets", "networks", "optimisers", "quantities"),
    *("measurements", "claims", "figures"),
)
KINDS = [module for family in FAMILIES for module in modules(family).values()]
MODULES = sorted(
    path for part in (*PACKAGES, "scripts") for path in (WORKFLOW / part).rglob("*.py")
)


def name_of(path: Path) -> str:
    return path.relative_to(WORKFLOW).as_posix()


def found_by_the_standard_library(script: Path, kinds=()) -> set[str]:
    """Return the files of the project that running a script and some kinds can import."""
    finder = ModuleFinder([str(WORKFLOW)])
    finder.run_script(str(script))
    for module in kinds:
        finder.import_hook(module, fromlist=["*"])
    files = {Path(module.__file__) for module in finder.modules.values() if module.__file__}
    return {name_of(path) for path in files if path.is_relative_to(WORKFLOW)}


@pytest.mark.parametrize("script", SCRIPTS)
def test_all_that_a_script_imports_is_part_of_its_code(script):
    expected = found_by_the_standard_library(WORKFLOW / f"scripts/{script}.py")
    assert expected <= set(code_of(script))


# any sixth stands for all: how imports are found does not depend on the kind
@pytest.mark.parametrize("kind", KINDS[::6])
def test_a_kind_and_all_that_it_imports_is_part_of_the_code_of_a_job_that_uses_it(kind):
    script = "gather_tables"
    expected = found_by_the_standard_library(WORKFLOW / f"scripts/{script}.py", [kind])
    assert kind.replace(".", "/") in {
        name.removesuffix(".py").removesuffix("/__init__") for name in code_of(script, kind)
    }
    assert expected <= set(code_of(script, kind))


class ForPeople(ast.NodeVisitor):
    """Collects what may be edited without an effect, and all functions and constants beside it."""

    def __init__(self):
        self.left_out, self.functions, self.constants = [], [], []
        self.inside = False

    def generic_visit(self, node):
        marked = any(
            isinstance(mark, ast.Name) and mark.id == "for_people"
            for mark in getattr(node, "decorator_list", ())
        )
        words = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Words"
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        before, self.inside = self.inside, self.inside or marked or words or text
        if isinstance(node, ast.FunctionDef):
            (self.left_out if self.inside else self.functions).append(node)
        elif isinstance(node, ast.Constant) and not self.inside:
            self.constants.append(node)
        super().generic_visit(node)
        self.inside = before


def edits(statement: ast.stmt):
    """Go through one edit of each function's body and of each constant, undone after it."""
    found = ForPeople()
    found.visit(statement)
    for function in found.functions:
        before = function.body
        function.body = [*before, ast.Return(ast.Constant(7))]
        yield f"function {function.name} (line {function.lineno})"
        function.body = before
    for constant in found.constants:
        before = constant.value
        constant.value = f"edited {before!r}"
        yield f"constant {before!r} (line {constant.lineno})"
        constant.value = before


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_an_edit_of_any_function_or_constant_is_seen(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    whole = code.digest_of(tree)
    for statement in tree.body:
        alone = ast.Module([statement], [])
        before = code.digest_of(alone)
        unseen = [edit for edit in edits(statement) if code.digest_of(alone) == before]
        assert unseen == []
    assert code.digest_of(tree) == whole


BEFORE = '''
"""What it is."""
RATE = 0.1
"""A rate."""
COLUMN = Column("a", words=Words("a word", label="$a$", definition="What a is."), place=1)
class Kind:
    def step(self, x):  # a comment
        """Say."""
        return x + RATE
    @for_people
    def describe(self):
        return "words"
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  # a comment", "  # another"),
        ("return x + RATE", "return (\n            x + RATE\n        )"),
        ('"""Say."""', '"""Say otherwise, in two lines.\n\n        And more.\n        """'),
        ('"""A rate."""', '"""The rate."""'),
        ('"a word"', '"another word"'),
        ('label="$a$", ', ""),
        ("What a is.", "What it is."),
        ('return "words"', 'return "other words"'),
    ],
)
def test_what_decides_no_number_is_left_out(old, new):
    assert old in BEFORE
    digests = {code.digest_of(ast.parse(text)) for text in (BEFORE, BEFORE.replace(old, new))}
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("RATE = 0.1", "RATE = 0.2"),
        ("x + RATE", "x - RATE"),
        ('Column("a"', 'Column("b"'),
        ("place=1", "place=2"),
        ("def step", "def leap"),
        ("    @for_people\n", ""),  # and so a name alone leaves nothing out
    ],
)
def test_what_may_decide_a_number_is_not(old, new):
    assert old in BEFORE
    digests = {code.digest_of(ast.parse(text)) for text in (BEFORE, BEFORE.replace(old, new))}
    assert len(digests) == 2


def test_data_in_the_folder_of_a_package_is_part_of_its_code(tmp_path, monkeypatch):
    monkeypatch.setattr(code, "WORKFLOW", tmp_path)
    for cached in (code._code_of, code.project_files, code._read):
        cached.cache_clear()
    (tmp_path / "scripts").mkdir()
    (tmp_path / "flatminima/digits").mkdir(parents=True)
    (tmp_path / "scripts/script.py").write_text("import flatminima.digits\n")
    for name in ("__init__.py", "digits/__init__.py"):
        (tmp_path / "flatminima" / name).write_text("")
    digests = []
    for content in (b"1", b"2"):
        (tmp_path / "flatminima/digits/digits.csv").write_bytes(content)
        for cached in (code._code_of, code._read):
            cached.cache_clear()
        digests.append(code_of("script")["flatminima/digits/digits.csv"])
    for cached in (code._code_of, code.project_files, code._read):
        cached.cache_clear()
    assert digests[0] != digests[1]


def test_data_does_not_depend_on_training():
    found = {
        Path(name).parts[1] for name in code_of("make_dataset", "flatminima.datasets.gaussian")
    }
    assert not found & {"networks", "optimisers", "kernels", "runs", "figures", "quantities"}


@pytest.mark.parametrize("family", ["networks", "quantities", "measurements"])
def test_kinds_that_a_job_does_not_use_are_not_part_of_its_code(family):
    first, *others = modules(family).values()
    used = code_of("gather_tables", first)
    for other in others:
        assert f"{other.replace('.', '/')}.py" not in used
