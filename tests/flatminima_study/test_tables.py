"""Files are written whole, and say what made them."""

import numpy as np
import pandas as pd
import pytest

from flatminima.datasets import Dataset
from flatminima_study.tables import (
    read_dataset,
    read_parameters,
    read_table,
    write_dataset,
    write_table,
    written_whole,
)

TABLE = pd.DataFrame({"depth": [2, 3], "value": [0.1 + 0.2, np.nan], "outcome": ["a", None]})


def test_a_table_comes_back_bit_for_bit(tmp_path):
    write_table(tmp_path / "t.parquet", TABLE)
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.parquet"), TABLE, check_exact=True)


def test_a_table_carries_its_parameters(tmp_path):
    parameters = {"learning_rates": [0.1], "network": "linear"}
    write_table(tmp_path / "t.parquet", TABLE, parameters)
    assert read_parameters(tmp_path / "t.parquet") == parameters


def test_a_table_has_the_same_bytes_twice(tmp_path):
    write_table(tmp_path / "a.parquet", TABLE, {"b": 1, "a": 2})
    write_table(tmp_path / "b.parquet", TABLE, {"a": 2, "b": 1})
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


@pytest.mark.parametrize("test_set", [True, False])
def test_a_dataset_comes_back(tmp_path, test_set):
    X, y = np.random.default_rng(0).standard_normal((4, 2)), np.arange(4.0)
    dataset = Dataset(X, y, X + 1, y + 1) if test_set else Dataset(X, y)
    write_dataset(tmp_path / "d.npz", dataset)
    back = read_dataset(tmp_path / "d.npz")
    for name, array in vars(dataset).items():
        if name in Dataset.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(back, name), array)


def test_an_interrupted_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def write_half() -> None:
        with written_whole(path) as temporary:
            temporary.write_text("half of the ne")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
