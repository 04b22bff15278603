"""How kernels are compiled, and how jobs share what was compiled.

A kernel's machine code is kept in files of its own for each signature, processor and state of
the sources of this package.  Numba's own choice of files would not do: it sees no change of a
module whose functions a kernel calls, and its index, one a function, loses or confuses entries
when two jobs write at once.  Here a file appears under its name when it is whole, and of jobs
that want the same kernel one compiles it while the others wait.
"""

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

# A function's symbol ends in a number that Numba counts up from 1 in each process.  Machine code
# of two processes may then have one symbol for two functions (say, of two activations), and a
# third process that loads both would call one of them for both.  Drawn numbers never meet.
FunctionIdentity._unique_ids = iter(lambda: secrets.randbits(64), None)

PATIENCE = 30
"""Seconds that a job waits for another to compile what both want."""

# With NumPy's errors a division by zero is no exception, for which every lane would be looked at.
compiled = numba.njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""Compile a function that only compiled ones call: there is no way to it from Python."""

spliced = numba.njit(error_model="numpy", inline="always")
"""The same, written out in its callers before they are compiled.

A function is optimised with all that it calls, once more at each level of calls: what is high up
and called from one place is compiled sooner as a part of its caller.
"""


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
        self.turn: _Turn | None = None

    def load(self, key: tuple) -> object | None:
        """Return what was saved under a key, perhaps by a job that is about to.

        None if nothing was, or not whole: then it is this job's turn to compile and to `save`.
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
        """Save under a key, and remove what sources that are no more have left."""
        for file in self.folder.glob(f"{self.name}.*"):
            if not file.name.startswith(f"{self.name}.{_digest_of_sources()}."):
                file.unlink(missing_ok=True)
        file = self._file(key)
        file.flush()
        file.save(self.name, data)
        if self.turn is not None:
            self.turn.end()

    def _read(self, key: tuple) -> object | None:
        try:
            return self._file(key).load(self.name)
        except Exception:  # whatever a damaged file makes of its reader
            return None

    def _file(self, key: tuple) -> IndexDataCacheFile:
        return IndexDataCacheFile(str(self.folder), self._name(key), numba.__version__)

    def _name(self, key: tuple) -> str:
        signature, machine, _ = key  # the rest is of the function itself, which the sources hold
        digest = hashlib.sha256(repr((signature, machine)).encode()).hexdigest()[:32]
        return f"{self.name}.{_digest_of_sources()}.{digest}"


class _Turn:
    """The turn of this job among all that want one file: it begins when no other job has it.

    One that ends, however it does, gives its turn up.  After `PATIENCE`, and where files cannot be
    locked, a job goes on without: it compiles what another may compile too, which takes time and
    changes nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.open("w")
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
        """Let the next job have its turn."""
        self.path.unlink(missing_ok=True)
        self.file.close()


@cache
def _digest_of_sources() -> str:
    """Return a digest of all modules of this package, and of Numba's version."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:32]
