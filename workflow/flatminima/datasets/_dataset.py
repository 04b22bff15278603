"""A regression problem: design matrix X (n x d), target y (n), Sigma = X^T X / n."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from flatminima.core.numbers import as_float64

__all__ = ["Dataset", "DatasetError"]


class DatasetError(ValueError):
    """Data that cannot be studied; the message says why in one sentence."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """A regression problem, immutable.

    Its arrays are float64; whatever `flatminima.core.numbers.as_float64` takes may be given.

    Attributes:
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        test_inputs: X of the test set, shape (m, d), or None.
        test_targets: y of the test set, shape (m,), or None.
        relevant: The targets depend on the first so many features; None if this is not known.

    Raises:
        DatasetError: If something is no real number, shapes do not match, an entry is not finite,
            there is only one sample, or the targets are constant or orthogonal to every feature, so
            that the minimum-norm solution is zero.

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
    relevant: int | None = None

    def __post_init__(self) -> None:
        parts = {"inputs": "X", "targets": "y", "test_inputs": "X_test", "test_targets": "y_test"}
        for part, name in parts.items():
            if (given := getattr(self, part)) is not None:
                try:
                    object.__setattr__(self, part, as_float64(given, name))
                except ValueError as error:
                    raise DatasetError(str(error)) from None
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
        norm = np.linalg.norm(self.minimum_norm_solution)
        if not np.isfinite(norm):
            raise DatasetError("X or y has entries so large that the solution is not finite")
        if not norm > 0:
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

    @property
    def zero_risk(self) -> float:
        """(1/n) ||y||^2, the risk of the function that is zero."""
        return float(np.mean(self.targets**2))

    def normalised(self) -> "Dataset":
        """Return the same problem with all targets divided by ||w*||, so that ||w*|| = 1."""
        norm = np.linalg.norm(self.minimum_norm_solution)
        return Dataset(
            self.inputs,
            self.targets / norm,
            self.test_inputs,
            None if self.test_targets is None else self.test_targets / norm,
        )


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
