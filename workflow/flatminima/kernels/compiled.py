"""How kernels are compiled, and how jobs share the machine code.

A kernel's machine code is kept in files of its own for each signature, processor and state of
its sources: this package, the module that defines the kernel, and everything in the project that
this module imports.  Numba's own files would not do: Numba does not notice a change of a module
whose functions a kernel calls, and its index of a function loses or confuses entries when two jobs
write at the same time.  Here a file appears under its name when it is whole.  Of several jobs that
need the same kernel, one compiles it while the others wait.
"""

import ast
import fcntl
import hashlib
import secrets
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numba
from numba.core.bytecode import FunctionIdentity
from numba.core.caching import IndexDataCacheFile

__all__ = ["compiled", "kernel", "spliced"]

# A function's symbol ends in a number that Numba counts up from 1 in each process.  So machine code
# from two processes can have the same symbol for two functions (say, two activations), and a third
# process that loads both would call one of them for both.  Random numbers do not collide.
FunctionIdentity._unique_ids = iter(lambda: secrets.randbits(64), None)

ROOT = Path(__file__).parents[2]
"""The folder of the project's packages."""

PATIENCE = 30
"""Seconds that a job waits for another one to compile what both need."""

# With NumPy's error model a division by zero raises nothing, so the lanes need not be checked.
compiled = numba.njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""Compile a function that only compiled functions call; Python cannot call it."""

spliced = numba.njit(error_model="numpy", inline="always")
"""The same for a function that is inlined into its callers before they are compiled.

A function is optimised together with everything that it calls, again at each level of calls.  So a
function that is called high up and in one place is compiled faster as a part of its caller.
"""


def kernel(function: Callable, variant: str = "") -> Callable:
    """Compile a function that Python calls, and keep its machine code in files.

    Args:
        function: The function.
        variant: What distinguishes it from others of its name: the values it closes over. They
            must come from this package or from what the function's module imports.
    """
    dispatcher = numba.njit(error_model="numpy", cache=True)(function)
    files = dispatcher._cache
    name = ".".join(filter(None, [function.__module__, function.__name__, variant]))
    files._cache_file = _OneFileEach(Path(files.cache_path), name, function.__module__)
    return dispatcher


class _OneFileEach:
    """The part of Numba's cache that finds and keeps machine code by its key."""

    def __init__(self, folder: Path, name: str, module: str) -> None:
        self.folder = folder
        self.name = name
        self.module = module
        self.turn: _Turn | None = None

    def load(self, key: tuple) -> object | None:
        """Return what was saved under a key, perhaps by a job that is just compiling it.

        None if there is nothing whole.  Then it is this job's turn to compile and to `save`.
        """
        data = self._read(key)
        if data is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.turn = _Turn(self.folder / f"{self._name(key)}.lock")
            data = self._read(key)
            if data is not None:
                self.turn.end()
        return data

    def save(self, key: tuple, data: object) -> None:
        """Save under a key, and remove the files of sources that no longer exist."""
        for file in self.folder.glob(f"{self.name}.*"):
            if not file.name.startswith(f"{self.name}.{_digest_of_sources(self.module)}."):
                file.unlink(missing_ok=True)
        file = self._file(key)
        file.flush()
        file.save(self.name, data)
        if self.turn is not None:
            self.turn.end()

    def _read(self, key: tuple) -> object | None:
        try:
            return self._file(key).load(self.name)
        except Exception:  # whatever a damaged file does to its reader
            return None

    def _file(self, key: tuple) -> IndexDataCacheFile:
        return IndexDataCacheFile(str(self.folder), self._name(key), numba.__version__)

    def _name(self, key: tuple) -> str:
        signature, machine, _ = key  # the rest belongs to the function, which is in the sources
        digest = hashlib.sha256(repr((signature, machine)).encode()).hexdigest()[:32]
        return f"{self.name}.{_digest_of_sources(self.module)}.{digest}"


class _Turn:
    """The turn of this job among all jobs that need a file; it begins when no other job has it.

    A job that ends, in whatever way, gives up its turn.  After `PATIENCE`, and where files cannot
    be locked, a job goes on without a turn.  It then compiles what another job may compile too,
    which takes time but changes nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.open("w", encoding="utf-8")
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.05)
            except OSError:
                return  # a file system without locks
            else:
                return

    def end(self) -> None:
        """Give the turn to the next job."""
        self.path.unlink(missing_ok=True)
        self.file.close()


@cache
def _digest_of_sources(module: str) -> str:
    """Return a digest of the sources of a module's kernels, and of Numba's version."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(_sources(module)):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def _sources(module: str) -> set[Path]:
    """Return the files of this package, and of a module with all that it imports of the project.

    This package imports nothing else of the project.
    """
    found = set(Path(__file__).parent.glob("*.py"))
    waiting = [module]
    while waiting:
        base = ROOT.joinpath(*waiting.pop().split("."))
        for path in (base.with_suffix(".py"), base / "__init__.py"):
            if path.is_file() and path not in found:
                found.add(path)
                waiting += _imported_by(path)
    return found


def _imported_by(path: Path) -> list[str]:
    """Return the dotted names that a file imports: modules, and what may be one."""
    names = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names
