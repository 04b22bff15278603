"""The test cluster: started once, and for each test without a job left from the last."""

from collections.abc import Iterator

import pytest

from tests.debian import Unavailable
from tests.slurm.cluster import Cluster, install_slurm, running_cluster


@pytest.fixture(scope="session")
def slurm() -> Iterator[Cluster]:
    try:
        install_slurm()
    except Unavailable as reason:
        pytest.skip(f"no Slurm: {reason}")
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def cluster(slurm) -> Iterator[Cluster]:
    """The cluster, both nodes idle."""
    yield slurm
    slurm.recover()
