"""What every script does around its one call: a log, checked files, errors in one line."""

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from flatminima.datasets import Dataset
from flatminima_study.tables import (
    Record,
    read_dataset,
    read_table,
    summary_as_text,
    write_dataset,
    write_figure,
    write_table,
    write_text,
)

__all__ = ["Job", "running_job"]


@dataclass
class Job:
    """A running script: its log, and the files it reads and writes.

    Attributes:
        logger: Where progress goes.
        made_from: The files read so far, with their checksums: every file written after
            names them in its record.
    """

    logger: logging.Logger
    made_from: dict[str, str] = field(default_factory=dict)

    def read_table(self, path: str, parameters: Mapping[str, Any]) -> pd.DataFrame:
        """Read a table that these parameters made (see `tables.read_table`)."""
        table, self.made_from[path] = read_table(path, parameters)
        return table

    def read_dataset(self, path: str, parameters: Mapping[str, Any]) -> Dataset:
        """Read a dataset that these parameters made (see `tables.read_table`)."""
        dataset, self.made_from[path] = read_dataset(path, parameters)
        return dataset

    def read_datasets(
        self, paths: Iterable[str], parameters: Iterable[Mapping[str, Any]]
    ) -> dict[str, Dataset]:
        """Read several datasets, by their names."""
        return {
            expected["name"]: self.read_dataset(path, expected)
            for path, expected in zip(paths, parameters, strict=True)
        }

    def note_user_file(self, path: str) -> None:
        """Remember a file of the user's own among those read."""
        self.made_from[path] = sha256(Path(path).read_bytes()).hexdigest()

    def write_dataset(self, path: str, dataset: Dataset, parameters: Mapping[str, Any]) -> None:
        """Write a dataset with its record."""
        write_dataset(path, dataset, Record(parameters, self.made_from))

    def write_table(self, path: str, table: pd.DataFrame, parameters: Mapping[str, Any]) -> None:
        """Write a table with its record."""
        write_table(path, table, Record(parameters, self.made_from))

    def write_figure(self, paths: Iterable[str], save: Callable[[Path], None]) -> None:
        """Write a figure or page to each of some paths with a function that saves it to one."""
        for path in paths:
            write_figure(path, save, self.made_from)

    def write_page(self, path: str, text: str) -> None:
        """Write a page, as UTF-8 with the same ends of lines everywhere."""
        self.write_figure(
            [path], lambda place: place.write_text(text, encoding="utf-8", newline="\n")
        )

    def write_summary(
        self, parquet: str, csv: str, table: pd.DataFrame, parameters: Mapping[str, Any]
    ) -> None:
        """Write a summary for the next rule, with its record, and as CSV for people."""
        self.write_table(parquet, table, parameters)
        write_text(csv, summary_as_text(table))


@contextmanager
def running_job(log: str) -> Iterator[Job]:
    """Run a script's work with a log; end a failure with its one line on the terminal.

    The traceback goes to the log.
    """
    logger = logging.getLogger("flatminima")
    logger.setLevel(logging.INFO)
    logging.raiseExceptions = False  # on a full disk the job's own error is to be seen
    try:
        handler = logging.FileHandler(log, mode="w")
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
        logger.addHandler(handler)
        yield Job(logger)
        logger.info("done")
    except Exception as error:
        if logger.handlers:
            logger.exception("failed")
        print(f"{type(error).__name__}: {error} (log: {log})", file=sys.stderr)
        sys.exit(1)
