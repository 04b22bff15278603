"""Starts programs so that all they leave behind can be found, waited for and ended.

A program leads a session of its own, which its children stay in when it is killed. What it
prints goes to files: a pipe would stay open for as long as any of them lives.
"""

import atexit
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, Self

import psutil

LONGEST = 1500
"""Seconds after which what a test waits for counts as hung, on a machine busy with other work."""
STOPPED = (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
ENDED = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)


def wait_until(condition: Callable[[], Any], what: str, every: float = 0.1) -> Any:
    """Wait until a condition is true, and return what it gave."""
    deadline = time.monotonic() + LONGEST
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not after {LONGEST} s: {what}"
        time.sleep(every)
    return found


class Session:
    """A running program, and all that it started; at the end of a `with` block all has ended."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self._command = command
        self._printed = NamedTemporaryFile()  # noqa: SIM115 (`end` closes it)
        self._errors = NamedTemporaryFile()  # noqa: SIM115
        self._leader = self._start(folder, os.environ | environment)

    def _start(self, folder: Path, environment: dict[str, str]) -> "subprocess.Popen | WarmPython":
        return subprocess.Popen(
            self._command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._printed,
            stderr=self._errors,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def output(self) -> str:
        """What has been printed so far."""
        return _content(self._printed)

    @property
    def errors(self) -> str:
        """What has been printed so far as errors, where Snakemake tells its progress."""
        return _content(self._errors)

    def leader(self) -> psutil.Process:
        """Return the program itself, while it runs."""
        assert self._leader.poll() is None, f"it has ended:\n{self.output}{self.errors}"
        return psutil.Process(self._leader.pid)

    def running(self) -> list[psutil.Process]:
        """Return the program and what it started, as far as they run or are suspended."""
        return [process for process in psutil.process_iter() if self._has(process)]

    def _has(self, process: psutil.Process) -> bool:
        try:
            same = os.getsid(process.pid) == self._leader.pid
            return same and process.status() not in ENDED
        except (OSError, psutil.Error):  # it has just ended
            return False

    def suspend(self) -> None:
        """Suspend everything, so that nothing moves until `resume`."""

        told = set()

        def all_stopped() -> bool:
            moving = [process for process in self.running() if not _is_stopped(process, told)]
            for process in moving:
                send(process, signal.SIGSTOP)
            told.update(moving)
            return not moving  # what was not there when we looked, is found next time

        wait_until(all_stopped, "all processes are suspended", every=0.01)

    def resume(self) -> None:
        for process in self.running():
            send(process, signal.SIGCONT)

    def kill_leader(self) -> None:
        """Kill the program alone, and wait until it has gone."""
        self._leader.kill()
        self._leader.wait(LONGEST)

    def interrupt(self) -> None:
        """Interrupt the program alone."""
        self._leader.send_signal(signal.SIGINT)

    def wait_until(self, condition: Callable[[], Any], what: str) -> Any:
        """Wait until a condition is true, which can only happen while the program runs."""
        return wait_until(lambda: self.leader() and condition(), what)

    def wait(self) -> int:
        """Wait until the program has ended, and return its code; what it started may run on."""
        try:
            return self._leader.wait(LONGEST)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"no end after {LONGEST} s:\n{self.output}{self.errors}") from None

    def wait_for_all(self) -> None:
        """Wait until everything has ended."""
        wait_until(lambda: not self.running(), "all processes have ended")

    def finish(self, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Wait until the program has ended, and demand that it went well."""
        code = self.wait()
        assert not (check and code), self.output + self.errors
        return subprocess.CompletedProcess(self._command, code, self.output, self.errors)

    def end(self) -> None:
        """Kill everything that still runs or is suspended."""

        def all_killed() -> bool:
            running = self.running()
            for process in running:
                send(process, signal.SIGKILL)
            return not running

        wait_until(all_killed, "all processes are killed", every=0.01)
        self._leader.wait(LONGEST)
        self._printed.close()
        self._errors.close()


class WarmSession(Session):
    """A session whose command is a module of Python with its arguments, see `WarmPython`."""

    def _start(self, folder: Path, environment: dict[str, str]) -> "WarmPython":
        files = (self._printed.name, self._errors.name)
        return WarmPython(self._command, folder, environment, files)


SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["snakemake.cli", "pydantic"])


class WarmPython:
    """A program that a process runs which has imported Snakemake, but nothing of this project.

    To import Snakemake takes half the time of a dry run. The methods are those of `Popen`.
    """

    def __init__(
        self, command: list[str], folder: Path, environment: dict[str, str], files: tuple[str, str]
    ) -> None:
        self._process = SERVER.Process(target=_run, args=(command, folder, environment, files))
        self._process.start()
        self.pid = self._process.pid
        wait_until(self._leads_a_session, "the session begins", every=0.002)

    def _leads_a_session(self) -> bool:
        return self.poll() is not None or os.getsid(self.pid) == self.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        if self.poll() is None:
            raise subprocess.TimeoutExpired("Snakemake", timeout)
        return self.poll()

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)


def _run(
    command: list[str], folder: Path, environment: dict[str, str], files: tuple[str, str]
) -> None:
    """Be the program, as `python -m` would run it."""
    os.setsid()
    for stream, name in enumerate(files, start=1):
        with open(name, "ab") as file:
            os.dup2(file.fileno(), stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[:] = command
    try:
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()  # which a child of this kind leaves out before Python 3.13


def _is_stopped(process: psutil.Process, told: set[psutil.Process]) -> bool:
    try:
        status = process.status()
    except psutil.NoSuchProcess:
        return True
    # one that waits inside the kernel stops before it does anything else
    return status in STOPPED or (status == psutil.STATUS_DISK_SLEEP and process in told)


def send(process: psutil.Process, number: signal.Signals) -> None:
    """Send a signal to a process, if it has not ended."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def _content(file: IO[bytes]) -> str:
    """Read a file without moving the place where the program writes next."""
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode()
