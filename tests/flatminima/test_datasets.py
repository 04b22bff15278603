import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.datasets import Dataset, DatasetError, gaussian_dataset, read_dataset

from .cases import assert_close

X = np.array([[1.0, 2.0], [3.0, -4.0], [0.5, 6.0]])
y = np.array([1.0, -2.0, 3.0])


def gaussian(samples=12, features=4, noise=1.0, seed=0):
    return gaussian_dataset(samples, features, noise, np.random.default_rng(seed))


# The quantities of a dataset


@pytest.mark.parametrize(("samples", "features"), [(12, 4), (4, 12), (5, 5), (3, 1)])
def test_quantities_follow_their_definitions(samples, features):
    dataset = gaussian(samples, features)
    inputs, targets = dataset.inputs, dataset.targets
    assert (dataset.samples, dataset.features) == (samples, features)
    assert_close(dataset.covariance, sum(np.outer(x, x) for x in inputs) / samples)
    assert_close(dataset.minimum_norm_solution, np.linalg.pinv(inputs) @ targets, 1e-10)
    rest = targets - inputs @ np.linalg.pinv(inputs) @ targets
    assert dataset.minimal_risk == pytest.approx(np.mean(rest**2), rel=1e-10, abs=1e-25)


@given(st.integers(2, 30), st.integers(1, 30), st.floats(0, 3), st.integers(0, 2**32))
def test_gaussian_data_are_normalised(samples, features, noise, seed):
    dataset = gaussian(samples, features, noise, seed)
    assert dataset.inputs.shape == dataset.test_inputs.shape == (samples, features)
    assert dataset.targets.shape == dataset.test_targets.shape == (samples,)
    assert np.linalg.norm(dataset.minimum_norm_solution) == pytest.approx(1, rel=1e-9)


def test_gaussian_data_depend_on_the_generator_only():
    one, same, other = gaussian(seed=1), gaussian(seed=1), gaussian(seed=2)
    assert np.array_equal(one.targets, same.targets)
    assert not np.array_equal(one.targets, other.targets)


def test_inputs_and_noise_have_the_stated_spread():
    dataset = gaussian(samples=20_000, features=2, noise=3.0)
    assert dataset.inputs.std() == pytest.approx(1, rel=0.02)
    # The division by ||w*|| scales the noise and the true solution, of unknown norm, alike.
    generator = np.random.default_rng(0)
    generator.standard_normal((20_000, 2))
    true_norm = np.linalg.norm(generator.standard_normal(2))
    assert np.sqrt(dataset.minimal_risk) == pytest.approx(3 / true_norm, rel=0.05)


@pytest.mark.parametrize("part", ["train", "test"])
def test_noiseless_targets_are_linear_in_both_parts(part):
    dataset = gaussian(samples=50, features=5, noise=0.0)
    inputs = dataset.inputs if part == "train" else dataset.test_inputs
    targets = dataset.targets if part == "train" else dataset.test_targets
    assert dataset.minimal_risk < 1e-28  # the square of a rounding
    assert_close(inputs @ dataset.minimum_norm_solution, targets)


def test_the_test_set_is_another_draw():
    dataset = gaussian()
    assert not np.isin(dataset.test_inputs, dataset.inputs).any()


def test_normalising_divides_every_target_and_no_input():
    dataset = Dataset(X, y, 2 * X, 3 * y)
    normalised = dataset.normalised()
    norm = np.linalg.norm(dataset.minimum_norm_solution)
    assert np.linalg.norm(normalised.minimum_norm_solution) == pytest.approx(1, rel=1e-14)
    assert_close(normalised.targets, y / norm)
    assert_close(normalised.test_targets, 3 * y / norm)
    assert np.array_equal(normalised.inputs, X)
    assert np.array_equal(normalised.test_inputs, 2 * X)
    assert Dataset(X, y).normalised().test_targets is None


# Problems that cannot be studied


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


