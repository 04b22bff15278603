"""How kernels are compiled, and how jobs share what was compiled.

A kernel's machine code is kept in a file of its own for each signature, processor and state of
the sources of this package.  Numba's own cache would not do: it sees no change of a module
whose functions a kernel calls, and its index, one a function, loses or confuses entries when
two jobs write at once.  Here a file appears under its name when it is whole, and two jobs that
compile the same kernel write the same file.
"""

import hashlib
import os
import pickle
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numba
from numba.core.serialize import dumps

__all__ = ["compiled", "inlined", "kernel"]

# With NumPy's errors a division by zero is no exception, for which every lane would be looked at.
compiled = numba.njit(error_model="numpy")
"""Compile a function that kernels call."""

inlined = numba.njit(error_model="numpy", forceinline=True)
"""The same, put into its callers: where a call would cost more than the function."""


def kernel(function: Callable, variant: str = "") -> Callable:
    """Compile a function that Python calls, and keep its machine code in files.

    Args:
        function: The function.
        variant: What tells it from others of its name: what it closes over.
    """
    dispatcher = numba.njit(error_model="numpy", cache=True)(function)
    files = dispatcher._cache
    name = ".".join(filter(None, [function.__module__, function.__name__, variant]))
    files._cache_file = _OneFileEach(Path(files.cache_path), name)
    return dispatcher


class _OneFileEach:
    """The part of Numba's cache that finds and keeps machine code by its key."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name

    def load(self, key: tuple) -> object | None:
        """Return what was saved under a key; None if nothing was, or not whole."""
        try:
            content = self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        checksum, data = content[:32], content[32:]
        return pickle.loads(data) if hashlib.sha256(data).digest() == checksum else None

    def save(self, key: tuple, data: object) -> None:
        """Save under a key, and remove what sources that are no more have left."""
        path, content = self._path(key), dumps(data)
        for file in self.folder.glob(f"{self.name}.*.kernel"):
            if not file.name.startswith(f"{self.name}.{_digest_of_sources()}."):
                file.unlink(missing_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as temporary:
            temporary.write(hashlib.sha256(content).digest() + content)
        os.chmod(temporary.name, 0o644)
        os.replace(temporary.name, path)

    def _path(self, key: tuple) -> Path:
        signature, machine, _ = key  # the rest is of the function itself, which the sources hold
        digest = hashlib.sha256(repr((signature, machine)).encode()).hexdigest()[:32]
        return self.folder / f"{self.name}.{_digest_of_sources()}.{digest}.kernel"


@cache
def _digest_of_sources() -> str:
    """Return a digest of all modules of this package, and of Numba's version."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:32]
