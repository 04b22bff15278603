"""Installs Debian's packages where a test needs a program that is missing, and starts nothing."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

SEARCH_PATH = f"{os.environ['PATH']}:/usr/sbin"
POLICY = Path("/usr/sbin/policy-rc.d")
LOCK = Path("/run/lock/flatminima-tests")


class Unavailable(Exception):
    """Why a program that a test needs cannot be had on this machine."""


def install(programs: Iterable[str], packages: Iterable[str]) -> None:
    """Install packages unless all of some programs are there."""
    missing = [program for program in programs if not shutil.which(program, path=SEARCH_PATH)]
    if not missing:
        return
    what = f"{' and '.join(missing)} not found"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Unavailable(f"{what}; on Debian, root can install {' '.join(packages)}")
    with LOCK.open("w") as lock:
        flock(lock, LOCK_EX)  # apt does not wait for an update of another process
        with _no_daemon_starts():
            _install(packages, what)


def _install(packages: Iterable[str], what: str) -> None:
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        result = subprocess.run(
            ["apt-get", "--quiet", "--option", "DPkg::Lock::Timeout=300", *command],
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise Unavailable(f"{what}; apt-get {command[0]} failed: {result.stderr.strip()}")


@contextmanager
def _no_daemon_starts() -> Iterator[None]:
    """Forbid packages to start their daemons, as long as nobody else rules on that."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