@bad_problems
def test_a_bad_problem_is_refused_with_its_reason(arrays, reason):
    with pytest.raises(DatasetError, match=reason):
        Dataset(*arrays)


def test_a_test_set_may_have_one_row_and_constant_targets():
    assert Dataset(X, y, X[:1], y[:1]).test_targets.shape == (1,)


# Files


def save_arrays(path, *arrays):
    names = ("X", "y", "X_test", "y_test")
    np.savez(path, **{n: a for n, a in zip(names, arrays, strict=False) if a is not None})
    return path


def save_table(path, table):
    table.to_csv(path, index=False) if path.suffix == ".csv" else table.to_parquet(path)
    return path


def table(**columns):
    return pd.DataFrame({"a": X[:, 0], "goal": y, "b": X[:, 1]} | columns)


def assert_refused(path, reason, target=None):
    """The message is one line that starts with the path and holds the reason."""
    with pytest.raises(DatasetError) as caught:
        read_dataset(path, target)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert reason in message
    assert "\n" not in message


def test_arrays_are_read_exactly(tmp_path):
    dataset = read_dataset(save_arrays(tmp_path / "mine.npz", X, y, 2 * X, 3 * y))
    assert np.array_equal(dataset.inputs, X)
    assert np.array_equal(dataset.targets, y)
    assert np.array_equal(dataset.test_inputs, 2 * X)
    assert np.array_equal(dataset.test_targets, 3 * y)


def test_the_test_set_is_optional_and_a_path_may_be_text(tmp_path):
    assert read_dataset(str(save_arrays(tmp_path / "mine.npz", X, y))).test_inputs is None


def test_integers_become_numbers_to_compute_with(tmp_path):
    dataset = read_dataset(save_arrays(tmp_path / "mine.npz", X.astype(int), y.astype("f4")))
    assert dataset.inputs.dtype == dataset.targets.dtype == np.float64


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_is_split_into_target_and_features_in_their_order(tmp_path, suffix):
    dataset = read_dataset(save_table(tmp_path / f"mine{suffix}", table(i=[1, 2, 3])), "goal")
    assert np.array_equal(dataset.inputs, np.column_stack([X, [1, 2, 3]]))
    assert np.array_equal(dataset.targets, y)
    assert dataset.test_inputs is None


@bad_problems
def test_bad_arrays_in_a_file_are_refused(tmp_path, arrays, reason):
    path = save_arrays(tmp_path / "mine.npz", *arrays)
    assert_refused(path, reason)


@pytest.mark.parametrize("name", ["mine.npz", "mine.csv", "mine.parquet", "mine.txt"])
def test_a_missing_file_is_refused(tmp_path, name):
    assert_refused(tmp_path / name, "there is no such file")


@pytest.mark.parametrize("name", ["mine.npz", "mine.csv", "mine.parquet", "mine.txt"])
def test_an_empty_file_is_refused(tmp_path, name):
    (tmp_path / name).touch()
    assert_refused(tmp_path / name, "the file is empty")


def test_a_folder_is_no_file(tmp_path):
    assert_refused(tmp_path, "there is no such file")


@pytest.mark.parametrize("name", ["mine.txt", "mine", "mine.npy"])
def test_another_kind_of_file_is_refused(tmp_path, name):
    (tmp_path / name).write_text("1 2 3")
    assert_refused(tmp_path / name, "is not one of .npz, .csv, .parquet")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("mine.npz", "it cannot be read as a NumPy archive"),
        ("mine.csv", "it cannot be read as a table"),
        ("mine.parquet", "it cannot be read as a table"),
    ],
)
@pytest.mark.parametrize("content", [b"\x93\xff\x00nonsense\n\n'\"", b"PK\x03\x04", b"\n\n\n"])
def test_nonsense_is_refused(tmp_path, name, reason, content):
    (tmp_path / name).write_bytes(content)
    if name == "mine.csv" and content.startswith(b"PK"):
        reason = ""  # a table with a header and no row, and as such refused for one or the other
    assert_refused(tmp_path / name, reason, target="goal")


