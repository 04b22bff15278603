"""Which modules of this project a script depends on.

Snakemake reruns a job when its script changes, but does not see what the script imports.
The modules found here are declared as inputs of the script's rule, so that a change in one
reruns exactly the rules that import it, directly or through another module.
"""

import ast
from functools import cache
from pathlib import Path

__all__ = ["imported_modules"]

ROOT = Path(__file__).parents[1]
PACKAGES = ("flatminima", "flatminima_study")


def imported_modules(script: Path) -> list[Path]:
    """Return the files of this project's modules that a script imports, transitively.

    Args:
        script: A Python file.

    Returns:
        Sorted paths. Importing a package runs its ``__init__``, and so does importing a
        module in it: both are in the list.
    """
    found: set[Path] = set()
    waiting = list(_direct_imports(script))
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(_direct_imports(module))
    return sorted(found)


@cache
def _direct_imports(path: Path) -> frozenset[Path]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(), filename=str(path))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(file for name in names for file in _files(name))


def _files(name: str) -> list[Path]:
    """Return the files that importing a dotted name runs, none if it is not ours."""
    parts = name.split(".")
    if parts[0] not in PACKAGES:
        return []
    files = []
    for length in range(1, len(parts) + 1):
        base = ROOT.joinpath(*parts[:length])
        if (base / "__init__.py").is_file():
            files.append(base / "__init__.py")
        elif base.with_suffix(".py").is_file():
            files.append(base.with_suffix(".py"))
    return files
