"""How pytest-xdist spreads the tests over its processes, and how these share what is slow to make.

Tests stand in one line, those that take longest first, and each worker takes the next unit: a
whole group that needs one machine of its own, a whole module, or a single slow test.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from tempfile import mkdtemp

import pytest

GROUPS = {
    "tests/slurm/": "cluster",  # started once
    "tests/workflow/test_crate": "crate",  # the preset with its crate, made once
    "tests/workflow/test_same_bytes": "elsewhere",  # the preset made elsewhere, once
    "tests/workflow/test_jobs": "elsewhere",
    "tests/browser/": "browser",  # started once, with the preset
}
"""What one worker does, as paths begin: else the cluster would be there twice."""

ONE_BY_ONE = "tests/workflow/"
"""Tests of minutes and seconds that any worker may take, each by itself."""


def unit_of(nodeid: str) -> str:
    """Return the name of the unit that a test belongs to."""
    for beginning, group in GROUPS.items():
        if nodeid.startswith(beginning):
            return group
    return nodeid if nodeid.startswith(ONE_BY_ONE) else nodeid.partition("::")[0]


FIRST = (*GROUPS, ONE_BY_ONE)
LAST_PLACE = len(FIRST)
"""The place of the tests that start no Snakemake."""


def place_of(nodeid: str) -> int:
    """Return how early a test has its turn: the smaller, the earlier."""
    places = (place for place, path in enumerate(FIRST) if nodeid.startswith(path))
    return next(places, LAST_PLACE)


MINUTES = 40
"""How long a test may take that starts Snakemake, and may have to make the preset before."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put those first that take longest, and give those time that start Snakemake."""
    items.sort(key=lambda item: place_of(item.nodeid))
    for item in items:
        if place_of(item.nodeid) < LAST_PLACE:
            item.add_marker(pytest.mark.timeout(60 * MINUTES))


@pytest.hookimpl(optionalhook=True)  # without xdist there is nothing to spread
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Return a scheduler of xdist that keeps units together, in the order of the tests.

    Its own `--dist=loadgroup` does not see the groups since pytest 9.2. Another way that is asked
    for stays as it is.
    """
    if config.option.dist != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class UnitScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit_of(nodeid)

    config.option.loadscopereorder = False  # which would put the most tests first
    return UnitScheduling(config, log)


def common_folder(factory: pytest.TempPathFactory) -> Path:
    """Return a temporary folder that all workers of this run share."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Keep other workers out for as long as the block takes."""
    with lock.open("w") as file:
        flock(file, LOCK_EX)
        yield


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that the first worker to ask makes, while the others wait for it.

    It is renamed when it is whole: a worker that failed leaves the next one to try.
    """
    folder = common_folder(factory) / name
    with alone(folder.with_suffix(".lock")):
        if not folder.exists():
            attempt = Path(mkdtemp(dir=folder.parent, prefix=f"{name}-")) / name
            make(attempt)
            attempt.rename(folder)
    return folder