def test_a_single_array_is_no_archive(tmp_path):
    with (tmp_path / "mine.npz").open("wb") as file:
        np.save(file, X)
    assert_refused(tmp_path / "mine.npz", "it cannot be read as a NumPy archive")


@pytest.mark.parametrize("name", ["X", "y"])
def test_a_missing_array_is_named(tmp_path, name):
    arrays = {n: a for n, a in {"X": X, "y": y}.items() if n != name}
    np.savez(tmp_path / "mine.npz", **arrays)
    assert_refused(tmp_path / "mine.npz", f"the array '{name}' is missing")


def test_an_unknown_array_is_named(tmp_path):
    np.savez(tmp_path / "mine.npz", X=X, y=y, Y_test=y)
    assert_refused(tmp_path / "mine.npz", "the array 'Y_test' is not one of X, y, X_test, y_test")


@pytest.mark.parametrize("dtype", [bool, complex, "U3"])
def test_an_array_of_no_real_numbers_is_refused(tmp_path, dtype):
    assert_refused(
        save_arrays(tmp_path / "mine.npz", X.astype(dtype), y), "real numbers are needed"
    )


class Trap:
    """Something that runs code when it is unpickled."""

    sprung = False

    def __reduce__(self):
        return (setattr, (Trap, "sprung", True))


def test_a_pickled_array_is_refused_and_never_unpickled(tmp_path):
    np.savez(tmp_path / "mine.npz", X=np.array([[Trap()], [Trap()]], dtype=object), y=y[:2])
    assert_refused(tmp_path / "mine.npz", "it cannot be read as a NumPy archive")
    assert not Trap.sprung


BAD_TABLES = {
    "text": (table(c=["u", "v", "w"]), "the column 'c' holds something that is not a number"),
    "one word": (table(c=["1", "2", "u"]), "the column 'c' holds something that is not a number"),
    "bool": (table(c=[True, False, True]), "the column 'c' holds something that is not a number"),
    "text target": (table(goal=["u", "v", "w"]), "the column 'goal' holds something"),
    "NaN": (table(a=[1.0, np.nan, 2.0]), "X has an entry that is NaN or infinite"),
    "missing integer": (
        table(a=pd.array([1, None, 2], dtype="Int64")),
        "X has an entry that is NaN or infinite",
    ),
    "inf": (table(a=[1.0, np.inf, 2.0]), "X has an entry that is NaN or infinite"),
    "NaN target": (table(goal=[1.0, np.nan, 2.0]), "y has an entry that is NaN or infinite"),
    "one row": (table().iloc[:1], "at least 2 are needed"),
    "no row": (table().iloc[:0], "at least 2 are needed"),
    "constant target": (table(goal=[1.0, 1.0, 1.0]), "y is constant"),
    "no feature": (table()[["goal"]], "X has no column"),
    "no target column": (table().drop(columns="goal"), "there is no column 'goal'"),
}


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(("content", "reason"), BAD_TABLES.values(), ids=BAD_TABLES.keys())
def test_a_bad_table_is_refused(tmp_path, suffix, content, reason):
    assert_refused(save_table(tmp_path / f"mine{suffix}", content), reason, target="goal")


def test_a_missing_target_column_is_answered_with_the_columns_there_are(tmp_path):
    path = save_table(tmp_path / "mine.csv", table())
    assert_refused(path, "there is no column 'y'; there are ['a', 'goal', 'b']", target="y")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_needs_the_name_of_its_target(tmp_path, suffix):
    assert_refused(save_table(tmp_path / f"mine{suffix}", table()), "a table needs `target`")


def test_rows_longer_than_the_header_are_refused(tmp_path):
    # pandas would take the first column for row labels, and drop a feature without a word.
    (tmp_path / "mine.csv").write_text("a,goal\n1,2,3\n4,5,7\n6,8,9\n")
    assert_refused(tmp_path / "mine.csv", "", target="goal")
