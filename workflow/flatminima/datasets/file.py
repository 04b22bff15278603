"""A user's own data, from a file."""

import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated
from zipfile import is_zipfile

import numpy as np

from flatminima.core.kinds import Matches, Misfit, Text
from flatminima.core.people import for_people
from flatminima.datasets import Dataset, DatasetError, DatasetKind, DataSize

__all__ = ["File", "read_dataset"]


@dataclass(frozen=True)
class File(DatasetKind):
    """Reads the user's own data."""

    path: Annotated[
        str,
        Matches(
            r"(?!-)[\w .+,=@()~/-]+",
            "a path of letters, digits, spaces and any of . _ - + , = @ ( ) ~ / that does not "
            "start with a dash",
            1000,
        ),
    ]
    """A .npz file (arrays X, y and optionally X_test, y_test), or a .csv or .parquet table."""
    target: Text | None = None
    """The target column of a table; every other column is a feature."""
    normalise: bool = False
    """Divide all targets by the norm of the least-squares solution, as the study does."""

    def size(self) -> DataSize:
        """Return the shape of the inputs."""
        try:
            return _file_size(self.path, self.target)
        except DatasetError as error:
            raise Misfit("path", f"cannot be used: {error}") from None

    def reads(self) -> str:
        """Return the user's file from which the data is read."""
        return self.path

    def draw(self, generator: np.random.Generator) -> Dataset:
        """Return the data; nothing in it is random."""
        del generator
        return read_dataset(self.path, self.target, self.normalise)

    @for_people
    def describe(self) -> str:
        """Describe the data in a few words."""
        target = "" if self.target is None else f", target {self.target}"
        return f"the file {self.path}{target}{', normalised' if self.normalise else ''}"


@cache
def _file_size(path: str, target: str | None) -> DataSize:
    dataset = read_dataset(path, target)
    return DataSize(dataset.samples, dataset.features)


def read_dataset(path: str | Path, target: str | None = None, normalise: bool = False) -> Dataset:
    """Read a user's own data.

    Args:
        path: An ``.npz`` file with arrays ``X``, ``y`` and optionally ``X_test``,
            ``y_test``; or a ``.csv`` or ``.parquet`` table of numbers.
        target: The name of the table's target column; every other column is a feature.
        normalise: Divide all targets by ||w*||.

    Raises:
        DatasetError: If the file is missing, empty, of another kind, or its content cannot
            be studied. The message starts with the path.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise DatasetError("there is no such file")
        if path.stat().st_size == 0:
            raise DatasetError("the file is empty")
        if path.suffix == ".npz":
            dataset = _read_arrays(path)
        elif path.suffix in (".csv", ".parquet"):
            dataset = _read_table(path, target)
        else:
            raise DatasetError(f"the ending {path.suffix!r} is not one of .npz, .csv, .parquet")
        return dataset.normalised() if normalise else dataset
    except DatasetError as error:
        raise DatasetError(f"{path}: {error}") from None


def _read_arrays(path: Path) -> Dataset:
    if not is_zipfile(path):
        raise DatasetError("it cannot be read as a NumPy archive (numpy.savez did not write it)")
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except Exception as error:
        raise DatasetError(f"it cannot be read as a NumPy archive ({_reason(error)})") from None
    allowed = ("X", "y", "X_test", "y_test")
    for name in ("X", "y"):
        if name not in arrays:
            raise DatasetError(f"the array {name!r} is missing; it has {sorted(arrays)}")
    for name, array in arrays.items():
        if name not in allowed:
            raise DatasetError(f"the array {name!r} is not one of {', '.join(allowed)}")
        if not np.issubdtype(array.dtype, np.number) or np.iscomplexobj(array):
            raise DatasetError(f"{name} has entries of type {array.dtype}; real numbers are needed")
        arrays[name] = array.astype(np.float64)
    return Dataset(arrays["X"], arrays["y"], arrays.get("X_test"), arrays.get("y_test"))


def _read_table(path: Path, target: str | None) -> Dataset:
    import pandas as pd  # importing it takes longer than the rest of a dry run

    try:
        if path.suffix == ".csv":
            with warnings.catch_warnings(action="error", category=pd.errors.ParserWarning):
                table = pd.read_csv(path, index_col=False)
            # pandas would rename the second of two columns with the same name
            header = pd.read_csv(path, header=None, nrows=1, dtype=str).iloc[0]
        else:
            table = pd.read_parquet(path)
            header = pd.Series(table.columns)
    except pd.errors.ParserWarning:
        raise DatasetError("a row has more entries than the header") from None
    except Exception as error:
        raise DatasetError(f"it cannot be read as a table ({_reason(error)})") from None
    if header.duplicated().any():
        raise DatasetError(f"two columns are named {header[header.duplicated()].iloc[0]!r}")
    if any(name is not None for name in table.index.names):
        raise DatasetError(f"{list(table.index.names)} is an index; make it a column or drop it")
    if len(table) == 0:
        raise DatasetError("the table has 0 rows; at least 2 are needed")
    if target is None:
        raise DatasetError("a table needs `target`, the name of its target column")
    if target not in table.columns:
        more = " and more" if len(table.columns) > 20 else ""
        raise DatasetError(
            f"there is no column {target!r}; there are {list(table.columns[:20])}{more}"
        )
    for name, column in table.items():
        if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
            raise DatasetError(f"the column {name!r} holds something that is not a number")
    features = table.drop(columns=target).to_numpy(dtype=np.float64, na_value=np.nan)
    return Dataset(features, table[target].to_numpy(dtype=np.float64, na_value=np.nan))


def _reason(error: Exception) -> str:
    """The first line of an error, or its class if it has no message."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__
