"""What every script does around its one call: logging, checked files, errors in one line."""

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from flatminima.core.people import within_a_job
from flatminima.datasets import Dataset
from flatminima_study.files.seals import checksum_of
from flatminima_study.files.tables import (
    Record,
    read_dataset,
    read_sealed,
    read_table,
    summary_as_text,
    write_dataset,
    write_figure,
    write_table,
    write_text,
)

__all__ = ["Job", "running_job"]

WORKFLOW = Path(__file__).parents[2]


@dataclass(frozen=True)
class Job:
    """A running script, with its log and the files that it reads and writes.

    Attributes:
        logger: The log of its progress.
        record: What its files record about themselves, without a path. Every file that is read
            joins `made_from`, so that the files written afterwards name it.
    """

    logger: logging.Logger
    record: Record

    @staticmethod
    def name_of(path: str) -> str:
        """Return the name of the block of the configuration to which a file belongs."""
        return Path(path).stem

    def read_table(self, path: str) -> pd.DataFrame:
        """Read a table (see `tables.read_table`)."""
        table, self.record.made_from[path] = read_table(path)
        return table

    def read_tables(self, paths: Iterable[str]) -> pd.DataFrame:
        """Read several tables and concatenate them."""
        return pd.concat([self.read_table(path) for path in paths], ignore_index=True)

    def read_dataset(self, path: str) -> Dataset:
        """Read a dataset (see `tables.read_table`)."""
        dataset, self.record.made_from[path] = read_dataset(path)
        return dataset

    def read_datasets(self, paths: Iterable[str]) -> dict[str, Dataset]:
        """Read several datasets, by their names."""
        return {self.name_of(path): self.read_dataset(path) for path in paths}

    def read_figure(self, path: str) -> bytes:
        """Read a figure (see `tables.read_sealed`)."""
        content, self.record.made_from[path], _ = read_sealed(path)
        return content

    def note_user_file(self, path: str) -> None:
        """Count a file of the user among the files that were read."""
        self.record.made_from[path] = checksum_of(path)

    def write_dataset(self, path: str, dataset: Dataset) -> None:
        """Write a dataset with its record."""
        write_dataset(path, dataset, self._record(path))

    def write_table(self, path: str, table: pd.DataFrame) -> None:
        """Write a table with its record."""
        write_table(path, table, self._record(path))

    def write_summary(self, output: Mapping[str, str], table: pd.DataFrame) -> None:
        """Write a summary for the next rule, as ``parquet``, and as ``csv`` for people."""
        self.write_table(output.parquet, table)
        write_text(output.csv, summary_as_text(table))

    def write_figure(self, paths: Iterable[str], save: Callable[[Path], None]) -> None:
        """Write a figure to several paths with a function that saves it to one path."""
        for path in paths:
            write_figure(path, save, self._record(path))

    def _record(self, path: str) -> Record:
        return replace(self.record, path=Path(path).as_posix())


@contextmanager
def running_job(snakemake: Any) -> Iterator[Job]:
    """Run a script's work with a log; print one line on the terminal if it fails.

    The traceback goes to the log.

    Args:
        snakemake: The object that Snakemake gives to the script.
    """
    log = snakemake.log[0]
    logger = logging.getLogger("flatminima")
    logger.setLevel(logging.INFO)
    logging.raiseExceptions = False  # on a full disk the job's own error should be visible
    parameters = dict(snakemake.params.items())
    parameters.pop("description", None)  # it is only for Snakemake's report
    code = parameters.pop("code", None)
    try:
        handler = logging.FileHandler(log, mode="w", encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
        logger.addHandler(handler)
        # A job whose code is a parameter must not ask for what the parameter leaves out.
        with nullcontext() if code is None else within_a_job():
            wildcards = dict(snakemake.wildcards.items())
            yield Job(logger, Record("", snakemake.rule, wildcards, parameters, code or {}, {}))
        if code is not None:
            _check_code(code)
        logger.info("done")
    except Exception as error:
        if logger.handlers:
            logger.exception("failed")
        print(f"{type(error).__name__}: {error} (log: {log})", file=sys.stderr)
        sys.exit(1)


def _check_code(code: Mapping[str, str]) -> None:
    """Refuse a result if code was loaded that is not among the code of the job."""
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    ours = (Path(file) for file in files if file and Path(file).is_relative_to(WORKFLOW))
    missing = {path.relative_to(WORKFLOW).as_posix() for path in ours} - set(code)
    if missing:
        raise RuntimeError(f"the job used code that is not among its parameters: {sorted(missing)}")
