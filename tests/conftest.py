"""One thread a process, searches that repeat, time limits, and the small preset built once."""

import os
import shutil
import signal
from pathlib import Path

# BLAS reads these when NumPy is first imported, and splits its sums by the number of threads:
# with more than one, neither the bits of a result nor the time of a test would be ours.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

# What a test starts uses the library of this clone too, whichever is installed.
os.environ["PYTHONPATH"] = str(Path(__file__).parents[1] / "workflow")

# A shell's background job ignores interrupts and hands that down: without a handler of our own,
# no Snakemake that a test starts there could be interrupted. And who terminates the tests wants
# what they started to end, too.
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.default_int_handler)

# ruff: noqa: E402 (after the threads are set)
import pytest
from hypothesis import settings

from tests.study_folder import PROJECT, Folder, copy_of, make_built, make_elsewhere, make_fresh
from tests.workers import (
    made_once,
    pytest_collection_modifyitems,  # noqa: F401 (hooks of pytest)
    pytest_xdist_make_scheduler,  # noqa: F401
)

# A suite that passes today passes tomorrow; to search further, `--hypothesis-profile=search`.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def compiled(tmp_path_factory) -> None:
    """Have something compiled of the inner loops of training, for every folder that is made."""
    if not any((PROJECT / "workflow").rglob("flatminima.kernels.*.nbc")):
        made_once(tmp_path_factory, "built", make_built)


@pytest.fixture
def fresh(tmp_path, compiled) -> Folder:
    """A folder in which nothing has been made yet."""
    return make_fresh(tmp_path / "study")


@pytest.fixture(scope="session")
def built_once(tmp_path_factory) -> Folder:
    """The preset, made by one call; not to be changed."""
    made = made_once(tmp_path_factory, "built", make_built)
    return copy_of(made, tmp_path_factory.mktemp("built") / "study")


@pytest.fixture(scope="session")
def built_elsewhere(tmp_path_factory, compiled) -> Folder:
    """Some of the preset, made in other circumstances; not to be changed."""
    return Folder(made_once(tmp_path_factory, "elsewhere", make_elsewhere))


@pytest.fixture
def built(built_once, tmp_path) -> Folder:
    """A copy of the built preset."""
    return copy_of(built_once.path, tmp_path / "study")


@pytest.fixture(scope="session")
def deposited(built_once, tmp_path_factory) -> Folder:
    """The preset with its crate; not to be changed."""
    folder = copy_of(built_once.path, tmp_path_factory.mktemp("deposited") / "study")
    for name in ("README.md", "LICENSE", "CITATION.cff", "pyproject.toml"):
        shutil.copy(PROJECT / name, folder.path)
    folder.snakemake("crate")
    return folder
