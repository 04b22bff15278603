"""What every script does around its one call: a log, checked files, errors in one line."""

import gc
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
from flatminima.people import begin_job
from flatminima_study.files.tables import (
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

WORKFLOW = Path(__file__).parents[2]


@dataclass
class Job:
    """A running script: its log, and the files it reads and writes.

    Attributes:
        logger: Where progress goes.
        recipe: The ``job``, its own ``parameters`` and the digest of its ``code``.
        made_from: The files read so far, with their checksums: every file written after
            names them in its record.
    """

    logger: logging.Logger
    recipe: Mapping[str, Any]
    made_from: dict[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The job's own parameters."""
        return self.recipe["parameters"]

    def read_table(self, path: str) -> pd.DataFrame:
        """Read a table (see `tables.read_table`)."""
        table, self.made_from[path] = read_table(path)
        return table

    def read_tables(self, paths: Iterable[str]) -> pd.DataFrame:
        """Read several tables, one below the other."""
        return pd.concat([self.read_table(path) for path in paths], ignore_index=True)

    def read_dataset(self, path: str) -> Dataset:
        """Read a dataset (see `tables.read_table`)."""
        dataset, self.made_from[path] = read_dataset(path)
        return dataset

    def read_datasets(self, paths: Iterable[str]) -> dict[str, Dataset]:
        """Read several datasets, by their names."""
        return {Path(path).stem: self.read_dataset(path) for path in paths}

    def note_user_file(self, path: str) -> None:
        """Remember a file of the user's own among those read."""
        self.made_from[path] = sha256(Path(path).read_bytes()).hexdigest()

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
        """Write a figure or page to each of some paths with a function that saves it to one."""
        for path in paths:
            write_figure(path, save, self._record(path))

    def write_page(self, path: str, text: str) -> None:
        """Write a page, as UTF-8 with the same ends of lines everywhere."""
        self.write_figure(
            [path], lambda place: place.write_text(text, encoding="utf-8", newline="\n")
        )

    def _record(self, path: str) -> Record:
        return Record(path=Path(path).as_posix(), made_from=self.made_from, **self.recipe)


@contextmanager
def running_job(snakemake: Any) -> Iterator[Job]:
    """Run a script's work with a log; end a failure with its one line on the terminal.

    The traceback goes to the log.

    Args:
        snakemake: What Snakemake gives the script.
    """
    # As in the Snakefile: what was imported stays, and the collector of cycles looks at it seldom.
    gc.set_threshold(100_000, 20, 20)
    log = snakemake.log[0]
    logger = logging.getLogger("flatminima")
    logger.setLevel(logging.INFO)
    logging.raiseExceptions = False  # on a full disk the job's own error is to be seen
    try:
        handler = logging.FileHandler(log, mode="w")
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
        logger.addHandler(handler)
        begin_job()
        recipe = snakemake.params.get("recipe", {})
        yield Job(logger, recipe)
        _check_code(recipe)
        logger.info("done")
    except Exception as error:
        if logger.handlers:
            logger.exception("failed")
        print(f"{type(error).__name__}: {error} (log: {log})", file=sys.stderr)
        sys.exit(1)


def _check_code(recipe: Mapping[str, Any]) -> None:
    """Refuse a result that code decided which is not among the code of its job."""
    loaded = {getattr(module, "__file__", None) for module in sys.modules.values()}
    ours = {Path(path) for path in loaded if path and Path(path).is_relative_to(WORKFLOW)}
    missing = {path.relative_to(WORKFLOW).as_posix() for path in ours} - set(recipe.get("code", ()))
    if "code" in recipe and missing:
        raise RuntimeError(f"the job used code that is not among its parameters: {sorted(missing)}")
