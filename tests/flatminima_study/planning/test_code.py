"""The code of a job is what running it would import, and what decides no number is left out."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from flatminima.figures import FigureKind
from flatminima.kinds import names
from flatminima_study.planning import code
from flatminima_study.planning.code import PACKAGES, used_modules

PROJECT = Path(__file__).parents[3]
SCRIPTS = sorted((PROJECT / "workflow/scripts").glob("*.py"))

CACHED = (code.code_digest, code._text, code._code, code._read_code, code._files)

REALLY_IMPORTED = """
import ast, sys
tree = ast.parse(open(sys.argv[1]).read())
tree.body = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
exec(compile(tree, sys.argv[1], "exec"))
for name, module in sorted(sys.modules.items()):
    if name.split(".")[0] in sys.argv[2:]:
        print(module.__file__)
"""


def test_every_method_of_a_figure_is_for_people_draws_or_decides_numbers():
    methods = {name for name, value in vars(FigureKind).items() if inspect.isfunction(value)}
    methods = {name for name in methods if not name.startswith("_")}
    assert methods - code.DESCRIPTIONS - code.LOOKS == {
        "tables", "shown", "parts", "check", "numbers"
    }  # fmt: skip
    assert methods > code.LOOKS


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_what_a_script_imports_at_its_top_is_found_in_its_text(script):
    output = subprocess.run(
        [sys.executable, "-c", REALLY_IMPORTED, str(script), *PACKAGES],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    imported = {Path(line) for line in output.splitlines()}
    assert imported <= set(used_modules(script, ()))


def test_data_does_not_depend_on_training():
    script = PROJECT / "workflow/scripts/make_dataset.py"
    found = {path.stem for path in used_modules(script, [("datasets", "gaussian")])}
    assert found == {
        *("__init__", "gaussian", "kinds", "seeding", "job", "tables", "seals"),
    }


@pytest.mark.parametrize(
    "text",
    ["import flatminima.ticks", "from flatminima import ticks", "from flatminima.ticks import x"],
)
def test_each_way_to_import_a_module_is_seen(tmp_path, text):
    script = tmp_path / "script.py"
    script.write_text(text)
    assert PROJECT / "workflow/flatminima/ticks.py" in used_modules(script, ())


@pytest.fixture
def digest_of(tmp_path, monkeypatch):
    """Return the digest of a script that imports one module with a given text."""
    folder = tmp_path / "workflow"
    (folder / "scripts").mkdir(parents=True)
    (folder / "scripts/script.py").write_text("from flatminima import module\n")
    (folder / "flatminima").mkdir()
    (folder / "flatminima/__init__.py").write_text("")
    monkeypatch.setattr(code, "WORKFLOW", folder)

    def digest(text: str) -> str:
        (folder / "flatminima/module.py").write_text(text)
        for cached in CACHED:
            cached.cache_clear()
        return code.code_digest("script", ())

    yield digest
    for cached in CACHED:
        cached.cache_clear()


BEFORE = '''
"""What it is."""
RATE = 0.1
"""A rate."""
COLUMN = Column("a", words="a word", label="$a$", definition="What a is.", place=1)
class Kind:
    def step(self, x):  # a comment
        """Say."""
        return x + RATE
    def describe(self):
        return "words"
    def draw(self, tables):
        return "blue"
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  # a comment", "  # another"),
        ("return x + RATE", "return (\n            x + RATE\n        )"),
        ('"""Say."""', '"""Say otherwise, in two lines.\n\n        And more.\n        """'),
        ('"""A rate."""', '"""The rate."""'),
        ('words="a word"', 'words="another word"'),
        ('label="$a$", ', ""),
        ("What a is.", "What it is."),
        ('return "words"', 'return "other words"'),
        ('return "blue"', 'return "red"'),  # the script draws nothing
    ],
)
def test_what_decides_no_number_is_left_out(digest_of, old, new):
    assert old in BEFORE
    assert digest_of(BEFORE.replace(old, new)) == digest_of(BEFORE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("RATE = 0.1", "RATE = 0.2"),
        ("x + RATE", "x - RATE"),
        ('"a", words', '"b", words'),
        ("place=1", "place=2"),
        ("def step", "def leap"),
    ],
)
def test_what_may_decide_a_number_is_not(digest_of, old, new):
    assert old in BEFORE
    assert digest_of(BEFORE.replace(old, new)) != digest_of(BEFORE)


@pytest.mark.parametrize("family", ["datasets", "networks", "quantities", "measurements"])
def test_a_kind_is_part_of_the_code_of_those_who_use_it(family):
    script = PROJECT / "workflow/scripts/gather_tables.py"
    for name in names(family):
        path = PROJECT / f"workflow/flatminima/{family}/{name}.py"
        assert path in used_modules(script, [(family, name)])
        assert path not in used_modules(script, [])
