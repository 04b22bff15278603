"""A user's table: its columns as float64 numbers or as words.

A text file is read as text by pandas, and its numbers by one rule, so that no entry is taken for
another number than a person reads.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from flatminima.datasets import DatasetError
from flatminima.datasets.file import ending_of

if TYPE_CHECKING:
    from flatminima.datasets.file import File

__all__ = ["column_of", "counts_rows", "is_unnamed", "read_table"]

MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
"""The entries that pandas takes for missing values."""

SEPARATORS = {".csv": ",", ".tsv": "\t", ".txt": "whitespace"}

LARGEST_INTEGER = 2**53
"""The largest number up to which float64 has every integer."""


def read_table(path: Path, keys: "File") -> pd.DataFrame:
    """Read a table; the columns of a text file hold text, with missing values marked.

    Raises:
        DatasetError: If it cannot be read, or its columns cannot be told apart by name.
    """
    try:
        if ending_of(path) == ".parquet":
            table = pd.read_parquet(path)
            names = [str(name) for name in table.columns]
        else:
            table, names = _read_text(path, keys)
    except DatasetError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        text = isinstance(error, UnicodeError) and ending_of(path) != ".parquet"
        hint = f": it is not {keys.encoding or 'UTF-8'} text; give its encoding" if text else ""
        raise DatasetError(f"it cannot be read as a table ({reason}){hint}") from None
    if any(name is not None for name in table.index.names):
        raise DatasetError(f"{list(table.index.names)} is an index; make it a column or drop it")
    for name in names:
        if names.count(name) > 1:
            raise DatasetError(f"two columns are named {name!r}")
    if len(table) == 0:
        raise DatasetError("the table has 0 rows; at least 2 are needed")
    return table.set_axis(names, axis="columns").reset_index(drop=True)


def _read_text(path: Path, keys: "File") -> tuple[pd.DataFrame, list[str]]:
    separator = keys.separator or SEPARATORS[ending_of(path)]
    try:
        cells = pd.read_csv(
            path,
            sep=r"\s+" if separator == "whitespace" else separator,
            header=None,
            dtype=str,
            na_filter=False,
            encoding=keys.encoding or "utf-8-sig",
        )
    except LookupError:
        raise DatasetError(f"there is no encoding {keys.encoding!r}") from None
    except pd.errors.ParserError as error:
        found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        if found is None:
            raise
        expected, line, saw = found.groups()
        raise DatasetError(
            f"line {line} has {saw} entries, more than the {expected} of the header"
        ) from None
    cells = cells.apply(lambda column: column.str.strip())
    names = [name or f"Unnamed: {place}" for place, name in enumerate(cells.iloc[0])]
    _check_header(names)
    words = MISSING if keys.missing is None else ("", *map(str, keys.missing))
    table = cells.iloc[1:]
    return table.mask(table.isin(words)), names


def _check_header(names: Sequence[str]) -> None:
    """Refuse a first row that holds numbers, which belong to the data."""
    if all(re.fullmatch(_number(".", None), name) for name in names):
        integers = [int(name) for name in names if name.isdecimal()]
        if integers not in (list(range(len(names))), list(range(1, len(names) + 1))):
            raise DatasetError("its first row holds numbers; it must hold the names of the columns")


def is_unnamed(name: str) -> bool:
    """Say whether a column has no name, or the one that pandas gives to an index."""
    return re.fullmatch(r"Unnamed: \d+(_level_\d+)*|__index_level_\d+__", name) is not None


def counts_rows(column: pd.Series) -> bool:
    """Say whether a column holds 0, 1, 2, … or 1, 2, 3, …."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return any(np.array_equal(numbers, start + np.arange(len(numbers))) for start in (0, 1))


def column_of(column: pd.Series, keys: "File") -> np.ndarray | pd.Series:
    """Return a column as float64, NaN where a value is missing, or as words.

    Raises:
        DatasetError: If it holds something else, or an integer that float64 does not have.
    """
    name = column.name
    if ending_of(keys.path) != ".parquet":
        return _from_text(column, keys)
    if pd.api.types.is_object_dtype(column):
        found = pd.api.types.infer_dtype(column, skipna=True)
        if found in ("decimal", "boolean", "empty"):
            return _from_numbers(column, (value for value in column.dropna() if value % 1 == 0))
        if found != "string":
            raise DatasetError(_not_numbers(name, found))
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column):
        whole = pd.api.types.is_integer_dtype(column)
        return _from_numbers(column, column.dropna() if whole else ())
    if isinstance(column.dtype, pd.CategoricalDtype) or pd.api.types.is_string_dtype(column):
        return column.astype("str").where(column.notna())
    raise DatasetError(_not_numbers(name, column.dtype))


def _not_numbers(name: Any, found: Any) -> str:
    return (
        f"the column {name!r} holds something that is not a number: entries of the type {found}; "
        "leave it out by exclude"
    )


def _from_numbers(column: pd.Series, integers: Iterable) -> np.ndarray:
    for integer in integers:
        if abs(int(integer)) > LARGEST_INTEGER:
            row = np.flatnonzero(column == integer)[0]
            raise DatasetError(_too_large(column.name, row, integer))
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _too_large(name: Any, row: int, integer: Any) -> str:
    return (
        f"the column {name!r} holds the integer {integer} in row {row + 1}; beyond 2^53 float64 "
        "does not have every integer, so write it with a decimal point or leave the column out"
    )


def _number(decimal: str, thousands: str | None) -> str:
    """Return the pattern of a number."""
    grouped = "" if thousands is None else f"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|"
    point = re.escape(decimal)
    digits = rf"(?:(?:{grouped}[0-9]+)(?:{point}[0-9]*)?|{point}[0-9]+)"
    return rf"[-+]?(?:{digits}(?:[eE][-+]?[0-9]+)?|(?i:inf|infinity))"


def _from_text(column: pd.Series, keys: "File") -> np.ndarray | pd.Series:
    """Return the numbers of a column of text, or the column if it holds words to encode."""
    present = column.dropna()
    if present.str.fullmatch("(?i:true|false)").all():
        values = column.str.lower().map({"true": 1.0, "false": 0.0})
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    decimal, thousands = keys.decimal or ".", keys.thousands
    are_numbers = present.str.fullmatch(_number(decimal, thousands))
    if not are_numbers.all():
        return column
    plain = present.str.replace(thousands, "", regex=False) if thousands else present
    whole = plain[plain.str.fullmatch(r"[-+]?[0-9]{16,}")]
    for row, text in whole.items():
        if abs(int(text)) > LARGEST_INTEGER:
            raise DatasetError(_too_large(column.name, row, text))
    numbers = plain.str.replace(decimal, ".", regex=False).astype(np.float64)
    for word in keys.missing or ():
        numbers = numbers.mask(numbers == float(word)) if _is_number(word) else numbers
    return numbers.reindex(column.index).to_numpy(dtype=np.float64, na_value=np.nan)


def _is_number(word: str | float) -> bool:
    return re.fullmatch(_number(".", None), str(word)) is not None
