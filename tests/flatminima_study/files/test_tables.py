"""Files are written whole, say what made them, and are read by who expects them."""

import io

import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from flatminima.datasets import Dataset
from flatminima_study.files.seals import DamagedFileError
from flatminima_study.files.tables import (
    Record,
    WrongFileError,
    read_dataset,
    read_sealed,
    read_table,
    summary_as_text,
    write_dataset,
    write_figure,
    write_table,
    write_text,
    written_whole,
)
from tests.disks import fill, mounted

TABLE = pd.DataFrame({"depth": [2, 3], "value": [0.1 + 0.2, np.nan], "outcome": ["a", None]})


def record_of(path: str, **parameters) -> Record:
    return Record(
        path, "rule", {"of": "it"}, parameters, {"script.py": "digest"}, {"other.npz": "abc"}
    )


T, D = record_of("t.parquet", learning_rates=[0.1]), record_of("d.npz", seed=7)


def test_a_table_comes_back_bit_for_bit(tmp_path):
    write_table(tmp_path / "t.parquet", TABLE, T)
    table, _ = read_table("t.parquet", tmp_path)
    pd.testing.assert_frame_equal(table, TABLE, check_exact=True)


def test_anyone_can_read_a_table(tmp_path):
    write_table(tmp_path / "t.parquet", TABLE, T)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "t.parquet"), TABLE, check_exact=True)


def test_a_table_has_the_same_bytes_twice(tmp_path):
    write_table(tmp_path / "a.parquet", TABLE, record_of("t.parquet", b=1, a=2))
    write_table(tmp_path / "b.parquet", TABLE, record_of("t.parquet", a=2, b=1))
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


@pytest.mark.parametrize("test_set", [True, False])
def test_a_dataset_comes_back_to_this_study_and_to_anyone(tmp_path, test_set):
    X, y = np.random.default_rng(0).standard_normal((4, 2)), np.arange(4.0)
    dataset = Dataset(X, y, X + 1, y + 1) if test_set else Dataset(X, y)
    write_dataset(tmp_path / "d.npz", dataset, D)
    back, _ = read_dataset("d.npz", tmp_path)
    for name in Dataset.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(back, name), getattr(dataset, name))
    with np.load(tmp_path / "d.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["X"], X)


def write_each_kind(folder) -> list:
    write_table(folder / "t.parquet", TABLE, T)
    write_dataset(folder / "d.npz", Dataset(np.eye(3), np.arange(3.0)), D)
    return [("t.parquet", read_table, T), ("d.npz", read_dataset, D)]


def test_a_file_carries_its_record(tmp_path):
    for name, _, record in write_each_kind(tmp_path):
        _, _, found = read_sealed(name, tmp_path)
        assert found == record


def test_a_file_of_another_place_is_refused_by_name(tmp_path):
    for name, read, _ in write_each_kind(tmp_path):
        (tmp_path / "other").mkdir(exist_ok=True)
        (tmp_path / name).rename(tmp_path / "other" / name)
        with pytest.raises(WrongFileError, match=rf"other/{name} was written as {name}; delete"):
            read(f"other/{name}", tmp_path)


def test_every_flipped_byte_of_a_file_is_found(tmp_path):
    generator = np.random.default_rng(0)
    for name, read, _ in write_each_kind(tmp_path):
        path = tmp_path / name
        whole = path.read_bytes()
        for position in generator.choice(len(whole), 200):
            damaged = bytearray(whole)
            damaged[position] ^= 1 << generator.integers(8)
            path.write_bytes(damaged)
            with pytest.raises(DamagedFileError, match=name):
                read(name, tmp_path)


def test_every_truncated_or_emptied_file_is_found(tmp_path):
    for name, read, _ in write_each_kind(tmp_path):
        path = tmp_path / name
        whole = path.read_bytes()
        for length in (0, 1, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:length])
            with pytest.raises(DamagedFileError, match=f"{name} is .*delete it"):
                read(name, tmp_path)


def test_a_figure_is_the_same_picture_with_its_origin_after_it(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (5, 4, 4), dtype=np.uint8)
    path = tmp_path / "figure.png"
    record = record_of("figure.png")
    write_figure(path, lambda target: matplotlib.image.imsave(target, pixels), record)
    picture = matplotlib.image.imread(io.BytesIO(path.read_bytes()))
    np.testing.assert_array_equal((picture * 255).round().astype(np.uint8), pixels)
    _, _, found = read_sealed("figure.png", tmp_path)
    assert found == record


def test_a_summary_as_text_keeps_every_digit():
    back = pd.read_csv(io.StringIO(summary_as_text(TABLE)))
    assert (back["value"].to_numpy() == TABLE["value"].to_numpy())[0]


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


def test_on_a_full_disk_each_kind_of_file_is_an_error_and_leaves_nothing(tmp_path):
    dataset = Dataset(np.eye(3), np.arange(3.0))
    writers = [
        lambda path: write_table(path, TABLE, T),
        lambda path: write_dataset(path, dataset, D),
        lambda path: write_text(path, "a summary"),
        lambda path: write_figure(path, lambda to: to.write_bytes(b"a picture"), T),
    ]
    with mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", at=tmp_path):
        filler = fill(tmp_path)
        for write, ending in zip(writers, (".parquet", ".npz", ".csv", ".png"), strict=True):
            with pytest.raises(OSError, match="No space left on device"):
                write(tmp_path / f"file{ending}")
            assert list(tmp_path.iterdir()) == [filler]


def test_two_writers_of_a_file_do_not_meet(tmp_path):
    path = tmp_path / "file.txt"
    with written_whole(path) as first, written_whole(path) as second:
        first.write_text("one")
        second.write_text("two")
    assert path.read_text() == "one"  # the outer is the last to be renamed
    assert list(tmp_path.iterdir()) == [path]
