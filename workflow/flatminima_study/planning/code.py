"""Which code makes a file, as one digest.

Snakemake reruns a job when its script changes, but does not see what the script imports, and
reruns it for a comment.  A rule therefore has the digest of all code that its job uses as a
parameter: of the script, of the modules that it imports, directly or through another one, and of
the kinds that it uses, which no import names.  What decides no number is left out: comments,
docstrings, the declared words of columns, and what describes a kind to people.
"""

import ast
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

__all__ = ["code_digest", "used_modules"]

WORKFLOW = Path(__file__).parents[2]
PACKAGES = ("flatminima", "flatminima_study")

WORDS = {"words", "label", "symbol", "definition"}
"""Keywords of a `flatminima.columns.Column` that are for people alone."""

DESCRIPTIONS = {"describe", "headline"}
"""Methods of kinds that are for people alone."""


@cache
def code_digest(script: str, kinds: tuple[tuple[str, str], ...]) -> str:
    """Return the digest of the code that a job uses.

    Args:
        script: The name of its script, without ending.
        kinds: The kinds that it uses, each with its family.
    """
    path = WORKFLOW / "scripts" / f"{script}.py"
    digests = [
        f"{_name(module)} {_digest(module)}" for module in [path, *used_modules(path, kinds)]
    ]
    return sha256("\n".join(digests).encode()).hexdigest()


def used_modules(script: Path, kinds: Iterable[tuple[str, str]]) -> list[Path]:
    """Return the files of this project's modules that a script and some kinds import.

    Args:
        script: A Python file.
        kinds: The kinds that it uses, each with its family.

    Returns:
        Sorted paths. Importing a package runs its ``__init__``, and so does importing a
        module in it: both are in the list.
    """
    found: set[Path] = set()
    waiting = [*_direct_imports(script)]
    for family, name in kinds:
        waiting += _files(f"flatminima.{family}.{name}")
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(_direct_imports(module))
    return sorted(found)


def _name(path: Path) -> str:
    return path.relative_to(WORKFLOW).as_posix()


@cache
def _digest(path: Path) -> str:
    """Return the digest of a module's code, without what is for people alone."""
    tree = _ForNumbers().visit(ast.parse(path.read_text(), filename=str(path)))
    return sha256(ast.unparse(tree).encode()).hexdigest()


class _ForNumbers(ast.NodeTransformer):
    """Leaves out what decides no number."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Drop texts that stand by themselves: docstrings."""
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return ast.Pass()
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        """Drop descriptions of kinds."""
        return None if node.name in DESCRIPTIONS else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Drop the words of columns."""
        if isinstance(node.func, ast.Name) and node.func.id == "Column":
            node.keywords = [word for word in node.keywords if word.arg not in WORDS]
        return self.generic_visit(node)


@cache
def _direct_imports(path: Path) -> frozenset[Path]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(), filename=str(path))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(file for name in found for file in _files(name))


def _files(name: str) -> list[Path]:
    """Return the files that importing a dotted name runs, none if it is not ours."""
    parts = name.split(".")
    if parts[0] not in PACKAGES:
        return []
    files = []
    for length in range(1, len(parts) + 1):
        base = WORKFLOW.joinpath(*parts[:length])
        if (base / "__init__.py").is_file():
            files.append(base / "__init__.py")
        elif base.with_suffix(".py").is_file():
            files.append(base.with_suffix(".py"))
    return files
