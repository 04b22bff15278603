"""A problem that can be studied, and all that cannot."""

import numpy as np
import pytest

X = np.array([[1.0, 2.0], [3.0, -4.0], [0.5, 6.0]])
y = np.array([1.0, -2.0, 3.0])


def with_entry(array, value):
    array = array.copy()
    array.flat[-1] = value
    return array


BAD_PROBLEMS = {
    "NaN input": ((with_entry(X, np.nan), y), "X has an entry that is NaN or infinite"),
    "infinite input": ((with_entry(X, np.inf), y), "X has an entry that is NaN or infinite"),
    "NaN target": ((X, with_entry(y, np.nan)), "y has an entry that is NaN or infinite"),
    "infinite target": ((X, with_entry(y, -np.inf)), "y has an entry that is NaN or infinite"),
    "lengths": ((X, y[:2]), "X has 3 rows, but y has 2"),
    "axes of X": ((X[0], y), "X must have two axes and y one, not 1 and 1"),
    "axes of y": ((X, y[:, None]), "X must have two axes and y one, not 2 and 2"),
    "no column": ((X[:, :0], y), "X has no column"),
    "one row": ((X[:1], y[:1]), "at least 2 are needed"),
    "no row": ((X[:0], y[:0]), "at least 2 are needed"),
    "constant target": ((X, np.full(3, 2.0)), "y is constant"),
    "nothing to learn": ((np.zeros((3, 2)), y), "y is orthogonal to every column of X"),
    "test inputs alone": ((X, y, X), "X_test and y_test must be given together"),
    "test targets alone": ((X, y, None, y), "X_test and y_test must be given together"),
    "test columns": ((X, y, X[:, :1], y), "X_test has 1 columns, but X has 2"),
    "test lengths": ((X, y, X[:2], y), "X_test has 2 rows, but y_test has 3"),
    "NaN test input": ((X, y, with_entry(X, np.nan), y), "X_test has an entry that is NaN"),
    "NaN test target": ((X, y, X, with_entry(y, np.nan)), "y_test has an entry that is NaN"),
}
bad_problems = pytest.mark.parametrize(
    ("arrays", "reason"), BAD_PROBLEMS.values(), ids=BAD_PROBLEMS.keys()
)
