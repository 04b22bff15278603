from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from flatminima.core.kinds import Misfit
from flatminima.datasets import DatasetError, DataSize
from flatminima.datasets.file import File, read_dataset
from tests.flatminima.datasets.problems import X, bad_problems, y


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
        read_dataset(path, None if path.suffix == ".npz" else target)
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
    if "NaN" in reason:
        row = 3 if "test" not in reason else len(arrays[-1])
        reason = f"in row {row}"
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


@pytest.mark.parametrize("name", ["mine.xlsx", "mine", "mine.npy"])
def test_another_kind_of_file_is_refused(tmp_path, name):
    (tmp_path / name).write_text("1 2 3")
    assert_refused(tmp_path / name, "is not one of .csv, .tsv, .txt, .parquet, .npz")


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


@pytest.mark.parametrize("dtype", [complex, "U3", "M8[s]"])
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
    "date": (table(c=pd.to_datetime(["2024-01-01"] * 3)), "the column 'c' holds something that"),
    "text target": (table(goal=["u", "v", "w"]), "the column 'goal' holds something"),
    "NaN": (table(a=[1.0, np.nan, 2.0]), "the column 'a' has no value in row 2"),
    "missing integer": (
        table(a=pd.array([1, None, 2], dtype="Int64")),
        "the column 'a' has no value in row 2",
    ),
    "inf": (table(a=[1.0, np.inf, 2.0]), "the column 'a' is infinite, or too large, in row 2"),
    "NaN target": (table(goal=[1.0, np.nan, 2.0]), "the column 'goal' has no value in row 2"),
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


# The kind


def test_a_kind_reads_its_file(tmp_path):
    path = str(save_table(tmp_path / "mine.csv", table()))
    kind = File(path, target="goal")
    assert kind.reads() == (path,)
    assert kind.size() == DataSize(3, 2)
    dataset = kind.draw(np.random.default_rng(0))
    assert np.array_equal(dataset.inputs, X)
    assert np.array_equal(dataset.targets, y)
    assert kind.describe() == f"the file {path}, target goal"


def test_a_kind_may_normalise_its_file(tmp_path):
    path = str(save_arrays(tmp_path / "mine.npz", X, y))
    kind = File(path, normalise=True)
    solution = kind.draw(np.random.default_rng(0)).minimum_norm_solution
    assert np.linalg.norm(solution) == pytest.approx(1, rel=1e-14)
    assert kind.describe() == f"the file {path}, normalised"


def test_a_file_that_cannot_be_used_has_no_size(tmp_path):
    with pytest.raises(Misfit) as caught:
        File(str(tmp_path / "none.csv")).size()
    assert caught.value.key == "path"
    assert caught.value.problem.endswith(
        "there is no such file (a relative path starts in the folder " + str(Path.cwd()) + ")"
    )
