"""The tables that people have, and what is refused so that no number is silently another one."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flatminima.core.kinds import Misfit
from flatminima.datasets import DatasetError
from flatminima.datasets.file import File, read_dataset

ROWS = [[1.5, 2.0, 3.0], [-0.25, 4.0, 1.0], [1e-3, -1.0, 7.0], [8.0, 0.5, -2.0], [3.0, 3.0, 3.5]]
TABLE = pd.DataFrame(ROWS, columns=["a", "b", "y"])


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def refusal(path, *arguments, **keys) -> str:
    with pytest.raises(DatasetError) as caught:
        read_dataset(path, *arguments, **keys)
    message = str(caught.value)
    assert message.splitlines() == [message]
    return message


@pytest.mark.parametrize(
    ("name", "separator", "keys"),
    [
        ("t.csv", ",", {}),
        ("t.csv", ";", {"separator": ";"}),
        ("t.tsv", "\t", {}),
        ("t.txt", "  ", {}),
        ("T.CSV", ",", {}),
    ],
)
def test_each_kind_of_text_gives_the_same_numbers(tmp_path, name, separator, keys):
    lines = [separator.join(map(str, row)) for row in [TABLE.columns, *ROWS]]
    text = "\n".join(lines) + "\n"
    for path in (write(tmp_path / name, text), tmp_path / f"{name}.gz"):
        if path.suffix == ".gz":
            path.write_bytes(gzip.compress(text.encode()))
        dataset = read_dataset(path, "y", **keys)
        assert np.array_equal(dataset.inputs, TABLE[["a", "b"]])
        assert np.array_equal(dataset.targets, TABLE["y"])


def test_a_european_table_has_its_own_marks(tmp_path):
    text = "größe;y\n1.234,5;1\n-0,25;2\n1.000.000;4\n"
    path = write(tmp_path / "t.csv", text, "latin-1")
    keys = {"separator": ";", "decimal": ",", "thousands": ".", "encoding": "latin-1"}
    dataset = read_dataset(path, "y", features=("größe",), **keys)
    assert dataset.inputs.ravel().tolist() == [1234.5, -0.25, 1e6]
    assert "give its encoding" in refusal(path, "y", separator=";")
    # pandas would read 12,34 as 1234 where the comma groups thousands
    path = write(tmp_path / "u.csv", "a;y\n12,34;1\n5;2\n")
    assert "'12,34' in row 1" in refusal(path, "y", separator=";", thousands=",")
    assert "'12,34' in row 1 (see the keys decimal" in refusal(path, "y", separator=";")


def test_an_index_is_no_feature(tmp_path):
    path = tmp_path / "t.csv"
    TABLE.to_csv(path)
    assert "was the table saved with its index?" in refusal(path, "y")
    pd.read_csv(path).to_csv(path, index=False)
    assert "column 1 has no name and counts the rows" in refusal(path, "y")
    assert read_dataset(path, "y", exclude=("Unnamed: 0",)).features == 2
    TABLE.reset_index().to_parquet(tmp_path / "t.parquet")
    assert "column 1 is named 'index' and counts" in refusal(tmp_path / "t.parquet", "y")
    write(path, "a,b,y,\n1,2,3,\n2,3,5,\n")  # a separator at the end of each line
    assert "column 4 has no name" in refusal(path, "y")
    write(path, "1.5,2\n3,4\n5,7\n")
    assert "its first row holds numbers" in refusal(path, "2")


@pytest.mark.parametrize("integer", [2**53 + 1, -(2**53) - 1, 2**63, 10**30])
def test_integers_that_float64_does_not_have_are_refused(tmp_path, integer):
    column = [1, integer, 3, 4, 5]
    path = tmp_path / "t.csv"
    TABLE.assign(a=column).to_csv(path, index=False)
    assert f"the integer {integer} in row 2" in refusal(path, "y")
    # a missing value beside it would make pandas read it as a float
    TABLE.assign(a=[None, *map(str, column[1:])]).to_csv(path, index=False)
    assert f"the integer {integer} in row 2" in refusal(path, "y", drop_missing=True)
    if integer < 2**64:
        kind = np.uint64 if integer > 2**62 else np.int64  # with both, NumPy takes float64
        np.savez(tmp_path / "t.npz", X=np.array(column, kind)[:, None], y=TABLE["y"])
        assert str(abs(integer)) in refusal(tmp_path / "t.npz")
        TABLE.assign(a=column).to_parquet(tmp_path / "t.parquet")
        assert f"the integer {integer} in row 2" in refusal(tmp_path / "t.parquet", "y")


def test_a_number_whose_square_overflows_is_named(tmp_path):
    # its norm is infinite, so that the targets would seem to be orthogonal to it
    TABLE.assign(b=[1.0, 2.0, 1e200, 3.0, 4.0]).to_csv(tmp_path / "t.csv", index=False)
    assert "the column 'b' is infinite, or too large, in row 3" in refusal(tmp_path / "t.csv", "y")


def test_truth_values_decimals_and_numbered_columns_are_read(tmp_path):
    from decimal import Decimal

    truth = [True, False, True, True, False]
    table = TABLE.assign(a=truth, b=[Decimal(text) for text in ("0.1", "2", "3", "-4.5", "6")])
    table.to_parquet(tmp_path / "t.parquet")
    dataset = read_dataset(tmp_path / "t.parquet", "y")
    assert dataset.inputs.tolist() == [[1, 0.1], [0, 2], [1, 3], [1, -4.5], [0, 6]]
    table.to_csv(tmp_path / "t.csv", index=False)
    assert np.array_equal(read_dataset(tmp_path / "t.csv", "y").inputs, dataset.inputs)
    TABLE.set_axis([0, 1, 2], axis="columns").to_parquet(tmp_path / "t.parquet")
    TABLE.set_axis([0, 1, 2], axis="columns").to_csv(tmp_path / "t.csv", index=False)
    for name in ("t.parquet", "t.csv"):
        dataset = read_dataset(tmp_path / name, 2, features=(1, "0"))
        assert np.array_equal(dataset.inputs, TABLE[["b", "a"]])


def test_missing_values_are_named_or_dropped_and_counted(tmp_path):
    path = write(tmp_path / "t.csv", "a,b,y\n1,2,3\n-999.0,4,1\n?,-1,7\n8,,-2\n3,3,3.5\n")
    assert "'?' in row 3" in refusal(path, "y")
    keys = {"missing": ("?", -999)}
    message = refusal(path, "y", **keys)
    assert "the column 'a' has no value in row 2 (and in 2 more rows)" in message
    reading = File(str(path), "y", drop_missing=True, **keys).read()
    assert reading.dataset.inputs.tolist() == [[1, 2], [3, 3]]
    assert reading.dataset.targets.tolist() == [3, 3.5]
    assert reading.columns["dropped_rows"].tolist() == [3, 3, 3]
    assert "5 rows, of which 3 were dropped" in reading.summary


def test_categories_become_columns_of_zeros_and_ones(tmp_path):
    text = "colour,a,y\nred,1,1\nblue,2,2\n red ,3,4\n"
    path = write(tmp_path / "t.csv", text)
    assert "'red' in row 1" in refusal(path, "y")
    reading = File(str(path), "y", categories="one_hot").read()
    assert reading.dataset.inputs.tolist() == [[0, 1, 1], [1, 0, 2], [0, 1, 3]]
    assert reading.columns["column"].tolist() == ["colour=blue", "colour=red", "a", "y"]
    other = write(tmp_path / "u.csv", text.replace("blue", "grey"))
    keys = {"categories": "one_hot", "test": str(other)}
    assert f"{other}: the column 'colour' holds 'grey' in row 2" in refusal(path, "y", **keys)
    # a numeric column with a slip is no category
    write(path, "a,b,y\n1,1,1\n2,2,2\n3,x,4\n")
    assert "holds words and numbers" in refusal(path, "y", categories="one_hot")


def test_scales_and_the_intercept_come_from_the_training_rows(tmp_path):
    generator = np.random.default_rng(1)
    table = pd.DataFrame(generator.normal(5, 100, (20, 3)), columns=["a", "b", "y"])
    table.to_csv(tmp_path / "t.csv", index=False)
    reading = File(
        str(tmp_path / "t.csv"), "y", standardise=True, intercept=True, test=0.25, test_seed=3
    ).read()
    data = reading.dataset
    assert (data.samples, len(data.test_targets)) == (15, 5)
    np.testing.assert_allclose(data.inputs[:, :2].mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(data.inputs[:, :2].std(axis=0), 1)
    assert (data.inputs[:, 2] == 1).all()
    assert (data.test_inputs[:, 2] == 1).all()
    train = table[table["y"].isin(data.targets)]
    test = table[table["y"].isin(data.test_targets)]
    assert len(train) + len(test) == 20
    raw = train[["a", "b"]]
    expected = (test[["a", "b"]] - raw.mean()) / raw.std(ddof=0)
    np.testing.assert_allclose(data.test_inputs[:, :2], expected)
    np.testing.assert_allclose(reading.columns["mean"][:2], raw.mean())
    assert reading.columns["standardised"].tolist() == [True, True, False]
    test.to_csv(tmp_path / "test.csv", index=False)
    train.to_csv(tmp_path / "train.csv", index=False)
    two = File(
        str(tmp_path / "train.csv"),
        *("y", False),
        **{"standardise": True, "intercept": True, "test": str(tmp_path / "test.csv")},
    )
    assert two.reads() == (two.path, two.test)
    again = two.read().dataset
    assert np.array_equal(again.test_inputs, data.test_inputs)
    other = read_dataset(tmp_path / "t.csv", "y", test=0.25, test_seed=4)
    assert not np.array_equal(other.test_targets, data.test_targets)
    table.assign(a=2.0).to_csv(tmp_path / "t.csv", index=False)
    message = refusal(tmp_path / "t.csv", "y", standardise=True)
    assert "the column 'a' is the same in all training rows" in message


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"path": "t.npz", "target": "y"}, "target"),
        ({"path": "t.npz", "categories": "one_hot"}, "categories"),
        ({"path": "t.parquet", "decimal": "."}, "decimal"),
        ({"path": "t.csv", "features": ("a",), "exclude": ("b",)}, "exclude"),
        ({"path": "t.csv", "test_seed": 1}, "test_seed"),
        ({"path": "t.csv", "thousands": "."}, "thousands"),
    ],
)
def test_a_key_that_would_do_nothing_is_refused(keys, key):
    with pytest.raises(Misfit) as caught:
        File(**keys).size()
    assert caught.value.key == key


numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**60), 2**60)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(numbers, numbers), min_size=3, max_size=6),
    st.sampled_from([(",", "."), (";", ","), ("\t", "."), ("|", ",")]),
)
def test_a_table_is_what_was_written_or_refused(tmp_path, rows, marks):
    """Whatever number is written, as repr and with any marks: the same float64, or one sentence."""
    separator, decimal = marks
    cells = [["a", "y"], *([repr(x).replace(".", decimal) for x in row] for row in rows)]
    path = write(tmp_path / "t.csv", "\n".join(separator.join(line) for line in cells))
    with np.errstate(all="ignore"):
        try:
            dataset = read_dataset(path, "y", separator=separator, decimal=decimal)
        except DatasetError as error:
            reason = str(error)
        else:
            assert dataset.inputs[:, 0].tolist() == [float(row[0]) for row in rows]
            assert dataset.targets.tolist() == [float(row[1]) for row in rows]
            return
    large = any(isinstance(x, int) and abs(x) > 2**53 for row in rows for x in row)
    assert large == ("holds the integer" in reason), reason
