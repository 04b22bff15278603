"""Which code makes a file, as one digest.

Snakemake reruns a job when its script changes, but does not see what the script imports, and
reruns it for a comment.  A rule therefore has the digest of all code that its job uses as a
parameter: of the script, of the modules that it imports, directly or through another one, and of
the kinds that it uses, which no import names.  What decides no number is left out: comments,
docstrings, the declared words of columns, what describes a kind to people, and, of a job that
draws nothing, how a figure is drawn.
"""

import ast
from collections.abc import Iterable
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

__all__ = ["code_digest", "used_modules"]

WORKFLOW = Path(__file__).parents[2]
PACKAGES = ("flatminima", "flatminima_study")

WORDS = {"words", "label", "symbol", "definition", "values", "floor"}
"""Keywords of a `flatminima.columns.Column` that are for people alone."""

DESCRIPTIONS = frozenset({"called", "describe", "headline"})
"""Methods of kinds that are for people alone."""

LOOKS = frozenset({"draw", "paint", "page", "paint_panels"})
"""Methods of figures that decide no number: part of the code of scripts that draw."""


@cache
def code_digest(script: str, kinds: tuple[tuple[str, str], ...]) -> str:
    """Return the digest of the code that a job uses.

    Args:
        script: The name of its script, without ending.
        kinds: The kinds that it uses, each with its family.
    """
    path = WORKFLOW / "scripts" / f"{script}.py"
    left_out = _left_out(path)
    lines = [
        f"{module.relative_to(WORKFLOW).as_posix()} {_code(module, left_out).digest}"
        for module in [path, *used_modules(path, kinds)]
    ]
    return sha256("\n".join(lines).encode()).hexdigest()


def used_modules(script: Path, kinds: Iterable[tuple[str, str]]) -> list[Path]:
    """Return the files of this project's modules that a script and some kinds import.

    Args:
        script: A Python file.
        kinds: The kinds that it uses, each with its family.

    Returns:
        Sorted paths. Importing a package runs its ``__init__``, and so does importing a
        module in it: both are in the list.
    """
    left_out = _left_out(script)
    found: set[Path] = set()
    waiting = [*_code(script, left_out).imports]
    for family, name in kinds:
        waiting += _files(f"flatminima.{family}.{name}")
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(_code(module, left_out).imports)
    return sorted(found)


def _left_out(script: Path) -> frozenset[str]:
    """Return which functions are no part of the code of a script."""
    draws = any(path.stem == "drawing" for path in _code(script, DESCRIPTIONS).imports)
    return DESCRIPTIONS if draws else DESCRIPTIONS | LOOKS


@cache
def _text(path: Path) -> str:
    return path.read_text()


@cache
def _code(path: Path, left_out: frozenset[str]) -> "_Code":
    """Return the code of a module, without what decides no number."""
    text = _text(path)
    return _read_code(path, frozenset(name for name in left_out if f"def {name}(" in text))


@cache
def _read_code(path: Path, left_out: frozenset[str]) -> "_Code":
    return _Code(ast.parse(_text(path), filename=str(path)), left_out)


class _Code:
    """The code of a module, without what decides no number.

    Attributes:
        tree: The code.
        imports: Which files of this project it imports.
    """

    def __init__(self, tree: ast.Module, left_out: frozenset[str]) -> None:
        part = _ForNumbers(left_out)
        self.tree = part.visit(tree)
        self.imports = frozenset(file for name in part.imported for file in _files(name))

    @cached_property
    def digest(self) -> str:
        """A digest that comments do not change."""
        return sha256(ast.unparse(self.tree).encode()).hexdigest()


class _ForNumbers(ast.NodeTransformer):
    """Leaves out docstrings, the words of columns, and some functions.

    Attributes:
        imported: The dotted names that are imported in what is left.
    """

    def __init__(self, left_out: frozenset[str]) -> None:
        self.left_out = left_out
        self.imported: set[str] = set()

    def visit_Import(self, node: ast.Import) -> ast.AST:
        """Note what is imported."""
        self.imported.update(alias.name for alias in node.names)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        """Note what is imported, which may be a module or something in it."""
        if node.module and node.level == 0:
            self.imported.update(f"{node.module}.{alias.name}" for alias in node.names)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Drop texts that stand by themselves: docstrings."""
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return ast.Pass()
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Drop the functions that are left out; a class may have no others."""
        return ast.Pass() if node.name in self.left_out else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Drop the words of columns."""
        if isinstance(node.func, ast.Name) and node.func.id == "Column":
            node.keywords = [word for word in node.keywords if word.arg not in WORDS]
        return self.generic_visit(node)


@cache
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
