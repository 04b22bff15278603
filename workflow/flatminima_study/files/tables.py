"""Files between rules, written whole or not at all, with their records inside.

The record of a file says which job made it, where it was written, and with which parameters and
code.  It also has the checksums of the files that were read.  A reader refuses a file that is
damaged or is not where it was written.
"""

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from flatminima.datasets import Dataset
from flatminima_study.files.seals import BLANK, check_seal, seal

__all__ = [
    "Record",
    "WrongFileError",
    "read_dataset",
    "read_sealed",
    "read_table",
    "summary_as_text",
    "write_dataset",
    "write_figure",
    "write_table",
    "write_text",
    "written_whole",
]

RECORD = b"flatminima.record"
"""The key of the record in a Parquet file's footer."""

REMARKS = {".pdf": (b"%", b""), ".png": (b"%", b""), ".svg": (b"<!--", b"-->")}
"""The marks before and after a remark that follows the end of a figure."""


class WrongFileError(ValueError):
    """A file that does not belong in its place; the message is one sentence."""


@dataclass(frozen=True)
class Record:
    """What a file records about itself.

    Attributes:
        path: Where it was written, relative to the folder of the study.
        rule: The rule that made it.
        wildcards: The wildcards of the rule.
        parameters: The parameters of the rule, as plain values.
        code: Each file of code that made it, with its digest.
        made_from: The files that were read for it, with the checksum of each.
    """

    path: str
    rule: str
    wildcards: Mapping[str, str]
    parameters: Mapping[str, Any]
    code: Mapping[str, str]
    made_from: Mapping[str, str]

    def as_json(self) -> bytes:
        """Return the record in its unique written form."""
        return json.dumps(vars(self), sort_keys=True, allow_nan=False).encode()


@contextmanager
def written_whole(path: str | Path) -> Iterator[Path]:
    """Give a temporary path next to the real one, and rename the file on success.

    So a killed job leaves nothing that looks like its output. Two jobs that write the same file at
    the same time, on any machines, each write their own temporary file.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{uuid4().hex}.tmp{path.suffix}")
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())  # else a power cut could leave the name without the bytes
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_table(path: str | Path, table: pd.DataFrame, record: Record) -> None:
    """Write a table as Parquet, with its record and a checksum."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    with written_whole(path) as temporary:
        with pq.ParquetWriter(temporary, arrow.schema, compression="zstd") as writer:
            writer.write_table(arrow)
            writer.add_key_value_metadata({RECORD: record.as_json(), b"flatminima.seal": BLANK})
        seal(temporary)


def write_text(path: str | Path, text: str) -> None:
    """Write a text file."""
    with written_whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def summary_as_text(table: pd.DataFrame) -> str:
    """Return a summary as CSV for people, every number with all its digits."""
    return table.to_csv(index=False, lineterminator="\n")


def read_table(path: str | Path, folder: str | Path = "") -> tuple[pd.DataFrame, str]:
    """Read a table, and return it with its checksum.

    Args:
        path: A file that `write_table` wrote, relative to the folder of the study.
        folder: That folder; by default the current one.

    Raises:
        DamagedFileError: If its bytes are not those that were written.
        WrongFileError: If it was written elsewhere.
    """
    content, digest, _ = read_sealed(path, folder)
    return pd.read_parquet(io.BytesIO(content)), digest


def write_dataset(path: str | Path, dataset: Dataset, record: Record) -> None:
    """Write a dataset as an .npz file with X, y and, if there is one, its test set.

    The file also says how many features are relevant, if this is known.
    """
    arrays = {"X": dataset.inputs, "y": dataset.targets}
    if dataset.test_inputs is not None:
        arrays |= {"X_test": dataset.test_inputs, "y_test": dataset.test_targets}
    if dataset.relevant is not None:
        arrays["relevant"] = np.array(dataset.relevant)
    with written_whole(path) as temporary:
        np.savez(temporary, **arrays)
        with zipfile.ZipFile(temporary, "a") as archive:
            archive.comment = record.as_json() + b"\n" + BLANK
        seal(temporary)


def read_dataset(path: str | Path, folder: str | Path = "") -> tuple[Dataset, str]:
    """Read a dataset that `write_dataset` wrote, and return it with its checksum.

    The arguments and errors are those of `read_table`.
    """
    content, digest, _ = read_sealed(path, folder)
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        parts = (arrays["X"], arrays["y"], arrays.get("X_test"), arrays.get("y_test"))
        relevant = int(arrays["relevant"]) if "relevant" in arrays else None
    return Dataset(*parts, relevant), digest


def write_figure(path: str | Path, save: Callable[[Path], None], record: Record) -> None:
    """Write a figure, and its record after its end, where no viewer looks.

    Args:
        path: A PDF, PNG or SVG file.
        save: A function that writes the figure to a path.
        record: What the file records about itself.
    """
    before, after = REMARKS[Path(path).suffix]
    with written_whole(path) as temporary:
        save(temporary)
        with temporary.open("ab") as figure:
            for remark in (record.as_json(), BLANK):
                figure.write(b"\n" + before + remark + after)
            figure.write(b"\n")
        seal(temporary)


def read_sealed(path: str | Path, folder: str | Path = "") -> tuple[bytes, str, Record]:
    """Read a file; return its bytes, its checksum and its record.

    The arguments and errors are those of `read_table`.
    """
    content = Path(folder, path).read_bytes()
    digest = check_seal(path, content)
    record = _record(path, content)
    if record.path != Path(path).as_posix():
        raise WrongFileError(
            f"{path} was written as {record.path}; delete it, and it is made again"
        )
    return content, digest, record


def _record(path: str | Path, content: bytes) -> Record:
    if Path(path).suffix in REMARKS:
        before, after = REMARKS[Path(path).suffix]
        text = content.splitlines()[-2].removeprefix(before).removesuffix(after)
    elif Path(path).suffix == ".npz":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            text = archive.comment.partition(b"\n")[0]
    else:
        text = pq.read_metadata(io.BytesIO(content)).metadata[RECORD]
    return Record(**json.loads(text))
