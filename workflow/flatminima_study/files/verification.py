"""Whether the files in results/ are what the study makes, whole and of one piece."""

import csv
import io
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from flatminima_study.files.catalogue import Catalogue, Product
from flatminima_study.files.seals import DamagedFileError, check_seal
from flatminima_study.files.tables import (
    WrongFileError,
    first_difference,
    read_sealed,
    read_table,
    summary_as_text,
)

__all__ = ["VerificationError", "check_results", "describe_manifest"]


class VerificationError(ValueError):
    """Results that are not what they should be; the message names each file."""


def check_results(catalogue: Catalogue, folder: Path) -> list[Product]:
    """Check every file of a study that is there.

    It must have the bytes that were written there, by the parameters and the code that the study
    has now; the files it was made from must be those that are there now.  A CSV must hold what
    the Parquet file beside it holds.

    Returns:
        The files that are there.

    Raises:
        VerificationError: With a line for each file that fails.
    """
    present = [
        product for product in catalogue.products.values() if (folder / product.path).exists()
    ]
    problems = []
    for product in present:
        try:
            _check(product, folder)
        except (DamagedFileError, WrongFileError) as error:
            problems.append(str(error))
    if problems:
        lines = "\n  ".join(problems)
        raise VerificationError(
            f"{len(problems)} of {len(present)} files are not what they should be:\n  {lines}"
        )
    return present


def describe_manifest(products: list[Product], folder: Path) -> str:
    """Return the text of a manifest: file, sha256, rule and own parameters of each product."""
    text = io.StringIO()
    rows = csv.writer(
        text, "excel-tab", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None
    )
    rows.writerow(["file", "sha256", "rule", "parameters"])
    for product in products:
        digest = sha256((folder / product.path).read_bytes()).hexdigest()
        parameters = json.dumps(product.parameters, sort_keys=True)
        rows.writerow([product.path, digest, product.rule, parameters])
    return text.getvalue()


def _check(product: Product, folder: Path) -> None:
    path = folder / product.path
    if path.suffix == ".csv":
        _check_text(product.path, folder)
        return
    _, _, record = read_sealed(product.path, folder)
    # what was written went through JSON, where a tuple is a list
    expected = json.loads(json.dumps(product.recipe))
    difference = first_difference(record.parameters, expected["parameters"])
    if difference:
        raise WrongFileError(
            f"{product.path} was made with other parameters: {difference}; delete it, and it is "
            "made again"
        )
    if record.code != expected["code"]:
        raise WrongFileError(
            f"{product.path} was made by other code than that of now; delete it, and it is made "
            "again"
        )
    _check_origin(product.path, record.made_from, folder)


def _check_text(name: str, folder: Path) -> None:
    """Refuse a CSV that does not hold what the Parquet file beside it holds."""
    try:
        table, _ = read_table(Path(name).with_suffix(".parquet"), folder)
    except (FileNotFoundError, DamagedFileError, WrongFileError):
        return  # which is named by itself
    if (folder / name).read_text() != summary_as_text(table):
        raise DamagedFileError(
            f"{name} does not hold what the .parquet file beside it holds; "
            "delete it, and it is made again"
        )


def _check_origin(path: str, made_from: Mapping[str, Any], folder: Path) -> None:
    """Refuse a file made from another version of a file than the one that is there."""
    for source, digest in made_from.items():
        if not (folder / source).exists():
            continue
        content = (folder / source).read_bytes()
        ours = source.startswith("results/")
        found = check_seal(source, content) if ours else sha256(content).hexdigest()
        if found != digest:
            raise WrongFileError(
                f"{path} was made from another {source} than the one that is there; "
                "delete it, and it is made again"
            )
