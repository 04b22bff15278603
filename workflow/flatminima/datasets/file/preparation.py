"""From a user's file to a dataset: rows, features, categories, scales and the test set."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Self
from zipfile import is_zipfile

import numpy as np

from flatminima.core.seeding import random_generator
from flatminima.datasets import Dataset, DatasetError
from flatminima.datasets.file import ending_of

if TYPE_CHECKING:
    import pandas as pd

    from flatminima.datasets.file import File

__all__ = ["Reading", "read"]

LARGEST = 1e150

ENDINGS = (".csv", ".tsv", ".txt", ".parquet", ".npz")


@dataclass(frozen=True)
class Reading:
    """A dataset and what was done to get it.

    Attributes:
        dataset: The data.
        columns: A row for each feature, in the order of X, for each excluded column and for the
            target: its statistics in the training rows, before anything was scaled.
        summary: What was done, in a sentence.
    """

    dataset: Dataset
    columns: "pd.DataFrame"
    summary: str


@dataclass(frozen=True)
class Samples:
    """Rows of a file; a missing value is NaN.

    Attributes:
        features: The names of the features.
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        target: The name of the target.
        excluded: The names of the columns that are left out.
        words: The words of each column of categories.
        test: Rows of the same file that are its test set.
    """

    features: tuple[str, ...]
    inputs: np.ndarray
    targets: np.ndarray
    target: str = "y"
    excluded: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] | None = None
    test: Self | None = None

    def rows(self, chosen: np.ndarray) -> Self:
        """Return some of the rows."""
        return replace(self, inputs=self.inputs[chosen], targets=self.targets[chosen])


def read(keys: "File") -> Reading:
    """Read a file as its keys say.

    Raises:
        DatasetError: If it cannot be read or studied; the message starts with the path.
    """
    train = _samples(keys.path, keys)
    rows = len(train.targets)
    with _named(keys.path):
        train, dropped = _complete(train, keys.drop_missing)
        test = train.test
        if test is not None and keys.test is not None:
            raise DatasetError("it has a test set of its own, X_test and y_test; leave out test")
        if test is not None:
            test, dropped_test = _complete(test, keys.drop_missing)
            rows, dropped = rows + len(train.test.targets), dropped + dropped_test
    if isinstance(keys.test, str):
        other = _samples(keys.test, replace(keys, path=keys.test), train)
        with _named(keys.test):
            test, dropped_test = _complete(other, keys.drop_missing)
            rows, dropped = rows + len(other.targets), dropped + dropped_test
    elif keys.test is not None:
        train, test = _split(train, keys.test, keys.test_seed or 0)
    with _named(keys.path):
        columns = _describe_columns(train, keys)
        train, test = _transformed(train, test, keys)
        parts = () if test is None else (test.inputs, test.targets)
        dataset = Dataset(train.inputs, train.targets, *parts)
        dataset = dataset.normalised() if keys.normalise else dataset
    columns = columns.assign(
        rows=rows,
        dropped_rows=dropped,
        training_rows=len(train.targets),
        test_rows=0 if test is None else len(test.targets),
    )
    return Reading(dataset, columns, _summary(keys, train, columns))


@contextmanager
def _named(path: str) -> Iterator[None]:
    """Put the path before what is wrong with a file."""
    try:
        yield
    except DatasetError as error:
        raise DatasetError(f"{path}: {error}") from None


def _samples(path: str, keys: "File", like: Samples | None = None) -> Samples:
    """Read the samples of a file, with the columns of another one if there is one."""
    with _named(path):
        if not Path(path).is_file():
            raise DatasetError(
                f"there is no such file (a relative path starts in the folder {Path.cwd()})"
            )
        if Path(path).stat().st_size == 0:
            raise DatasetError("the file is empty")
        ending = ending_of(path)
        if ending == ".npz":
            samples = _of_arrays(path)
        elif ending in ENDINGS:
            samples = _of_table(path, keys, like)
        else:
            raise DatasetError(
                f"the ending {ending!r} is not one of {', '.join(ENDINGS)}, nor one of the first "
                "three with .gz"
            )
        if like is not None and samples.features != like.features:
            raise DatasetError(f"its features are not those of {keys.path}")
        return samples


# Arrays


def _of_arrays(path: str) -> Samples:
    if not is_zipfile(path):
        raise DatasetError("it cannot be read as a NumPy archive (numpy.savez did not write it)")
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DatasetError(f"it cannot be read as a NumPy archive ({reason})") from None
    allowed = ("X", "y", "X_test", "y_test")
    for name in ("X", "y"):
        if name not in arrays:
            raise DatasetError(f"the array {name!r} is missing; it has {sorted(arrays)}")
    for name, array in arrays.items():
        if name not in allowed:
            raise DatasetError(f"the array {name!r} is not one of {', '.join(allowed)}")
        arrays[name] = _real(name, array)
    X, y, X_test, y_test = (arrays.get(name) for name in allowed)
    features = tuple(f"X[:, {place}]" for place in range(X.shape[-1] if X.ndim else 0))
    if not _match(X, y) or (X_test is not None) != (y_test is not None):
        Dataset(np.nan_to_num(X), np.nan_to_num(y), X_test, y_test)  # says what does not match
    if X_test is None:
        return Samples(features, X, y)
    if not _match(X_test, y_test) or X_test.shape[1] != X.shape[1]:
        Dataset(np.nan_to_num(X), np.nan_to_num(y), X_test, y_test)
    return Samples(features, X, y, test=Samples(features, X_test, y_test))


def _match(inputs: np.ndarray, targets: np.ndarray) -> bool:
    return inputs.ndim == 2 and targets.ndim == 1 and len(inputs) == len(targets)


def _real(name: str, array: np.ndarray) -> np.ndarray:
    """Return an array of real numbers as float64."""
    if array.dtype.kind not in "biuf":
        raise DatasetError(f"{name} has entries of type {array.dtype}; real numbers are needed")
    if array.dtype.kind in "iu" and array.size:
        largest = max(abs(int(array.max())), abs(int(array.min())))
        if largest > 2**53:
            raise DatasetError(
                f"{name} has an integer of the size {largest}; beyond 2^53 float64 does not have "
                "every integer"
            )
    return array.astype(np.float64)


# Tables


def _of_table(path: str, keys: "File", like: Samples | None) -> Samples:
    from flatminima.datasets.file.tables import column_of, read_table  # pandas is slow to load

    table = read_table(Path(path), keys)
    if keys.target is None:
        raise DatasetError("a table needs `target`, the name of its target column")
    target = _known(str(keys.target), table)
    features, excluded = _features(table, target, keys)
    columns: dict[str, np.ndarray] = {}
    words = {}
    for name in features:
        column = column_of(table[name], keys)
        if isinstance(column, np.ndarray):
            columns[name] = column
            continue
        _check_words(column, keys)
        known = tuple(sorted(column.dropna().unique()))
        if like is not None:
            known = (like.words or {}).get(name, ())
            _check_known(column, known, keys.path)
        words[name] = known
        for word in known:
            columns[f"{name}={word}"] = np.where(
                column.isna(), np.nan, (column == word).to_numpy(dtype=float, na_value=0.0)
            )
    targets = column_of(table[target], keys)
    if not isinstance(targets, np.ndarray):
        _refuse_word(targets, keys)
    # in the order of a data frame, in which products have always had their bits
    inputs = np.array(list(columns.values())).reshape(len(columns), len(table)).T
    return Samples(tuple(columns), inputs, targets, target, excluded, words)


def _known(name: str, table: "pd.DataFrame") -> str:
    """Return the name of a column that is there."""
    if name in table.columns:
        return name
    names = list(table.columns)
    more = " and more" if len(names) > 20 else ""
    near = get_close_matches(name, names, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    if len(names) == 1:
        hint = "; say by separator what stands between its entries"
    raise DatasetError(f"there is no column {name!r}; there are {names[:20]}{more}{hint}")


def _features(
    table: "pd.DataFrame", target: str, keys: "File"
) -> tuple[list[str], tuple[str, ...]]:
    """Return the columns that are features, and those that are not."""
    from flatminima.datasets.file.tables import counts_rows, is_unnamed

    if keys.features is not None:
        features = [_known(str(name), table) for name in keys.features]
        if target in features:
            raise DatasetError(f"the target {target!r} is among the features")
    else:
        left_out = {_known(str(name), table) for name in keys.exclude or ()}
        if target in left_out:
            raise DatasetError(f"the target {target!r} is among the excluded columns")
        features = [name for name in table.columns if name not in {target, *left_out}]
        for name in features:
            counts = counts_rows(table[name])
            if is_unnamed(name) or (counts and name in ("index", "level_0")):
                place = list(table.columns).index(name) + 1
                what = "has no name" if is_unnamed(name) else f"is named {name!r}"
                saved = (
                    " and counts the rows: was the table saved with its index?" if counts else ";"
                )
                raise DatasetError(
                    f"column {place} {what}{saved} name it, save without (index=False), or leave "
                    f"it out (exclude: [{name!r}])"
                )
    excluded = [name for name in table.columns if name not in {target, *features}]
    return features, tuple(excluded)


def _check_words(column: "pd.Series", keys: "File") -> None:
    """Refuse words unless they are categories, and a column of words and numbers."""
    from flatminima.datasets.file.tables import column_of

    if keys.categories is None:
        _refuse_word(column, keys)
    if ending_of(keys.path) == ".parquet":
        return
    for row, text in column.dropna().items():
        alone = column.loc[[row]]
        if isinstance(column_of(alone, keys), np.ndarray):
            raise DatasetError(
                f"the column {column.name!r} holds words and numbers, such as {text!r} in row "
                f"{_row(row, column)}; allowed: one of the two"
            )


def _refuse_word(column: "pd.Series", keys: "File") -> None:
    from flatminima.datasets.file.tables import column_of

    for row, text in column.dropna().items():
        parquet = ending_of(keys.path) == ".parquet"
        if parquet or not isinstance(column_of(column.loc[[row]], keys), np.ndarray):
            comma = " (see the keys decimal and thousands)" if "," in text else ""
            raise DatasetError(
                f"the column {column.name!r} holds something that is not a number: {text[:40]!r} "
                f"in row {_row(row, column)}{comma}"
            )
    raise DatasetError(f"the column {column.name!r} mixes truth values and numbers")


def _row(label: int, column: "pd.Series") -> int:
    """Return the number of a row below the header, counted from 1."""
    return int(column.index.get_loc(label)) + 1


def _check_known(column: "pd.Series", known: tuple[str, ...], path: str) -> None:
    for row, word in column.dropna().items():
        if word not in known:
            raise DatasetError(
                f"the column {column.name!r} holds {word!r} in row {_row(row, column)}, which is "
                f"in no row of {path}"
            )


# Rows and scales


def _complete(samples: Samples, drop: bool) -> tuple[Samples, int]:
    """Return the samples without rows in which a value is missing, and the number of these."""
    everything = np.column_stack([samples.inputs, samples.targets])
    names = (*samples.features, samples.target)
    too_large = np.argwhere(np.abs(everything) > LARGEST)
    if len(too_large):
        row, column = too_large[0]
        raise DatasetError(
            f"the column {names[column]!r} is infinite, or too large, in row {row + 1}; allowed: "
            f"at most {LARGEST:g} in size, so that sums of squares are finite"
        )
    missing = np.isnan(everything)
    rows = missing.any(axis=1)
    if not rows.any():
        return samples, 0
    if not drop:
        row, column = np.argwhere(missing)[0]
        more = f" (and in {rows.sum() - 1} more rows)" if rows.sum() > 1 else ""
        raise DatasetError(
            f"the column {names[column]!r} has no value in row {row + 1}{more}; "
            "drop_missing: true leaves out such rows"
        )
    return samples.rows(~rows), int(rows.sum())


def _split(samples: Samples, fraction: float, seed: int) -> tuple[Samples, Samples]:
    """Return training and test rows, each in the order of the file."""
    rows = len(samples.targets)
    number = round(fraction * rows)
    if not 0 < number < rows - 1:
        raise DatasetError(
            f"{fraction:g} of its {rows} rows are {number} for the test set; at least 1 must be "
            "there and 2 for training"
        )
    chosen = np.zeros(rows, dtype=bool)
    chosen[random_generator(seed, "test rows").permutation(rows)[:number]] = True
    return samples.rows(~chosen), samples.rows(chosen)


def _describe_columns(samples: Samples, keys: "File") -> "pd.DataFrame":
    """Return the statistics of each column in the training rows."""
    import pandas as pd

    everything = pd.DataFrame(samples.inputs, columns=list(samples.features))
    everything[len(samples.features)] = samples.targets
    spread = everything.agg(["min", "max", "mean"]).T.to_numpy()
    described = pd.DataFrame(
        {
            "column": [*samples.features, samples.target],
            "role": [*["feature"] * len(samples.features), "target"],
            "minimum": spread[:, 0],
            "maximum": spread[:, 1],
            "mean": spread[:, 2],
            "standard_deviation": everything.std(ddof=0).to_numpy(),
            "standardised": [*[keys.standardise] * len(samples.features), False],
        }
    )
    excluded = pd.DataFrame({"column": list(samples.excluded), "role": "excluded"})
    excluded["standardised"] = False
    return pd.concat([described, excluded], ignore_index=True) if len(excluded) else described


def _transformed(
    train: Samples, test: Samples | None, keys: "File"
) -> tuple[Samples, Samples | None]:
    """Return the samples standardised and with an intercept, as far as the keys ask for them."""
    parts = [train] if test is None else [train, test]
    if keys.standardise:
        means, deviations = train.inputs.mean(axis=0), train.inputs.std(axis=0)
        for name, values in zip(train.features, train.inputs.T, strict=True):
            if np.ptp(values) == 0:
                raise DatasetError(
                    f"the column {name!r} is the same in all training rows and cannot be "
                    "standardised; leave it out"
                )
        parts = [replace(part, inputs=(part.inputs - means) / deviations) for part in parts]
    if keys.intercept:
        parts = [
            replace(part, inputs=np.column_stack([part.inputs, np.ones(len(part.targets))]))
            for part in parts
        ]
    return parts[0], parts[1] if len(parts) == 2 else None


def _summary(keys: "File", train: Samples, columns: "pd.DataFrame") -> str:
    """Say what was done with a file."""
    counts = columns.iloc[0]
    text = (
        f"{keys.path}: {counts['rows']} rows, of which {counts['dropped_rows']} were dropped for a "
        f"missing value; {counts['training_rows']} train and {counts['test_rows']} test; the "
        f"features are {', '.join(train.features[:40])}"
    )
    text += ", ..." if len(train.features) > 40 else ""
    text += f"; excluded are {', '.join(train.excluded)}" if train.excluded else ""
    text += "; all are standardised" if keys.standardise else ""
    return text + ("; an intercept is appended" if keys.intercept else "")
