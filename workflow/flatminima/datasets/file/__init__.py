"""A user's own data, from a file."""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Gt, Le, Len, Lt

from flatminima.core.kinds import Axis, Matches, Misfit, Text
from flatminima.core.people import for_people
from flatminima.datasets import Dataset, DatasetError, DatasetKind, DataSize

if TYPE_CHECKING:
    from flatminima.datasets.file.preparation import Reading

__all__ = ["File", "read_dataset"]

DataPath = Annotated[
    str,
    Matches(
        r"(?!-)[\w .+,=@()~/-]+",
        "a path of letters, digits, spaces and any of . _ - + , = @ ( ) ~ / that does not "
        "start with a dash",
        1000,
    ),
]
ColumnName = Text | Annotated[int, Ge(0), Le(1_000_000_000)]
ColumnNames = Annotated[tuple[ColumnName, ...], Len(1), Axis()]
MissingWord = Text | Annotated[int | float, Ge(-1e300), Le(1e300)]

OF_TEXT = ("separator", "decimal", "thousands", "encoding", "missing")
"""The keys that say how the text of a table is written."""

OF_TABLES = ("target", "features", "exclude", "categories", *OF_TEXT)
"""The keys that arrays have no use for."""


@dataclass(frozen=True)
class File(DatasetKind):
    """Reads the user's own data."""

    path: DataPath
    """A table (.csv, .tsv, .txt, each also with .gz, or .parquet), or a .npz file with the arrays
    X, y and optionally X_test, y_test."""
    target: ColumnName | None = None
    """The target column of a table."""
    normalise: bool = False
    """Divide all targets by the norm of the least-squares solution, as the study does."""
    features: ColumnNames | None = None
    """The feature columns of a table, in this order; by default all columns but the target."""
    exclude: ColumnNames | None = None
    """Columns of a table that are no features, in place of `features`."""
    separator: (
        Annotated[
            str,
            Matches(
                r"[^\w\"'.+\n\r-]|whitespace",
                'one character between entries, such as ";" or "\\t", or whitespace',
                10,
            ),
        ]
        | None
    ) = None
    """What stands between entries: by default a comma in .csv, a tab in .tsv, spaces in .txt."""
    decimal: Literal[".", ","] | None = None
    """The decimal mark; a point by default."""
    thousands: Literal[",", ".", " ", "'", "_", "\u00a0", "\u202f"] | None = None
    """The mark between groups of three digits; by default there is none."""
    encoding: Annotated[str, Matches(r"[A-Za-z0-9_.:-]+", "the name of an encoding", 40)] | None = (
        None
    )
    """The encoding of the text, such as latin-1; UTF-8 by default."""
    missing: Annotated[tuple[MissingWord, ...], Axis()] | None = None
    """The entries that mean a missing value, beside the empty one; by default those of pandas,
    such as NA, NaN and null."""
    drop_missing: bool = False
    """Leave out rows with a missing value; otherwise a missing value is refused."""
    categories: Literal["one_hot"] | None = None
    """Turn each feature column of text into one column of zeros and ones per word."""
    standardise: bool = False
    """Shift and scale every feature to mean 0 and variance 1 in the training rows."""
    intercept: bool = False
    """Append a feature that is 1 in every row."""
    test: Annotated[float, Gt(0), Lt(1)] | DataPath | None = None
    """The fraction of the rows that form the test set, or the path of a second file with it."""
    test_seed: Annotated[int, Ge(0), Le(2**64 - 1)] | None = None
    """The seed that chooses the rows of a fraction; 0 by default."""

    def size(self) -> DataSize:
        """Return the shape of the training inputs."""
        self._check_keys()
        try:
            return _size(self)
        except DatasetError as error:
            raise Misfit("path", f"cannot be used: {error}") from None

    def reads(self) -> tuple[str, ...]:
        """Return the user's files from which the data is read."""
        return (self.path, self.test) if isinstance(self.test, str) else (self.path,)

    def draw(self, generator: np.random.Generator) -> Dataset:
        """Return the data; nothing in it comes from the generator."""
        del generator
        return self.read().dataset

    def read(self) -> "Reading":
        """Return the data and what was made of each column of the file.

        Raises:
            DatasetError: As for `read_dataset`.
        """
        from flatminima.datasets.file.preparation import read

        return read(self)

    @for_people
    def describe(self) -> str:
        """Describe the data in a few words."""
        parts = [f"the file {self.path}"]
        parts += [] if self.target is None else [f"target {self.target}"]
        parts += ["standardised"] * self.standardise + ["with an intercept"] * self.intercept
        parts += ["normalised"] * self.normalise
        return ", ".join(parts)

    def _check_keys(self) -> None:
        """Refuse a key that would do nothing beside the others."""
        table = ending_of(self.path)
        unused = {".npz": OF_TABLES, ".parquet": OF_TEXT}.get(table, ())
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        for key in unused:
            if given[key] is not None:
                raise Misfit(key, f"says nothing about a {table} file; allowed: to leave it out")
        if self.features and self.exclude:
            raise Misfit("exclude", "stands beside features; allowed: one of the two")
        if self.test_seed is not None and not isinstance(self.test, float):
            raise Misfit("test_seed", "needs a fraction as test; allowed: to leave it out")
        if self.thousands is not None and self.thousands == (self.decimal or "."):
            raise Misfit("thousands", "is the decimal mark too; allowed: another mark")


def ending_of(path: str | Path) -> str:
    """Return the ending of a file's name in lower case, without that of its compression.

    >>> ending_of("Mine.CSV.gz")
    '.csv'
    """
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    if len(suffixes) > 1 and suffixes[-1] == ".gz" and suffixes[-2] in (".csv", ".tsv", ".txt"):
        return suffixes[-2]
    return suffixes[-1] if suffixes else ""


@cache
def _size(kind: File) -> DataSize:
    dataset = kind.read().dataset
    return DataSize(dataset.samples, dataset.features)


def read_dataset(
    path: str | Path, target: str | int | None = None, normalise: bool = False, **keys: Any
) -> Dataset:
    """Read a user's own data.

    Args:
        path: A table, or an ``.npz`` file with arrays ``X``, ``y`` and optionally ``X_test``,
            ``y_test``.
        target: The name of the table's target column.
        normalise: Divide all targets by ||w*||.
        keys: The other keys of `File`.

    Raises:
        DatasetError: If the file is missing, empty, of another kind, or its content cannot
            be studied. The message starts with the path.
        flatminima.core.kinds.Misfit: If keys do not go together.

    Examples:
        >>> read_dataset("docs/examples/diabetes.csv", "progression").inputs.shape
        (442, 10)
    """
    kind = File(str(path), target, normalise, **keys)
    kind._check_keys()
    return kind.read().dataset
