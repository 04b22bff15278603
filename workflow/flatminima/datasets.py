"""Regression data: synthetic or from a file, with the quantities the theory needs.

Notation: design matrix X (n x d), target y (n), Sigma = X^T X / n.
"""

import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import is_zipfile

import numpy as np

__all__ = ["Dataset", "DatasetError", "gaussian_dataset", "read_dataset"]


class DatasetError(ValueError):
    """Data that cannot be studied; the message says what is wrong in one sentence."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """A regression problem, immutable.

    Attributes:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        test_inputs: X of the test set, shape (m, d), or None.
        test_targets: y of the test set, shape (m,), or None.

    Raises:
        DatasetError: If shapes do not match, an entry is not finite, there is only one
            sample, or the targets are constant or orthogonal to every feature, so that
            the minimum-norm solution is zero.

    Examples:
        >>> data = Dataset(np.array([[1.0], [-1.0]]), np.array([2.0, -4.0]))
        >>> data.covariance.tolist(), round(data.minimal_risk, 12)
        ([[1.0]], 1.0)
        >>> data.minimum_norm_solution.round(12).tolist()
        [3.0]
    """

    inputs: np.ndarray
    targets: np.ndarray
    test_inputs: np.ndarray | None = None
    test_targets: np.ndarray | None = None

    def __post_init__(self) -> None:
        _check_part(self.inputs, self.targets, "X", "y")
        if len(self.targets) < 2:
            raise DatasetError(f"y has {len(self.targets)} row; at least 2 are needed")
        if np.ptp(self.targets) == 0:
            raise DatasetError("y is constant; a regression needs targets that vary")
        if (self.test_inputs is None) != (self.test_targets is None):
            raise DatasetError("X_test and y_test must be given together")
        if self.test_inputs is not None:
            _check_part(self.test_inputs, self.test_targets, "X_test", "y_test")
            if self.test_inputs.shape[1] != self.inputs.shape[1]:
                raise DatasetError(
                    f"X_test has {self.test_inputs.shape[1]} columns, "
                    f"but X has {self.inputs.shape[1]}"
                )
        if not np.linalg.norm(self.minimum_norm_solution) > 0:
            raise DatasetError("y is orthogonal to every column of X; there is nothing to learn")

    @property
    def samples(self) -> int:
        """The number of training samples n."""
        return self.inputs.shape[0]

    @property
    def features(self) -> int:
        """The input dimension d."""
        return self.inputs.shape[1]

    @cached_property
    def covariance(self) -> np.ndarray:
        """Sigma = X^T X / n, shape (d, d)."""
        return self.inputs.T @ self.inputs / self.samples

    @cached_property
    def minimum_norm_solution(self) -> np.ndarray:
        """w*, the least-squares solution of minimal Euclidean norm, shape (d,)."""
        return np.linalg.lstsq(self.inputs, self.targets, rcond=None)[0]

    @cached_property
    def minimal_risk(self) -> float:
        """(1/n) ||y - X w*||^2, the smallest risk of any linear predictor."""
        return float(np.mean((self.targets - self.inputs @ self.minimum_norm_solution) ** 2))

    def normalised(self) -> "Dataset":
        """Return the same problem with all targets divided by ||w*||, so that ||w*|| = 1."""
        norm = np.linalg.norm(self.minimum_norm_solution)
        return Dataset(
            self.inputs,
            self.targets / norm,
            self.test_inputs,
            None if self.test_targets is None else self.test_targets / norm,
        )


def gaussian_dataset(
    samples: int, features: int, noise: float, generator: np.random.Generator
) -> Dataset:
    """Draw the paper's data: y = X w_true + noise * xi, then divided by ||w*||.

    X, w_true and xi have independent standard Gaussian entries. A test set of the same
    size and law, with the same w_true, gets the same division.

    Args:
        samples: n.
        features: d.
        noise: Standard deviation of the noise before the division.
        generator: Where the random numbers come from.

    Returns:
        A dataset with ||w*|| = 1 and a test set.
    """
    inputs = generator.standard_normal((samples, features))
    true_solution = generator.standard_normal(features)
    targets = inputs @ true_solution + noise * generator.standard_normal(samples)
    test_inputs = generator.standard_normal((samples, features))
    test_targets = test_inputs @ true_solution + noise * generator.standard_normal(samples)
    return Dataset(inputs, targets, test_inputs, test_targets).normalised()


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
    import pandas as pd  # takes longer to import than all else that a dry run does

    try:
        if path.suffix == ".csv":
            with warnings.catch_warnings(action="error", category=pd.errors.ParserWarning):
                table = pd.read_csv(path, index_col=False)
            # pandas would rename the second of two columns of one name
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
    """The first line of an error, or what kind it is."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _check_part(inputs: np.ndarray, targets: np.ndarray, x: str, y: str) -> None:
    if inputs.ndim != 2 or targets.ndim != 1:
        raise DatasetError(
            f"{x} must have two axes and {y} one, not {inputs.ndim} and {targets.ndim}"
        )
    if len(inputs) != len(targets):
        raise DatasetError(f"{x} has {len(inputs)} rows, but {y} has {len(targets)}")
    if inputs.shape[1] == 0:
        raise DatasetError(f"{x} has no column")
    for name, array in ((x, inputs), (y, targets)):
        if not np.isfinite(array).all():
            raise DatasetError(f"{name} has an entry that is NaN or infinite")
