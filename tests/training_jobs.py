"""Finds the processes that train networks, to disturb them at work."""

from collections.abc import Iterable

import psutil


def training_jobs(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Return those of some processes that train: their log is open."""
    return [process for process in processes if _is_training(process)]


def _is_training(process: psutil.Process) -> bool:
    try:
        return process.cmdline()[-1].endswith("train_runs.py") and any(
            file.path.endswith(".log") for file in process.open_files()
        )
    except (psutil.Error, IndexError):  # it has ended meanwhile
        return False
