"""One thread a process, searches that repeat, and the small preset built once."""

import os
import shutil

# BLAS reads these when NumPy is first imported, and splits its sums by the number of threads:
# with more than one, neither the bits of a result nor the time of a test would be ours.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

# ruff: noqa: E402 (after the threads are set)
import pytest
from hypothesis import settings

from tests.study_folder import PROJECT, Folder, make_fresh

# A suite that passes today passes tomorrow; to search further, `--hypothesis-profile=search`.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("suite")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what cannot be there twice, or is slow to set up, in one process."""
    for item in items:
        if {"cluster", "browser"} & set(item.fixturenames):
            item.add_marker(pytest.mark.xdist_group("real machines"))


@pytest.fixture
def fresh(tmp_path) -> Folder:
    """A folder in which nothing has been made yet."""
    return make_fresh(tmp_path / "study")


@pytest.fixture(scope="session")
def built_once(tmp_path_factory) -> Folder:
    """The preset, made by one call; not to be changed."""
    folder = make_fresh(tmp_path_factory.mktemp("built") / "study")
    folder.snakemake()
    return folder


@pytest.fixture
def built(built_once, tmp_path) -> Folder:
    """A copy of the built preset, times and Snakemake's own records included."""
    shutil.copytree(built_once.path, tmp_path / "study", symlinks=True)
    return Folder(tmp_path / "study")


@pytest.fixture(scope="session")
def deposited(built_once, tmp_path_factory) -> Folder:
    """The preset with its crate; not to be changed."""
    folder = Folder(tmp_path_factory.mktemp("deposited") / "study")
    shutil.copytree(built_once.path, folder.path, symlinks=True)
    for name in ("README.md", "LICENSE", "CITATION.cff", "pyproject.toml"):
        shutil.copy(PROJECT / name, folder.path)
    folder.snakemake("crate")
    return folder
