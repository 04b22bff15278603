"""Whether the files in results/ are whole, and made from the files that are there now.

Whether they are *current*, that is, made with the present configuration and code, is for Snakemake
to say (``snakemake --dry-run``).
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from flatminima_study.files.seals import DamagedFileError, check_seal, checksum_of
from flatminima_study.files.tables import (
    Record,
    WrongFileError,
    read_sealed,
    read_table,
    summary_as_text,
)

__all__ = ["VerificationError", "check_results", "describe_manifest"]

SEALED = (".npz", ".parquet", ".pdf", ".png", ".svg")
FOLDERS = ("datasets", "figures", "runs", "summaries", "trajectories")


class VerificationError(ValueError):
    """Results that are not what they should be; the message names each file."""


def check_results(folder: Path) -> dict[str, Record]:
    """Check every file in the results of a study.

    A file must have the bytes that were written, and the files from which it was made must be those
    that are there now.  A CSV file must have the content of the Parquet file next to it.

    Args:
        folder: The folder of the study.

    Returns:
        The record of each file by its path; a CSV file has the record of the Parquet file.

    Raises:
        VerificationError: With one line for each file that fails.
    """
    records, problems = {}, []
    for path in _results(folder):
        try:
            records[path] = (
                _check_text(path, folder) if path.endswith(".csv") else _check(path, folder)
            )
        except (DamagedFileError, WrongFileError) as error:
            problems.append(str(error))
    if problems:
        count = (
            f"{len(problems)} of {len(records) + len(problems)} files are not what they should be"
        )
        raise VerificationError("\n  ".join([count, *problems]))
    return records


def describe_manifest(records: Mapping[str, Record]) -> str:
    """Return the text of a manifest: file, sha256, rule, wildcards and parameters of each."""
    text = io.StringIO()
    rows = csv.writer(
        text, "excel-tab", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None
    )
    rows.writerow(["file", "sha256", "rule", "wildcards", "parameters"])
    for path, record in records.items():
        of = [json.dumps(part, sort_keys=True) for part in (record.wildcards, record.parameters)]
        rows.writerow([path, checksum_of(path), record.rule, *of])
    return text.getvalue()


def _results(folder: Path) -> Iterator[str]:
    for part in FOLDERS:
        for path in sorted((folder / "results" / part).rglob("*")):
            hidden = path.name.startswith(".")  # such as a file that a job is writing
            if path.suffix in (*SEALED, ".csv") and not hidden:
                yield path.relative_to(folder).as_posix()


def _check(path: str, folder: Path) -> Record:
    _, _, record = read_sealed(path, folder)
    for source, digest in record.made_from.items():
        file = folder / source
        if not file.exists():
            continue
        ours = source.startswith("results/")
        found = check_seal(source, file.read_bytes()) if ours else checksum_of(file)
        if found != digest:
            raise WrongFileError(
                f"{path} was made from another {source} than the one that is there; delete it, "
                "and it is made again"
            )
    return record


def _check_text(path: str, folder: Path) -> Record:
    """Refuse a CSV file whose content differs from the Parquet file next to it."""
    parquet = Path(path).with_suffix(".parquet")
    if not (folder / parquet).exists():
        raise WrongFileError(
            f"{path} has no {parquet.name} beside it; delete it, and both are made"
        )
    table, _ = read_table(parquet, folder)
    if (folder / path).read_text(encoding="utf-8") != summary_as_text(table):
        raise DamagedFileError(
            f"{path} does not hold what the .parquet file beside it holds; delete it, and it is "
            "made again"
        )
    return read_sealed(parquet, folder)[2]
