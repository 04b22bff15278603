"""Files between two rules: written whole or not at all, with what made them inside."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from flatminima.datasets import Dataset

__all__ = [
    "read_dataset",
    "read_parameters",
    "read_table",
    "write_dataset",
    "write_summary",
    "write_table",
    "written_whole",
]

PARAMETERS = b"flatminima.parameters"
"""The key of the parameters in a Parquet file's metadata."""


@contextmanager
def written_whole(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside the real one, and rename it when all went well.

    A job that is killed leaves nothing that passes for its output.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp{path.suffix}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_table(
    path: str | Path, table: pd.DataFrame, parameters: Mapping[str, Any] | None = None
) -> None:
    """Write a table as Parquet, the parameters that made it in its metadata."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    if parameters is not None:
        metadata = {PARAMETERS: json.dumps(parameters, sort_keys=True).encode()}
        arrow = arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), **metadata})
    with written_whole(path) as temporary:
        pq.write_table(arrow, temporary, compression="zstd")


def write_summary(outputs: Any, table: pd.DataFrame) -> None:
    """Write a summary for the next rule and for people: ``outputs.parquet``, ``outputs.csv``."""
    write_table(outputs.parquet, table)
    with written_whole(outputs.csv) as temporary:
        table.to_csv(temporary, index=False)


def read_table(path: str | Path) -> pd.DataFrame:
    """Read a Parquet table."""
    return pd.read_parquet(path)


def read_parameters(path: str | Path) -> dict[str, Any]:
    """Read the parameters that made a Parquet table."""
    return json.loads(pq.read_schema(path).metadata[PARAMETERS])


def write_dataset(path: str | Path, dataset: Dataset) -> None:
    """Write a dataset as an .npz file with X, y and, where there is one, its test set."""
    arrays = {"X": dataset.inputs, "y": dataset.targets}
    if dataset.test_inputs is not None:
        arrays |= {"X_test": dataset.test_inputs, "y_test": dataset.test_targets}
    with written_whole(path) as temporary:
        np.savez(temporary, **arrays)


def read_dataset(path: str | Path) -> Dataset:
    """Read a dataset that `write_dataset` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        return Dataset(arrays["X"], arrays["y"], arrays.get("X_test"), arrays.get("y_test"))
