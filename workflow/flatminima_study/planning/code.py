"""The code that makes a file.

Snakemake reruns a job when its script changes.  But it does not see what the script imports, and
it also reruns the job after a change of a comment.  Therefore each rule has the code of its job as
a parameter: a digest of the script, of every module that it imports, directly or through others,
and of the kinds that it uses, which no import names.  Comments, docstrings and what
`flatminima.core.people` marks are left out, and nothing else.
"""

import ast
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flatminima.core.kinds import Kind

__all__ = ["code_of", "project_files"]

WORKFLOW = Path(__file__).parents[2]
PACKAGES = ("flatminima", "flatminima_papers", "flatminima_study")


def code_of(script: str, *used: Kind | type[Kind] | str) -> dict[str, str]:
    """Return the code that a job uses: each file with the digest of its content.

    Args:
        script: The name of its script, without the ending.
        used: The kinds that it uses, or names of modules.
    """
    return _code_of(script, tuple(one if isinstance(one, str) else one.__module__ for one in used))


@cache
def _code_of(script: str, modules: tuple[str, ...]) -> dict[str, str]:
    start = WORKFLOW / "scripts" / f"{script}.py"
    found = {start, *(file for module in modules for file in project_files(module))}
    waiting = list(found)
    while waiting:
        new = _read(waiting.pop())[1] - found
        found |= new
        waiting += new
    return {path.relative_to(WORKFLOW).as_posix(): _read(path)[0] for path in sorted(found)}


@cache
def project_files(module: str) -> frozenset[Path]:
    """Return the files of this project that importing a module uses; none for other projects.

    Importing a package, or a module in it, runs the package's ``__init__``.  Data in the folder of
    a package is part of it.
    """
    parts = module.split(".")
    files: set[Path] = set()
    if parts[0] in PACKAGES:
        for length in range(1, len(parts) + 1):
            base = WORKFLOW.joinpath(*parts[:length])
            if base.with_suffix(".py").is_file():
                files.add(base.with_suffix(".py"))
            elif (base / "__init__.py").is_file():
                files.update(file for file in base.iterdir() if _is_part(file))
    return frozenset(files)


def _is_part(file: Path) -> bool:
    return file.name == "__init__.py" or (file.is_file() and file.suffix not in (".py", ".md"))


@cache
def _read(path: Path) -> tuple[str, frozenset[Path]]:
    """Return the digest of a file's content, and the files that it imports."""
    content = path.read_bytes()
    if path.suffix != ".py":
        return sha256(content).hexdigest()[:16], frozenset()
    tree = ast.parse(content, filename=str(path))
    return digest_of(tree), frozenset().union(*map(project_files, imported_modules(tree)))


def digest_of(tree: ast.Module) -> str:
    """Return the digest of code; it does not depend on comments, docstrings and words."""
    return sha256(_without_words(tree).encode()).hexdigest()[:16]


def imported_modules(tree: ast.AST) -> Iterable[str]:
    """Go through the dotted names that some code imports anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # the imported name may be a module or something in it
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _without_words(node: Any) -> str:
    """Write a part of some code without docstrings and without what is for people alone."""
    if isinstance(node, list):
        return f"[{','.join(map(_without_words, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    kind = type(node)
    if kind is ast.Expr and isinstance(getattr(node.value, "value", None), str):
        return "text"
    if kind is ast.FunctionDef and any(map(_marks, node.decorator_list)):
        return f"for_people({node.name})"
    if kind is ast.Call and getattr(node.func, "id", None) == "Words":
        return "Words()"
    parts = [_without_words(getattr(node, field)) for field in node._fields]
    return f"{kind.__name__}({','.join(parts)})"


def _marks(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id == "for_people"
