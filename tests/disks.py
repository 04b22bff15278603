"""Disks that are full, or that cannot be written."""

import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def mounted(*arguments: str, at: Path):
    """Mount something for as long as the block takes; skip where that is not allowed."""
    done = subprocess.run(["mount", *arguments, str(at)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"cannot mount here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(at)], check=True)


def fill(folder: Path) -> Path:
    """Fill the disk of a folder to the last byte, and return the file that does."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (4096, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    return filler
