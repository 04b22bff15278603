"""The modules found in a script's text are those that running it would import."""

import subprocess
import sys
from pathlib import Path

import pytest

from flatminima_study.sources import PACKAGES, imported_modules

PROJECT = Path(__file__).parents[2]
SCRIPTS = sorted((PROJECT / "workflow/scripts").glob("*.py"))

REALLY_IMPORTED = """
import ast, sys
tree = ast.parse(open(sys.argv[1]).read())
tree.body = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
exec(compile(tree, sys.argv[1], "exec"))
for name, module in sorted(sys.modules.items()):
    if name.split(".")[0] in sys.argv[2:]:
        print(module.__file__)
"""


LIBRARY = PROJECT / "workflow/flatminima"
TRAINING = ("activations", "compiled", "linear", "perceptron", "steps", "vector")
IMPORTED_LATE = {f"kernels/{name}.py": "networks/linear.py" for name in TRAINING}
IMPORTED_LATE |= {"kernels/field.py": "gradient_flow.py"}
"""Compiled modules, which others import when they need them."""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_imports_found_in_the_text_are_those_of_a_real_import(script):
    output = subprocess.run(
        [sys.executable, "-c", REALLY_IMPORTED, str(script), *PACKAGES],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found, imported = imported_modules(script), [Path(line) for line in output.splitlines()]
    late = {LIBRARY / module for module in IMPORTED_LATE}
    assert [path for path in found if path not in late] == sorted(imported)
    for module, user in IMPORTED_LATE.items():
        assert (LIBRARY / module in found) == (LIBRARY / user in found)


def test_every_rule_of_a_script_declares_its_sources():
    for rules in (PROJECT / "workflow/rules").glob("*.smk"):
        text = rules.read_text()
        for script in SCRIPTS:
            runs = text.count(f'"../scripts/{script.name}"')
            declared = text.count(f'sources("{script.name}")')
            assert declared >= runs, f"{rules.name}: {script.name}"


def test_data_does_not_depend_on_training():
    names = {path.stem for path in imported_modules(PROJECT / "workflow/scripts/make_dataset.py")}
    assert names == {"__init__", "datasets", "prescribed_data", "seeding", "job", "tables", "seals"}
